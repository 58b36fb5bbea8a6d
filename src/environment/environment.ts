import type { RandomStream } from '../base/random.ts';
import type { Action, EndReason, StrategyReading } from '../record/episode.ts';
import type { Scenario, SeatIndex, Split } from '../record/scenario.ts';

/** How an episode ended and what each seat earned, 0–10. */
export interface Outcome {
  readonly endReason: EndReason;
  readonly points: readonly [number, number];
  readonly isParetoOptimal: boolean;
}

/** What every scenario has, whatever its environment. */
export interface AnyScenario {
  readonly environment: string;
  readonly id: string;
  /** Splits and intervals cluster by it: the same for everything that is the same situation in another order. */
  readonly canonicalId: string;
  readonly split: Split;
}

/** What an utterance did. `invalid` changes nothing on the table. */
export interface AnyAction {
  readonly kind: string;
}

/** One line on the reward chart that gives points a meaning. */
export interface Yardstick {
  readonly label: string;
  readonly points: number;
  /** `computed` from this environment's rules, or `recorded` from people playing it. */
  readonly source: 'computed' | 'recorded';
}

/**
 * What an episode is. Values in, values out: no clock, no model, no tokens. States are opaque to everybody else.
 * A seat only ever sees `view` (once, private to it), `board` (before each own turn) and the other's utterances.
 */
export interface Environment<State, S extends AnyScenario = Scenario, A extends AnyAction = Action> {
  readonly name: S['environment'];
  /** Scenarios of a split, ordered, at least 100 of each; evaluation enumerates them. */
  scenarios(split: Split): readonly S[];
  sampleScenario(random: RandomStream, split: Split): S;
  start(scenario: S, turnLimit: number): State;
  /** Whose turn it is; null when the episode is over. */
  seatToMove(state: State): SeatIndex | null;
  /** The seat's private view, as text. Never holds the other seat's values. */
  view(scenario: S, seat: SeatIndex): string;
  /** What lies on the table for the seat to move, as text. */
  board(state: State, seat: SeatIndex): string;
  /** Reads an utterance of the seat to move. Never guesses a deal. */
  readAction(state: State, utterance: string): A;
  /** Reads a strategy in the state in which it was given; `action` says what the agent made of it. */
  readStrategy(state: State, strategy: string, action: A): StrategyReading;
  /** The state after the seat to move has acted; the given state is left untouched. */
  step(state: State, action: A): State;
  /** Own value of the offer the seat could accept now; null when there is none. */
  offerValue(state: State, seat: SeatIndex): number | null;
  /** Own value of the seat's own standing proposal; null when there is none. */
  proposalValue(state: State, seat: SeatIndex): number | null;
  /** Turns the seat has left, this one included. */
  turnsLeft(state: State, seat: SeatIndex): number;
  /** null while the episode goes on. */
  outcome(state: State): Outcome | null;
  yardsticks(): readonly Yardstick[];
}
