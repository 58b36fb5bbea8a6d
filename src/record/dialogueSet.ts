import { z } from 'zod';
import { Action, EndReason, type Episode } from './episode.ts';
import { RatingValue, type Rating } from './rating.ts';
import { Scenario, SeatIndex } from './scenario.ts';
import type { Trace } from './trace.ts';

/** A strategy's tokens as a policy sampled them, and their log-probs then, nats. */
export const SampledTokens = z
  .strictObject({ tokenIds: z.array(z.int().min(0)).min(1), logProbs: z.array(z.number()) })
  .refine(({ tokenIds, logProbs }) => tokenIds.length === logProbs.length, 'every token needs one log-prob');
export type SampledTokens = z.infer<typeof SampledTokens>;

/** One decision of one seat, as it was taken and as it was judged. */
export const DialogueTurn = z.strictObject({
  seat: SeatIndex,
  /** What lay on the table, as the seat read it. */
  board: z.string(),
  /** null when nobody advised the seat, or nobody is to know. */
  strategy: z.string().nullable(),
  /** Whether the environment could read the strategy; null: nobody asked it. */
  isReadable: z.boolean().nullable(),
  /** Absent where only the words are known. */
  sampled: SampledTokens.optional(),
  utterance: z.string(),
  action: Action,
  /** What the turn was worth to its seat; null: nobody said. */
  score: z.number().nullable(),
  /** A person's thumb; null: none. */
  rating: RatingValue.nullable(),
});
export type DialogueTurn = z.infer<typeof DialogueTurn>;

/** A dialogue that exists already, from wherever: what a strategist can learn from without playing. */
export const Dialogue = z
  .strictObject({
    dialogueId: z.string().min(1),
    scenario: Scenario,
    /** Whose strategies may be learned from. */
    learnedSeats: z.array(SeatIndex).min(1).max(2),
    /** Both seats' turns that the dialogue could have had; null: as many as its environment is made for. */
    turnLimit: z.int().min(1).nullable(),
    turns: z.array(DialogueTurn).min(1),
    /** Per seat, 0–10; null: nobody knows. */
    points: z.tuple([z.number().nullable(), z.number().nullable()]),
    endReason: EndReason,
    isParetoOptimal: z.boolean(),
  })
  .refine(
    ({ learnedSeats, turns }) =>
      learnedSeats.every((seat) => {
        const own = turns.filter((turn) => turn.seat === seat);
        return own.length > 0 && own.every(({ strategy }) => strategy !== null);
      }),
    'a seat that is learned from needs a turn, and a strategy in each of its turns',
  );
export type Dialogue = z.infer<typeof Dialogue>;

/**
 * What the scores of a set mean. `rewards`: what each turn earned, returns follow. `weights`: advantages, as the released code
 * of EPO writes them into its files (discounted and normalised already): they multiply the log-probs as they are.
 */
export const ScoreMeaning = z.enum(['rewards', 'weights']);
export type ScoreMeaning = z.infer<typeof ScoreMeaning>;

/** Dialogues of one origin. */
export interface DialogueSet {
  /** For people: the name of a run or of a file. */
  readonly origin: string;
  readonly scores: ScoreMeaning;
  readonly dialogues: readonly Dialogue[];
}

/** Scenarios of dialogues from elsewhere, of which only the words are known. No environment plays them. */
export const TRANSCRIPT = 'transcript';
export const TranscriptScenario = z.looseObject({ environment: z.literal(TRANSCRIPT), view: z.string() });

/** What of a trace says how strategies were sampled. */
type SampledTrace = Pick<Trace, 'episodeId' | 'seat' | 'tokenIds' | 'sampledMask' | 'ownTurnIndex' | 'logProbs'>;

/**
 * A saved episode as a dialogue; null where nobody was advised in each of its turns. Of seats that were trained only those
 * are learned from; where none was, as in a dialogue that a person played, every seat that was advised throughout.
 *
 * @param ratings of its run, or of the episode alone
 * @param turnLimit of its run; null: that of the environment
 */
export function dialogueOf(
  { episodeId, scenario, trainedSeats, turns, points, unscored = [], endReason, isParetoOptimal }: Episode,
  traces: readonly SampledTrace[],
  ratings: readonly Rating[] = [],
  turnLimit: number | null = null,
): Dialogue | null {
  const isAdvised = (seat: SeatIndex) => {
    const own = turns.filter((turn) => turn.seat === seat);
    return own.length > 0 && own.every(({ strategy }) => strategy !== null);
  };
  const learnedSeats = (trainedSeats.length > 0 ? trainedSeats : ([0, 1] as const)).filter(isAdvised);
  if (learnedSeats.length === 0) return null;
  const ratingOf = new Map(
    ratings.flatMap((rating) => (rating.episodeId === episodeId ? [[rating.turnIndex, rating.value] as const] : [])),
  );
  const pointsOf = (seat: SeatIndex) => (unscored.includes(seat) ? null : points[seat]);
  return {
    dialogueId: episodeId,
    scenario,
    learnedSeats,
    turnLimit,
    turns: turns.map(({ turnIndex, seat, board, strategy, strategyReading, utterance, action, reward }, index) => {
      const trace = traces.find((candidate) => candidate.episodeId === episodeId && candidate.seat === seat);
      const ownTurn = turns.slice(0, index).filter((turn) => turn.seat === seat).length;
      const sampled = trace && sampledIn(trace, ownTurn);
      return {
        seat,
        board,
        strategy,
        isReadable: strategyReading && strategyReading.family !== null,
        ...(sampled && { sampled }),
        utterance,
        action,
        score: learnedSeats.includes(seat) ? reward : null,
        rating: ratingOf.get(turnIndex) ?? null,
      };
    }),
    points: [pointsOf(0), pointsOf(1)],
    endReason,
    isParetoOptimal,
  };
}

/** What is known of saved episodes besides themselves. */
export interface AboutEpisodes {
  readonly ratings?: readonly Rating[];
  /** Of their run; null: that of the environment. */
  readonly turnLimit?: number | null;
}

/** Saved episodes as dialogues; those in which nobody was advised throughout are not among them. */
export function dialoguesOf(
  episodes: readonly Episode[],
  traces: readonly Trace[],
  { ratings = [], turnLimit = null }: AboutEpisodes = {},
): Dialogue[] {
  const tracesOf = groupedByEpisode(traces);
  const ratingsOf = groupedByEpisode(ratings);
  return episodes.flatMap((episode) => {
    const { episodeId } = episode;
    return dialogueOf(episode, tracesOf.get(episodeId) ?? [], ratingsOf.get(episodeId) ?? [], turnLimit) ?? [];
  });
}

function groupedByEpisode<Item extends { readonly episodeId: string }>(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.episodeId) ?? [];
    group.push(item);
    groups.set(item.episodeId, group);
  }
  return groups;
}

/** The tokens of one own turn; null where the trace has none. */
function sampledIn(
  { tokenIds, sampledMask, ownTurnIndex, logProbs }: SampledTrace,
  ownTurn: number,
): SampledTokens | null {
  const isOwn = (_: number, index: number) => sampledMask[index] === 1 && ownTurnIndex[index] === ownTurn;
  const own = Array.from(tokenIds).filter(isOwn);
  return own.length === 0 ? null : { tokenIds: own, logProbs: Array.from(logProbs).filter(isOwn) };
}

/** The turns of seats that are learned from. */
export function learnedTurns({ learnedSeats, turns }: Pick<Dialogue, 'learnedSeats' | 'turns'>): DialogueTurn[] {
  return turns.filter(({ seat }) => learnedSeats.includes(seat));
}
