import { z } from 'zod';
import type { SeatIndex } from '../../../record/scenario.ts';
import type { Outcome } from '../../environment.ts';
import { ACTS, actsAfter, Card, chipsWon, historyOf } from './cards.ts';
import type { Act, History } from './cards.ts';
import type { KuhnScenario } from './scenarios.ts';

/** An act, perhaps with a card that the speaker says is theirs; whether it is true does not matter to the rules. */
export const KuhnAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(ACTS), claim: Card.nullable() }),
  /** No clear act. The turn is gone, as when time is up at a card table: a check where that is free, else a fold. */
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type KuhnAction = z.infer<typeof KuhnAction>;

interface Table {
  readonly scenario: KuhnScenario;
  /** Turns of both seats together. Three are always enough. */
  readonly turnLimit: number;
  readonly acts: readonly Act[];
  /** The card each seat last said it holds. */
  readonly claims: readonly [Card | null, Card | null];
}

export type KuhnState =
  (Table & { readonly phase: 'acting' }) | (Table & { readonly phase: 'over'; readonly outcome: Outcome });

const EVEN_POINTS = 5;
const POINTS_PER_CHIP = 2.5;

/** `5 + 2.5 chips`: 0 for two chips lost, 10 for two won. */
export function pointsOfChips(chips: number): number {
  return EVEN_POINTS + POINTS_PER_CHIP * chips;
}

export function startHand(scenario: KuhnScenario, turnLimit: number): KuhnState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startHand: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  return { phase: 'acting', scenario, turnLimit, acts: [], claims: [null, null] };
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: KuhnState, action: KuhnAction): KuhnState {
  if (state.phase === 'over') throw new Error('takeTurn: the hand is already over');
  const possible = actsAfter(historyOf(state.acts));
  const act = action.kind === 'invalid' ? possible[0] : action.kind;
  if (!possible.includes(act)) throw new RangeError(`takeTurn: one may ${possible.join(' or ')} here, not ${act}`);
  const claim = action.kind === 'invalid' ? null : action.claim;
  return settle({ ...state, acts: [...state.acts, act], claims: withClaim(state, claim) });
}

/** Seats act in turn, so whose turn it is follows from how often somebody acted; null when the hand is over. */
export function seatToMove(state: KuhnState): SeatIndex | null {
  return state.phase === 'over' ? null : seatOfTurn(state.acts.length);
}

/** What decides: the own card and what was done. */
export interface Situation {
  readonly card: Card;
  readonly history: History;
}

/** The situation of the seat to move. */
export function situationOf(state: KuhnState): Situation {
  const seat = seatToMove(state);
  if (seat === null) throw new Error('situationOf: the hand is over, nobody is to act');
  return { card: state.scenario.deal[seat], history: historyOf(state.acts) };
}

/** Turns the seat may still have, this one included. */
export function turnsLeft(state: KuhnState, seat: SeatIndex): number {
  if (state.phase === 'over') return 0;
  const lastTurn = Math.min(3, state.turnLimit);
  const turns = Array.from({ length: lastTurn - state.acts.length }, (_, index) =>
    seatOfTurn(state.acts.length + index),
  );
  return turns.filter((candidate) => candidate === seat).length;
}

/** Chips the seat has put in: the ante, and what it bet or called. */
export function chipsIn({ acts }: KuhnState, seat: SeatIndex): number {
  const paid = acts.filter((act, turn) => seatOfTurn(turn) === seat && (act === 'bet' || act === 'call'));
  return 1 + paid.length;
}

function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}

function withClaim({ acts, claims }: Table, claim: Card | null): Table['claims'] {
  if (claim === null) return claims;
  return seatOfTurn(acts.length) === 0 ? [claim, claims[1]] : [claims[0], claim];
}

/** The hand is over when the cards decide, when somebody folds, or, chips given back, when the turns are used up. */
function settle(table: Table): KuhnState {
  const { scenario, turnLimit, acts, claims } = table;
  const next = { scenario, turnLimit, acts, claims };
  const chips = chipsWon(acts, scenario.deal);
  if (chips === null && acts.length < turnLimit) return { ...next, phase: 'acting' };
  const outcome: Outcome = {
    endReason: chips === null ? 'turn-limit' : 'finished',
    points: [pointsOfChips(chips ?? 0), pointsOfChips(-(chips ?? 0))],
    isParetoOptimal: true, // what one wins the other loses
  };
  return { ...next, phase: 'over', outcome };
}
