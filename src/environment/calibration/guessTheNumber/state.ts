import { z } from 'zod';
import { assertNever } from '../../../base/errors.ts';
import type { SeatIndex } from '../../../record/scenario.ts';
import type { Outcome } from '../../environment.ts';
import { HIGHEST, LOWEST } from './scenarios.ts';
import type { GuessScenario } from './scenarios.ts';

/** What the world says about a guess; `none` when there was no guess to answer. */
const Hint = z.enum(['higher', 'lower', 'correct', 'none']);
export type Hint = z.infer<typeof Hint>;

export const GuessAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('guess'), number: z.int() }),
  z.strictObject({ kind: z.literal('ask') }),
  z.strictObject({ kind: z.literal('talk') }),
  z.strictObject({ kind: z.literal('walk-away') }),
  /** The world's turn. Its hint follows from the hidden number, whatever words it finds. */
  z.strictObject({ kind: z.literal('answer'), hint: Hint }),
  /** Not to be understood as one guess: changes nothing, but the turn is gone. */
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type GuessAction = z.infer<typeof GuessAction>;

/** What the guesser knows. */
export interface Knowledge {
  /** Lowest and highest number still possible after the answers so far. */
  readonly low: number;
  readonly high: number;
  /** The last guess. */
  readonly last: number | null;
}

interface Game extends Knowledge {
  readonly scenario: GuessScenario;
  /** Turns of both seats together. Seat 0 guesses, seat 1 is the world. */
  readonly turnLimit: number;
  readonly turnIndex: number;
  /** The guess that the world is about to answer. */
  readonly openGuess: number | null;
}

export type GuessState =
  (Game & { readonly phase: 'guessing' }) | (Game & { readonly phase: 'over'; readonly outcome: Outcome });

const POINTS_WHEN_FOUND = 10;
/** The world is no player and earns nothing. */
const NOT_FOUND = { points: [0, 0], isParetoOptimal: false } as const;

export function startGuessing(scenario: GuessScenario, turnLimit: number): GuessState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startGuessing: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  const knowledge = { low: LOWEST, high: HIGHEST, last: null };
  return { phase: 'guessing', scenario, turnLimit, turnIndex: 0, openGuess: null, ...knowledge };
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: GuessState, action: GuessAction): GuessState {
  if (state.phase === 'over') throw new Error('takeTurn: the game is already over');
  switch (action.kind) {
    case 'guess':
      return passTurn({ ...state, openGuess: action.number, last: action.number });
    case 'walk-away':
      return end(state, { endReason: 'walk-away', ...NOT_FOUND });
    case 'ask':
    case 'talk':
    case 'invalid':
      return passTurn({ ...state, openGuess: null });
    case 'answer':
      return takeAnswer(state, action.hint);
    default:
      return assertNever(action);
  }
}

/** What the open guess deserves. */
export function hintFor({ scenario, openGuess }: GuessState): Hint {
  if (openGuess === null) return 'none';
  if (openGuess === scenario.number) return 'correct';
  return openGuess < scenario.number ? 'higher' : 'lower';
}

export function seatToMove(state: GuessState): SeatIndex | null {
  return state.phase === 'over' ? null : seatOfTurn(state.turnIndex);
}

/** Turns the seat has left, this one included; for seat 0 these are its guesses. */
export function turnsLeft(state: GuessState, seat: SeatIndex): number {
  if (state.phase === 'over') return 0;
  const remaining = state.turnLimit - state.turnIndex;
  return seatOfTurn(state.turnIndex) === seat ? Math.ceil(remaining / 2) : Math.floor(remaining / 2);
}

/** The middle of the numbers still possible, the lower one of two. */
export function middleOf({ low, high }: Knowledge): number {
  return Math.floor((low + high) / 2);
}

/** A quarter of the way from the low end, and from the high end. */
export function quartersOf({ low, high }: Knowledge): readonly [number, number] {
  const quarter = Math.floor((high - low) / 4);
  return [low + quarter, high - quarter];
}

function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}

function takeAnswer(state: Game, hint: Hint): GuessState {
  const { openGuess, low, high } = state;
  if (hint === 'correct') {
    return end(state, { endReason: 'finished', points: [POINTS_WHEN_FOUND, 0], isParetoOptimal: true });
  }
  if (openGuess === null || hint === 'none') return passTurn(state);
  return passTurn({
    ...state,
    openGuess: null,
    low: hint === 'higher' ? Math.max(low, openGuess + 1) : low,
    high: hint === 'lower' ? Math.min(high, openGuess - 1) : high,
  });
}

function passTurn(game: Game): GuessState {
  const next = { ...game, turnIndex: game.turnIndex + 1 };
  if (next.turnIndex < game.turnLimit) return { ...next, phase: 'guessing' };
  // With an odd limit the last guess goes unanswered; it counts all the same.
  const isFound = next.openGuess === game.scenario.number;
  if (isFound) {
    return {
      ...next,
      phase: 'over',
      outcome: { endReason: 'finished', points: [POINTS_WHEN_FOUND, 0], isParetoOptimal: true },
    };
  }
  return { ...next, phase: 'over', outcome: { endReason: 'turn-limit', ...NOT_FOUND } };
}

function end(game: Game, outcome: Outcome): GuessState {
  return { ...game, phase: 'over', turnIndex: game.turnIndex + 1, outcome };
}
