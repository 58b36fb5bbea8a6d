import type { RandomStream } from '../base/random.ts';
import type { Action, EndReason, StrategyReading } from '../record/episode.ts';
import type { Scenario, SeatIndex, Split } from '../record/scenario.ts';

/** How an episode ended and what each seat earned, 0–10. */
export interface Outcome {
  readonly endReason: EndReason;
  readonly points: readonly [number, number];
  readonly isParetoOptimal: boolean;
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
export interface Environment<State> {
  readonly name: Scenario['environment'];
  /** Every scenario of a split, ordered; evaluation enumerates them. */
  scenarios(split: Split): readonly Scenario[];
  sampleScenario(random: RandomStream, split: Split): Scenario;
  start(scenario: Scenario, turnLimit: number): State;
  /** Whose turn it is; null when the episode is over. */
  seatToMove(state: State): SeatIndex | null;
  /** The seat's private view, as text. Never holds the other seat's values. */
  view(scenario: Scenario, seat: SeatIndex): string;
  /** What lies on the table for the seat to move, as text. */
  board(state: State, seat: SeatIndex): string;
  /** Reads an utterance of the seat to move. Never guesses a deal. */
  readAction(state: State, utterance: string): Action;
  /** Reads a strategy in the state in which it was given; `action` says what the agent made of it. */
  readStrategy(state: State, strategy: string, action: Action): StrategyReading;
  /** The state after the seat to move has acted; the given state is left untouched. */
  step(state: State, action: Action): State;
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
