import type { Environment } from '../../environment/environment.ts';
import type { Decoder, Speaker } from '../../policy/engine.ts';
import { Desk } from '../../policy/generate.ts';
import type { Dialogue } from '../../record/dialogueSet.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { playOn } from '../gather/playOn.ts';
import type { EpisodePlan, PlayedEpisode, Table } from '../rollout.ts';
import type { SeatPlan } from '../seatPlan.ts';
import { environmentOfDialogue, recordedEnvironment, type Recalled } from './recordedEnvironment.ts';

/** Who reads and writes while a dialogue is recalled: contexts are named for it, and nothing is ever computed. */
export interface Stand {
  readonly speaker: Speaker;
  readonly decoder: Decoder;
}

/**
 * A recorded dialogue as the rollout would have left it: every seat that is learned from has the context that its strategist
 * would have read, token for token, with the recorded strategies where it would have sampled. Strategies whose tokens are
 * known, and are this model's, come back token by token; others are tokenised as their own words.
 *
 * What does not fit any more is cut where a rollout would have cut it: a strategy at its limit, without a forged end, and the
 * dialogue where the context is full. Samples have no log-probs yet.
 *
 * @param episodeId under which the run keeps it
 */
export function recall<State>(
  table: Table<State>,
  dialogue: Dialogue,
  episodeId: string,
  { speaker, decoder }: Stand,
): PlayedEpisode {
  const inner = environmentOfDialogue(dialogue, table.environment);
  const recorded: Table<Recalled> = {
    ...table,
    environment: recordedEnvironment(dialogue, inner),
    turnLimit: dialogue.turnLimit ?? turnLimitIn(inner, table),
  };
  const plan: EpisodePlan<Recalled> = {
    episodeId,
    scenario: dialogue.scenario,
    seats: [seatPlan(dialogue, 0, speaker), seatPlan(dialogue, 1, speaker)],
    seed: 0,
    coordinates: ['recalled'],
  };
  const writer = playOn(recorded, plan, drawsOf(table, dialogue), new Desk(decoder, [0, 1]));
  const step = writer.next(undefined);
  if (!step.done) throw new Error('recall: a recorded dialogue asked for a token that is not in it');
  return step.value;
}

/** That of the run holds in the run's own environment only. */
function turnLimitIn<State>(inner: Environment<unknown>, { environment, turnLimit }: Table<State>): number {
  return inner.name === environment.name ? turnLimit : inner.turnLimit;
}

/** Everybody speaks from the record; where the seat is learned from, its strategist is the model. */
function seatPlan({ turns, learnedSeats }: Dialogue, seat: SeatIndex, speaker: Speaker): SeatPlan<Recalled> {
  const agent: SeatPlan<Recalled>['agent'] = { kind: 'script', speak: (at) => turns[at.turns]?.utterance ?? '' };
  if (learnedSeats.includes(seat)) {
    return { strategist: { kind: 'model', speaker, temperature: 1, isTrained: true }, agent };
  }
  const isAdvised = turns.some((turn) => turn.seat === seat && turn.strategy !== null);
  const strategist = { kind: 'script', write: (at: Recalled) => turns[at.turns]?.strategy ?? '' } as const;
  return { strategist: isAdvised ? strategist : null, agent };
}

/** What stands in the model's place, turn after turn of the seats that are learned from. */
function drawsOf<State>(
  { tokenizer, chatFormat, strategyTokenLimit }: Table<State>,
  { turns, learnedSeats }: Dialogue,
): (readonly number[])[] {
  return turns
    .filter(({ seat }) => learnedSeats.includes(seat))
    .map(({ strategy, sampled }) => {
      const words = strategy ?? '';
      const known = sampled?.tokenIds ?? [];
      const isOwn =
        known.length > 0 && known.every((id) => id < tokenizer.vocabularySize) && tokenizer.decode(known) === words;
      return (isOwn ? known : chatFormat.strategy(words)).slice(0, strategyTokenLimit);
    });
}
