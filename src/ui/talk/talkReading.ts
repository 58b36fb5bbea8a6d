import type { AnyEnvironment } from '../../environment/registry.ts';
import type { Action, StrategyReading } from '../../record/episode.ts';
import type { Scenario } from '../../record/scenario.ts';
import type { AnswerKind } from '../../../workers/protocol.ts';
import type { ModelEntry, PersonEntry, ShownAnswer, TalkEntry } from './talkState.ts';

/** How the environment took one utterance. */
export interface ReadAnswer {
  readonly action: Action;
  readonly strategyReading: StrategyReading | null;
}

export type ReadEntry =
  | { readonly by: 'person'; readonly entry: PersonEntry; readonly board: string; readonly action: Action }
  | {
      readonly by: 'model';
      readonly entry: ModelEntry;
      /** What the model's seat saw on the table. */
      readonly board: string;
      /** null while the answer is being written. */
      readonly answers: Readonly<Record<AnswerKind, ReadAnswer | null>>;
    }
  /** What the world said to the answer that goes on. */
  | { readonly by: 'world'; readonly utterance: string };

export interface TalkReading {
  readonly environment: AnyEnvironment;
  readonly scenario: Scenario;
  /** In order; of the talk's entries those that were played. */
  readonly entries: readonly ReadEntry[];
  /** After the answers that were chosen; a last answer that is incomplete has not been played. */
  readonly state: unknown;
}

/** Plays what was said, by the rules that training plays by. */
export function readTalk(environment: AnyEnvironment, scenario: Scenario, entries: readonly TalkEntry[]): TalkReading {
  let state = environment.start(scenario, environment.turnLimit);
  const read: ReadEntry[] = [];
  for (const entry of entries) {
    const seat = environment.seatToMove(state);
    if (seat === null) break;
    const board = environment.board(state, seat);
    if (entry.by === 'person') {
      const action = environment.readAction(state, entry.utterance);
      read.push({ by: 'person', entry, board, action });
      state = environment.step(state, action);
    } else {
      const { plain, advised } = entry.answers;
      const answers = {
        plain: readAnswer(environment, state, plain),
        advised: readAnswer(environment, state, advised),
      };
      read.push({ by: 'model', entry, board, answers });
      const goesOn = answers[entry.chosen];
      if (goesOn) state = environment.step(state, goesOn.action);
    }
    if (environment.worldReply && environment.seatToMove(state) === 1) {
      const utterance = environment.worldReply(state);
      read.push({ by: 'world', utterance });
      state = environment.step(state, environment.readAction(state, utterance));
    }
  }
  return { environment, scenario, entries: read, state };
}

function readAnswer(environment: AnyEnvironment, state: unknown, { reply }: ShownAnswer): ReadAnswer | null {
  if (!reply) return null;
  const { strategy, utterance } = reply;
  const action = environment.readAction(state, utterance);
  const strategyReading = strategy === null ? null : environment.readStrategy(state, strategy, action);
  return { action, strategyReading };
}
