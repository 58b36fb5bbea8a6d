import { assertNever } from '../../base/errors.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import type { BargainAction } from './actions.ts';
import { pointsOfDeal, pointsOfLeaving } from './payoff.ts';
import { HIGHEST_PRICE, LOWEST_PRICE } from './scenarios.ts';
import type { BargainScenario } from './scenarios.ts';

interface Table {
  readonly scenario: BargainScenario;
  /** Turns of both seats together. The buyer opens. */
  readonly turnLimit: number;
  /** What was done so far, both seats in turn. */
  readonly actions: readonly BargainAction[];
  /** Each seat's last price. It stands until that seat names another: rejecting does not remove it. */
  readonly prices: readonly [number | null, number | null];
}

export type BargainState =
  (Table & { readonly phase: 'talking' }) | (Table & { readonly phase: 'over'; readonly outcome: Outcome });

export function startBargain(scenario: BargainScenario, turnLimit: number): BargainState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startBargain: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  return { phase: 'talking', scenario, turnLimit, actions: [], prices: [null, null] };
}

/** Whose turn it is; null when the bargain is over. */
export function seatToMove(state: BargainState): SeatIndex | null {
  return state.phase === 'over' ? null : seatOfTurn(state.actions.length);
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: BargainState, action: BargainAction): BargainState {
  if (state.phase === 'over') throw new Error('takeTurn: the bargain is already over');
  const seat = seatOfTurn(state.actions.length);
  const next = { ...state, actions: [...state.actions, action] };
  switch (action.kind) {
    case 'offer':
      return passTurn({ ...next, prices: withPrice(state.prices, seat, action.price) });
    case 'accept': {
      const price = state.prices[otherSeat(seat)];
      if (price === null) throw new Error('takeTurn: there is no price to accept');
      return { ...next, phase: 'over', outcome: { endReason: 'agreement', ...pointsOfDeal(state.scenario, price) } };
    }
    case 'walk-away':
      return { ...next, phase: 'over', outcome: { endReason: 'walk-away', ...pointsOfLeaving(state.scenario) } };
    case 'reject':
    case 'ask':
    case 'tell':
    case 'reveal':
    case 'talk':
    case 'invalid':
      return passTurn(next);
    default:
      return assertNever(action);
  }
}

/** Turns the seat has left, this one included. */
export function turnsLeft(state: BargainState, seat: SeatIndex): number {
  if (state.phase === 'over') return 0;
  const remaining = state.turnLimit - state.actions.length;
  return seatOfTurn(state.actions.length) === seat ? Math.ceil(remaining / 2) : Math.floor(remaining / 2);
}

function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}

function withPrice(prices: Table['prices'], seat: SeatIndex, price: number): Table['prices'] {
  if (!(Number.isInteger(price) && price >= LOWEST_PRICE && price <= HIGHEST_PRICE)) {
    throw new RangeError(`takeTurn: a price is a whole number from ${LOWEST_PRICE} to ${HIGHEST_PRICE}, got ${price}`);
  }
  return seat === 0 ? [price, prices[1]] : [prices[0], price];
}

function passTurn(table: Table): BargainState {
  if (table.actions.length < table.turnLimit) return { ...table, phase: 'talking' };
  return { ...table, phase: 'over', outcome: { endReason: 'turn-limit', points: [0, 0], isParetoOptimal: false } };
}
