import type { SeatIndex } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import { BUYER } from './scenarios.ts';
import type { BargainScenario } from './scenarios.ts';

const MOST_POINTS = 10;
/** For both, when somebody walks away from a bargain in which no price suits both. */
const POINTS_OF_LEAVING = 3;
/** A surplus of a third of the list price counts as all one can hope for. */
const HOPED_SHARE_OF_LIST_PRICE = 1 / 3;

/** How much better than the own limit a price is; negative beyond the limit. */
export function surplusOf({ limits }: BargainScenario, seat: SeatIndex, price: number): number {
  return seat === BUYER ? limits[0] - price : price - limits[1];
}

/** Whether some price suits both. */
export function hasZone({ limits: [highest, lowest] }: BargainScenario): boolean {
  return highest >= lowest;
}

/**
 * Points of a deal: the own surplus as a share of the distance between both limits, times 10, within [0, 10]. A deal
 * beyond the own limit earns nothing, and the other at most 10. Where no price suits both, the distance between the limits
 * is the gap, and whoever gets the other to agree beyond its limit is measured by that. Every deal that suits both is
 * Pareto optimal: what one gains the other loses.
 */
export function pointsOfDeal(scenario: BargainScenario, price: number): Pick<Outcome, 'points' | 'isParetoOptimal'> {
  const [highest, lowest] = scenario.limits;
  const distance = Math.max(1, Math.abs(highest - lowest));
  const pointsOf = (seat: SeatIndex) => clip((MOST_POINTS * surplusOf(scenario, seat, price)) / distance);
  return { points: [pointsOf(0), pointsOf(1)], isParetoOptimal: lowest <= price && price <= highest };
}

/**
 * Walking away is right where no price suits both: both then keep 3 points, whoever it is that leaves. Else it earns
 * nothing, as does talking until the turns are used up.
 */
export function pointsOfLeaving(scenario: BargainScenario): Pick<Outcome, 'points' | 'isParetoOptimal'> {
  if (hasZone(scenario)) return { points: [0, 0], isParetoOptimal: false };
  return { points: [POINTS_OF_LEAVING, POINTS_OF_LEAVING], isParetoOptimal: true };
}

/**
 * The price with the largest product of both gains over having no deal (Nash 1950): the middle of the zone, the lower of
 * two. null where no price suits both, and leaving is what is left.
 */
export function nashPrice({ limits: [highest, lowest] }: BargainScenario): number | null {
  return highest >= lowest ? Math.floor((highest + lowest) / 2) : null;
}

/** What a price looks worth to a seat, 0–10, from what that seat knows: its own limit and the list price. */
export function valueOf(scenario: BargainScenario, seat: SeatIndex, price: number): number {
  const hopedFor = scenario.listPrice * HOPED_SHARE_OF_LIST_PRICE;
  return Math.round(clip((MOST_POINTS * surplusOf(scenario, seat, price)) / hopedFor));
}

function clip(points: number): number {
  return Math.min(MOST_POINTS, Math.max(0, points));
}
