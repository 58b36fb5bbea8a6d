import type { z } from 'zod';
import type { RandomStream } from '../base/random.ts';
import type { Action, EndReason, StrategyReading } from '../record/episode.ts';
import type { Scenario, SeatIndex, Split } from '../record/scenario.ts';
import type { BareForm } from './bareForm.ts';

/** How an episode ended and what each seat earned, 0–10. */
export interface Outcome {
  readonly endReason: EndReason;
  readonly points: readonly [number, number];
  readonly isParetoOptimal: boolean;
  /**
   * Seats whose points nobody knows yet, because no rule checks their goal: theirs stand at 0 and mean nothing until an
   * evaluator has read the dialogue. Never learn from them, never average them. Absent: all points are known.
   */
  readonly unscored?: readonly SeatIndex[];
}

/** Whether the seat's points mean anything. */
export function isScored({ unscored }: Pick<Outcome, 'unscored'>, seat: SeatIndex): boolean {
  return !unscored?.includes(seat);
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
 *
 * Whoever does not care which environment it is takes an `Environment<unknown>`: states, scenarios and actions then only
 * go back to the environment that they came from.
 */
export interface Environment<State, S extends Scenario = Scenario, A extends Action = Action> {
  readonly name: string;
  readonly description: Description<State, S, A>;
  /** What scenarios and actions look like that come back from storage, another thread or a file. */
  readonly scenarioSchema: z.ZodType<S>;
  readonly actionSchema: z.ZodType<A>;
  /** Turns of both seats together that an episode is made for; a run may set another limit. */
  readonly turnLimit: number;
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
  /** What a script says that carries the strategy out; null when it cannot be read or does not apply. */
  carryOut(state: State, strategy: string, random: RandomStream): string | null;
  /** The state after the seat to move has acted; the given state is left untouched. */
  step(state: State, action: A): State;
  /** Turns the seat has left, this one included. */
  turnsLeft(state: State, seat: SeatIndex): number;
  /** null while the episode goes on. */
  outcome(state: State): Outcome | null;
  yardsticks(): readonly Yardstick[];

  /**
   * The strategy that would name the best outcome that is feasible for the seat, in the language of strategies, by somebody
   * who knows everything; null where there is none. Nobody is told: only its probability under a policy is measured.
   */
  goalStrategy?(scenario: S, seat: SeatIndex): string | null;
  /** Seats whose points no rule can tell in this scenario, however its dialogue ends (`Outcome.unscored`); absent: none. */
  unscored?(scenario: S): readonly SeatIndex[];
  /** What the world says in its turn, where seat 1 is no player but the world: a shop, a house. Nobody is trained there. */
  worldReply?(state: State): string;
  /** Own value, 0–10, of what the seat could take now: the standing offer, the open product; null when there is none. */
  offerValue?(state: State, seat: SeatIndex): number | null;
  /** Own value, 0–10, of the seat's own standing proposal; null when there is none. */
  proposalValue?(state: State, seat: SeatIndex): number | null;
  /** Whether the action puts a proposal on the table, for the other seat to accept. */
  isProposal?(action: A): boolean;
  readonly bareForm?: BareForm<S>;
}

/** The environment in words for people, and for chat agents and judges that read as people do. Built-in models never see them. */
export interface Description<State, S extends Scenario = Scenario, A extends Action = Action> {
  /** As a menu names it. */
  readonly label: string;
  /** What it is, in one sentence. */
  readonly about: string;
  /** Who sits there: `buyer`, `the shop`. */
  seat(scenario: S, seat: SeatIndex): string;
  /** What both seats know before a word is said. */
  table(scenario: S): string;
  /** What the seat alone knows and wants; null when it has nothing private. */
  goal(scenario: S, seat: SeatIndex): string | null;
  /** What lies on the table now, as the seat may see it. */
  board(state: State, seat: SeatIndex): readonly BoardLine[];
  /** What an action names beyond its kind; null when the kind says it all. Holds nothing private. */
  detail(action: A, scenario: S): string | null;
}

export interface BoardLine {
  readonly label: string;
  readonly text: string;
}
