import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import type { NegotiationState } from '../../environment/negotiation/state.ts';
import type { Action, StrategyReading } from '../../record/episode.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import type { Scenario } from '../../record/scenario.ts';
import type { AnswerKind } from '../../../workers/protocol.ts';
import type { ShownAnswer, TalkEntry } from './talkState.ts';

/** How the environment took one utterance. */
export interface ReadAnswer {
  readonly action: Action;
  readonly strategyReading: StrategyReading | null;
}

export type ReadEntry =
  | { readonly by: 'person'; readonly board: string; readonly action: Action }
  | {
      readonly by: 'model';
      /** What the model's seat saw on the table. */
      readonly board: string;
      /** null while the answer is being written. */
      readonly answers: Readonly<Record<AnswerKind, ReadAnswer | null>>;
    };

export interface TalkReading {
  /** In the order of the talk's entries. */
  readonly entries: readonly ReadEntry[];
  /** The table after the answers that were chosen; a last answer that is incomplete has not been played. */
  readonly table: NegotiationState;
}

/** Plays what was said, by the rules that training plays by. */
export function readTalk(scenario: Scenario, entries: readonly TalkEntry[]): TalkReading {
  let table = dealOrNoDeal.start(scenario, defaultRunConfig().turnLimit);
  const read: ReadEntry[] = [];
  for (const entry of entries) {
    const seat = dealOrNoDeal.seatToMove(table);
    if (seat === null) break;
    const board = dealOrNoDeal.board(table, seat);
    if (entry.by === 'person') {
      const action = dealOrNoDeal.readAction(table, entry.utterance);
      read.push({ by: 'person', board, action });
      table = dealOrNoDeal.step(table, action);
    } else {
      const { plain, advised } = entry.answers;
      const answers = { plain: readAnswer(table, plain), advised: readAnswer(table, advised) };
      read.push({ by: 'model', board, answers });
      const goesOn = answers[entry.chosen];
      if (goesOn) table = dealOrNoDeal.step(table, goesOn.action);
    }
  }
  return { entries: read, table };
}

function readAnswer(table: NegotiationState, { reply }: ShownAnswer): ReadAnswer | null {
  if (!reply) return null;
  const { strategy, utterance } = reply;
  const action = dealOrNoDeal.readAction(table, utterance);
  const strategyReading = strategy === null ? null : dealOrNoDeal.readStrategy(table, strategy, action);
  return { action, strategyReading };
}
