import type { Decoder, Learner, Policy } from '../../policy/engine.ts';
import type { DialogueLesson } from '../../record/dialogueLesson.ts';
import type { Dialogue, DialogueTurn } from '../../record/dialogueSet.ts';
import type { Episode } from '../../record/episode.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { TurnReward } from '../../reward/turnRewards.ts';
import type { CollectedBatch } from '../collect.ts';
import { splitByExample } from '../exampleStats.ts';
import { microBatches } from '../miniBatches.ts';
import { returnsToGo } from '../objective/credit/returns.ts';
import type { PlayedEpisode, PlayedTurn, Table } from '../rollout.ts';
import type { ScoredBatch } from '../score.ts';
import { rewardBatch, type RewardedBatch, type Side } from '../sides.ts';
import { miniBatchAt } from './miniBatch.ts';
import { recall } from './recall.ts';

/** What an update learns from, when it recalls instead of playing. */
export interface RecalledBatch {
  readonly batch: CollectedBatch;
  readonly rewarded: RewardedBatch;
  /** Of the objective's numbers, under names of their own. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What is open while a run learns from dialogues. */
export interface Classroom<State> {
  /** Of the lesson: see `lessonConfig`. */
  readonly config: RunConfig;
  readonly lesson: DialogueLesson;
  readonly dialogues: readonly Dialogue[];
  readonly table: Table<State>;
  readonly policy: Policy;
  readonly decoder: Decoder;
  readonly learner: Pick<Learner, 'forward' | 'tokenLimit'>;
}

/**
 * The mini-batch of an update, as if it had just been played by the policy: one forward pass gives every strategy token the
 * log-prob and entropy that it has under the weights before the update. Nothing is sampled. Yields the share that is done.
 *
 * @throws AppError `dialogue-scenario`; the signal's reason between two passes
 */
export async function* recallBatch<State>(
  { config, lesson, dialogues, table, policy, decoder, learner }: Classroom<State>,
  updateIndex: number,
  signal: AbortSignal,
): AsyncGenerator<number, RecalledBatch> {
  const { epoch, indices } = miniBatchAt(config, dialogues.length, updateIndex);
  const chosen = indices.flatMap((index, position) => {
    const dialogue = dialogues[index];
    if (!dialogue) return [];
    const episode = recall(table, dialogue, `${updateIndex}-${position}`, { speaker: policy, decoder });
    return [{ dialogue, episode }];
  });
  const bare = rewardBatch(
    config,
    chosen.map(({ episode }) => learnable(episode)),
  );
  const samples = new Map<string, PlayedTurn['sample']>();
  let [done, tokens, logProbSum] = [0, 0, 0];
  for (const part of microBatches(bare.examples, learner.tokenLimit)) {
    signal.throwIfAborted();
    const all = splitByExample(part, await learner.forward(part, config.strategistTemperature));
    for (const { logProbs, entropies } of all) {
      const side = bare.sides[done++];
      let first = 0;
      for (const { turnIndex, sample } of side?.turns ?? []) {
        if (!side || !sample) continue;
        const end = first + sample.tokenIds.length;
        const [now, uncertain] = [Array.from(logProbs.slice(first, end)), Array.from(entropies.slice(first, end))];
        samples.set(nameOf(side.episode, turnIndex), { ...sample, logProbs: now, entropies: uncertain });
        logProbSum += now.reduce((sum, logProb) => sum + logProb, 0);
        tokens += now.length;
        first = end;
      }
    }
    yield done / bare.examples.length;
  }
  const episodes = chosen.map(({ dialogue, episode }): PlayedEpisode => ({
    ...episode,
    turns: episode.turns.map((turn) => {
      const measured = samples.get(nameOf(episode, turn.turnIndex));
      return measured ? { ...turn, sample: withRatios(measured, dialogue.turns[turn.turnIndex], lesson) } : turn;
    }),
  }));
  const records = new Map(chosen.map(({ dialogue, episode }) => [episode.episodeId, dialogue]));
  const rewarded = withScores(rewardBatch(config, episodes.map(learnable)), records, lesson, config.turnDiscount);
  const scores = rewarded.sides.flatMap(({ rewards }) => rewards.map(({ reward }) => reward));
  return {
    batch: { episodes, tokensFed: 0, tokensSampled: 0 },
    rewarded,
    metrics: {
      'offline/epoch': epoch + 1,
      'offline/log_prob': logProbSum / Math.max(1, tokens),
      'offline/score': scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length),
    },
  };
}

