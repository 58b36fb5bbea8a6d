import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { BargainAction } from './actions.ts';
import { surplusOf, valueOf } from './payoff.ts';
import { BUYER, HIGHEST_PRICE, LOWEST_PRICE } from './scenarios.ts';
import type { BargainScenario } from './scenarios.ts';
import { seatToMove, turnsLeft } from './state.ts';
import type { BargainState } from './state.ts';

/** Prices that a seat need not calculate. null: there is none now. None of them is beyond the own limit but `middle`. */
export interface LookUps {
  /** Halfway between the two last prices, a fraction in the own favour. */
  readonly middle: number | null;
  /** A fifth of the way from the own price to theirs. */
  readonly step: number | null;
  /** Two fifths of that way. */
  readonly jump: number | null;
  /** For a seat that has named no price yet: an ambitious one, and a modest one. */
  readonly start: number | null;
  readonly fair: number | null;
}

/** All that one seat sees. */
export interface SeatTable extends LookUps {
  readonly seat: SeatIndex;
  readonly scenario: Omit<BargainScenario, 'limits'>;
  readonly limit: number;
  readonly left: number;
  readonly mine: number | null;
  readonly theirs: number | null;
  /** Own value of their price, 0–10; `loss` beyond the own limit. */
  readonly worth: number | 'loss' | null;
  readonly theirLastAction: BargainAction | null;
  readonly ownLastAction: BargainAction | null;
}

/** The table as the seat to move sees it. */
export function tableToMove(state: BargainState): SeatTable {
  const seat = seatToMove(state);
  if (seat === null) throw new Error('tableToMove: the bargain is over, nobody is to speak');
  return tableOf(state, seat);
}

export function tableOf(state: BargainState, seat: SeatIndex): SeatTable {
  const { scenario, prices, actions } = state;
  const mine = prices[seat];
  const theirs = prices[otherSeat(seat)];
  const limit = scenario.limits[seat];
  return {
    seat,
    scenario,
    limit,
    left: turnsLeft(state, seat),
    mine,
    theirs,
    worth: theirs === null ? null : surplusOf(scenario, seat, theirs) < 0 ? 'loss' : valueOf(scenario, seat, theirs),
    theirLastAction: actions.at(-1) ?? null,
    ownLastAction: actions.at(-2) ?? null,
    ...lookUps(seat, scenario.listPrice, limit, mine, theirs),
  };
}

/** `left 4 limit 60 mine 40 theirs 55 worth 2 middle 47 step 43 jump 46`, at first with `start` and `fair` at its end. */
export function boardText({ left, limit, mine, theirs, worth, middle, step, jump, start, fair }: SeatTable): string {
  const say = (value: number | string | null) => value ?? 'none';
  const ways = mine === null ? `start ${say(start)} fair ${say(fair)}` : `step ${say(step)} jump ${say(jump)}`;
  return `left ${left} limit ${limit} mine ${say(mine)} theirs ${say(theirs)} worth ${say(worth)} middle ${say(middle)} ${ways}`;
}

/** The one of two prices that is better for the seat: the lower for the buyer. */
export function betterOf(seat: SeatIndex, one: number, other: number): number {
  return seat === BUYER ? Math.min(one, other) : Math.max(one, other);
}

/** Whether `price` suits the seat at least as well as `other`. */
export function isNoWorse(seat: SeatIndex, price: number, other: number): boolean {
  return betterOf(seat, price, other) === price;
}

function lookUps(
  seat: SeatIndex,
  listPrice: number,
  limit: number,
  mine: number | null,
  theirs: number | null,
): LookUps {
  const within = (price: number) =>
    Math.min(HIGHEST_PRICE, Math.max(LOWEST_PRICE, betterOf(seat, Math.round(price), limit)));
  if (mine === null) {
    const [start, fair] = seat === BUYER ? [0.5, 0.7] : [1.1, 0.9];
    return { middle: null, step: null, jump: null, start: within(listPrice * start), fair: within(listPrice * fair) };
  }
  const direction = seat === BUYER ? 1 : -1;
  const gap = theirs === null ? Math.round(listPrice / 4) : (theirs - mine) * direction;
  const after = (distance: number) => {
    const price = within(mine + direction * distance);
    return distance < gap && (price - mine) * direction > 0 ? price : null;
  };
  return {
    middle: theirs === null || gap < 2 ? null : mine + direction * Math.floor(gap / 2),
    step: after(Math.max(1, Math.round(gap / 5))),
    jump: after(Math.max(2, Math.round((2 * gap) / 5))),
    start: null,
    fair: null,
  };
}
