import { z } from 'zod';
import type { SeatIndex } from '../../../record/scenario.ts';
import type { Outcome } from '../../environment.ts';
import { LEVERS } from './language.ts';
import type { Lever } from './language.ts';
import type { ArmsScenario } from './scenarios.ts';

export const ArmsAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pull'), lever: z.enum(LEVERS) }),
  /** No lever, or more than one: the turn is gone and pays nothing. */
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type ArmsAction = z.infer<typeof ArmsAction>;

/** What a pull pays. Nobody is told. */
export const POINTS: Readonly<Record<Lever, number>> = { red: 8, blue: 2 };

export interface ArmsState {
  readonly scenario: ArmsScenario;
  /** Turns of both seats together, however many the scenario has rounds. */
  readonly turnLimit: number;
  /** What was pulled so far, the seats in turn; null where nothing was. */
  readonly pulls: readonly (Lever | null)[];
}

export function startPulling(scenario: ArmsScenario, turnLimit: number): ArmsState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startPulling: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  return { scenario, turnLimit, pulls: [] };
}

export function seatToMove(state: ArmsState): SeatIndex | null {
  return state.pulls.length < turnsOf(state) ? seatOfTurn(state.pulls.length) : null;
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: ArmsState, action: ArmsAction): ArmsState {
  if (seatToMove(state) === null) throw new Error('takeTurn: the game is already over');
  return { ...state, pulls: [...state.pulls, action.kind === 'pull' ? action.lever : null] };
}

export function turnsLeft(state: ArmsState, seat: SeatIndex): number {
  const turns = Array.from({ length: turnsOf(state) - state.pulls.length }, (_, index) => state.pulls.length + index);
  return turns.filter((turn) => seatOfTurn(turn) === seat).length;
}

/** The last pull of the seat; null before it, and where nothing was pulled. */
export function lastPull({ pulls }: ArmsState, seat: SeatIndex): Lever | null {
  return pulls.findLast((_, turn) => seatOfTurn(turn) === seat) ?? null;
}

/** Points of a seat: the mean over its pulls. What one seat pulls changes nothing for the other. */
export function outcomeOf(state: ArmsState): Outcome | null {
  if (seatToMove(state) !== null) return null;
  const isCut = state.pulls.length < 2 * state.scenario.rounds;
  const points = [meanPay(state, 0), meanPay(state, 1)] as const;
  return {
    endReason: isCut ? 'turn-limit' : 'finished',
    points,
    isParetoOptimal: state.pulls.every((lever) => lever === 'red'),
  };
}

function meanPay({ pulls }: ArmsState, seat: SeatIndex): number {
  const own = pulls.filter((_, turn) => seatOfTurn(turn) === seat);
  return own.reduce((sum, lever) => sum + (lever === null ? 0 : POINTS[lever]), 0) / Math.max(1, own.length);
}

function turnsOf({ scenario, turnLimit }: ArmsState): number {
  return Math.min(turnLimit, 2 * scenario.rounds);
}

function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}
