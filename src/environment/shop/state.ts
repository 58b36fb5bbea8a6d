import type { SeatIndex } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import { pageAfter } from './page.ts';
import type { ItemPage, Page, ShopAction } from './page.ts';
import { rewardOf } from './reward.ts';
import type { ShopScenario } from './scenarios.ts';

interface Visit {
  readonly scenario: ShopScenario;
  /** Turns of both seats together. Seat 0 shops and opens; the shop answers in seat 1. */
  readonly turnLimit: number;
  /** Turns taken so far. */
  readonly turnIndex: number;
  readonly page: Page;
  /** Catalogue numbers of the products looked at. */
  readonly seen: readonly number[];
  /** What the shopper did last; null before that. */
  readonly lastAction: ShopAction | null;
}

export type ShopState =
  (Visit & { readonly phase: 'shopping' }) | (Visit & { readonly phase: 'over'; readonly outcome: Outcome });

export const MOST_POINTS = 10;

export function startShopping(scenario: ShopScenario, turnLimit: number): ShopState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startShopping: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  return { phase: 'shopping', scenario, turnLimit, turnIndex: 0, page: { place: 'start' }, seen: [], lastAction: null };
}

/** Whose turn it is; null when the visit is over. */
export function seatToMove(state: ShopState): SeatIndex | null {
  return state.phase === 'over' ? null : seatOfTurn(state.turnIndex);
}

/** Turns the seat has left, this one included. */
export function turnsLeft(state: ShopState, seat: SeatIndex): number {
  if (state.phase === 'over') return 0;
  const remaining = state.turnLimit - state.turnIndex;
  return seatOfTurn(state.turnIndex) === seat ? Math.ceil(remaining / 2) : Math.floor(remaining / 2);
}

/** Whether the seat to move can do this now. Only the shop shows pages, and it does nothing else. */
export function isPossible({ page, turnIndex }: ShopState, action: ShopAction): boolean {
  if (action.kind === 'invalid') return true;
  return (action.kind === 'page') === (seatOfTurn(turnIndex) === 1) && pageAfter(page, action) !== null;
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: ShopState, action: ShopAction): ShopState {
  if (state.phase === 'over') throw new Error('takeTurn: the visit is already over');
  const page = isPossible(state, action) ? pageAfter(state.page, action) : null;
  if (!page) throw new RangeError(`takeTurn: “${action.kind}” cannot be done here`);
  const next = passTurn(state, action, page);
  if (action.kind === 'buy' && page.place === 'item')
    return { phase: 'over', ...next, outcome: outcomeOf(state, page) };
  if (next.turnIndex < next.turnLimit) return { phase: 'shopping', ...next };
  return { phase: 'over', ...next, outcome: { endReason: 'turn-limit', points: [0, 0], isParetoOptimal: false } };
}

/** Points for buying what lies open, as it is chosen; null when no product is open. */
export function pointsNow({ scenario, page }: ShopState): number | null {
  return page.place === 'item' ? MOST_POINTS * rewardOf(scenario.goal, page.product, page.chosen) : null;
}

function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}

function passTurn({ scenario, turnLimit, turnIndex, seen, lastAction }: Visit, action: ShopAction, page: Page): Visit {
  const isNew = page.place === 'item' && !seen.includes(page.product.number);
  return {
    scenario,
    turnLimit,
    turnIndex: turnIndex + 1,
    page,
    seen: isNew ? [...seen, page.product.number] : seen,
    lastAction: action.kind === 'page' ? lastAction : action,
  };
}

/** The shop earns nothing: it is no player. */
function outcomeOf({ scenario }: Visit, { product, chosen }: ItemPage): Outcome {
  const points = MOST_POINTS * rewardOf(scenario.goal, product, chosen);
  return { endReason: 'finished', points: [points, 0], isParetoOptimal: points === MOST_POINTS };
}
