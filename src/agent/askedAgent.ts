import type { Scenario, SeatIndex } from '../record/scenario.ts';
import type { Advice, PastTurn } from './chat/scene.ts';

/** A seat's turn to act, as it stands. */
export interface Moment<State, S extends Scenario = Scenario> {
  readonly scenario: S;
  readonly state: State;
  readonly seat: SeatIndex;
  /** Own turns with own strategies, and what the partner said. */
  readonly history: readonly PastTurn[];
  /** What lay on the table at each own turn before this one, in the words of the models (`Environment.board`). */
  readonly pastBoards: readonly string[];
  readonly advice: Advice;
  /** Of this moment alone, whenever it is played: an agent that is asked again may answer as it did. */
  readonly name: string;
}

/** What an agent made of its turn. */
export interface Deed {
  readonly utterance: string;
  /** The strategy that it wrote for itself; null where it was not asked for one, or wrote none. */
  readonly ownStrategy: string | null;
  /** Why nothing at all can be made of its reply, so that the turn is invalid whatever the rules; null: it said something. */
  readonly unreadable: string | null;
}

/**
 * An agent that is asked: a chat model, another model on this device, a person at the keyboard. It takes its time.
 *
 * @throws AppError when there is nothing to be had from it, with what the user can do; the signal's reason
 */
export type AskedAgent<State, S extends Scenario = Scenario> = (
  moment: Moment<State, S>,
  signal: AbortSignal,
) => Promise<Deed>;
