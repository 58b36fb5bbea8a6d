import type { Yardstick } from '../environment.ts';
import { hasZone, pointsOfDeal, pointsOfLeaving } from './payoff.ts';
import { HIGHEST_PRICE, LOWEST_PRICE, scenariosOf } from './scenarios.ts';
import type { BargainScenario } from './scenarios.ts';

const TURN_LIMIT = 10;
const PRICES = Array.from({ length: HIGHEST_PRICE - LOWEST_PRICE + 1 }, (_, index) => LOWEST_PRICE + index);

let yardsticks: readonly Yardstick[] | undefined;

/** What points mean: chance, and the best that both seats together can do. Computed once. */
export function bargainYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    { label: 'random legal play', points: meanPoints(randomPlayPoints), source: 'computed' },
    { label: 'best possible for both, limits known', points: meanPoints(bestPoints), source: 'computed' },
  ];
  return yardsticks;
}

/**
 * Both seats draw uniformly from every legal price and, once there is one, accepting theirs: each of the later turns
 * accepts with probability 1/(n + 1), and what is accepted is any price.
 */
function randomPlayPoints(scenario: BargainScenario): number {
  const agreementShare = 1 - (PRICES.length / (PRICES.length + 1)) ** (TURN_LIMIT - 1);
  return agreementShare * mean(PRICES.map((price) => mean(pointsOfDeal(scenario, price).points)));
}

/** The deal that earns both seats together the most, or leaving where there is none to be made. */
function bestPoints(scenario: BargainScenario): number {
  if (!hasZone(scenario)) return mean(pointsOfLeaving(scenario).points);
  return Math.max(...PRICES.map((price) => mean(pointsOfDeal(scenario, price).points)));
}

function meanPoints(pointsIn: (scenario: BargainScenario) => number): number {
  return mean((['train', 'validation', 'test'] as const).flatMap(scenariosOf).map(pointsIn));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