function nameOf({ episodeId }: Pick<PlayedEpisode, 'episodeId'>, turnIndex: number): string {
  return `${episodeId}/${turnIndex}`;
}

/** Supervised learning asks nobody what a dialogue earned, and stored scores may stand where points are unknown. */
function learnable(episode: PlayedEpisode): PlayedEpisode {
  return { ...episode, outcome: { ...episode.outcome, unscored: [] } };
}

/** The log-probs of the policy that sampled, where ratios to it are wanted and every token of the turn is still there. */
function withRatios(
  sample: NonNullable<PlayedTurn['sample']>,
  turn: DialogueTurn | undefined,
  { ratios }: DialogueLesson,
): PlayedTurn['sample'] {
  const recorded = turn?.sampled?.logProbs;
  return ratios === 'recorded' && recorded?.length === sample.tokenIds.length
    ? { ...sample, logProbs: recorded }
    : sample;
}

function withScores(
  { allSides, sides, examples }: RewardedBatch,
  records: ReadonlyMap<string, Dialogue>,
  lesson: DialogueLesson,
  discount: number,
): RewardedBatch {
  const scored = (side: Side): Side => {
    const record = records.get(side.episode.episodeId);
    if (!record?.learnedSeats.includes(side.seat)) return { ...side, ...nothingEarned(side) };
    const rewards = side.turns.map(({ turnIndex }) => rewardOf(record.turns[turnIndex], lesson));
    return {
      ...side,
      rewards,
      returns: returnsToGo(
        rewards.map(({ reward }) => reward),
        discount,
      ),
    };
  };
  return { allSides: allSides.map(scored), sides: sides.map(scored), examples };
}

/** What a turn is worth to the lesson. Supervised learning takes every turn alike. */
export function rewardOf(
  turn: Pick<DialogueTurn, 'score' | 'rating'> | undefined,
  { recipe, ratingWeight }: Pick<DialogueLesson, 'recipe' | 'ratingWeight'>,
): TurnReward {
  const parts =
    recipe === 'sft'
      ? [{ name: 'imitated', value: 1 }]
      : [
          { name: 'stored score', value: (1 - ratingWeight) * (turn?.score ?? 0) },
          { name: 'rating', value: ratingWeight * (turn?.rating ?? 0) },
        ];
  const rewardParts =
    recipe === 'sft' ? parts : parts.filter((_, index) => (index === 0 ? ratingWeight < 1 : ratingWeight > 0));
  return { reward: parts.reduce((sum, { value }) => sum + value, 0), rewardParts, isCritical: false };
}

function nothingEarned({ turns }: Side): Pick<Side, 'rewards' | 'returns'> {
  return {
    rewards: turns.map(() => ({ reward: 0, rewardParts: [], isCritical: false })),
    returns: turns.map(() => 0),
  };
}

/** The rows that the run keeps: they say that others wrote the strategies, and which points nobody knows. */
export function asRecorded(scored: ScoredBatch, { episodes }: CollectedBatch): ScoredBatch {
  const unscored = new Map<string, readonly SeatIndex[]>(
    episodes.map(({ episodeId, outcome }) => [episodeId, outcome.unscored ?? []]),
  );
  return {
    ...scored,
    episodes: scored.episodes.map((row): Episode => {
      const unknown = unscored.get(row.episodeId) ?? [];
      return { ...row, source: 'demonstration', ...(unknown.length > 0 && { unscored: [...unknown] }) };
    }),
  };
}
