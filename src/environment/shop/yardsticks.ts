import type { Yardstick } from '../environment.ts';
import { productNumbered, products } from './catalogue.ts';
import { wantedOptions, rewardOf } from './reward.ts';
import type { Chosen } from './reward.ts';
import { canFulfil, scenariosOf, wantedWords } from './scenarios.ts';
import type { ShopScenario } from './scenarios.ts';
import { findProducts } from './search.ts';

const MOST_POINTS = 10;
const NOTHING_CHOSEN: Chosen = { color: null, size: null };

let yardsticks: readonly Yardstick[] | undefined;

/** What points mean, over the test tasks; exact, computed once. */
export function shopYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    { label: 'any product, nothing chosen', points: meanOver(anyProduct), source: 'computed' },
    { label: 'first result, nothing chosen', points: meanOver(firstResult), source: 'computed' },
    { label: 'best possible', points: meanOver(bestProduct), source: 'computed' },
  ];
  return yardsticks;
}

/** A product drawn uniformly from the catalogue. */
function anyProduct({ goal }: ShopScenario): number {
  return mean(products().map((product) => rewardOf(goal, product, NOTHING_CHOSEN)));
}

/** What the search for all wanted words puts first. */
function firstResult({ goal }: ShopScenario): number {
  const [number] = findProducts(wantedWords(goal));
  return number === undefined ? 0 : rewardOf(goal, productNumbered(number), NOTHING_CHOSEN);
}

function bestProduct({ goal }: ShopScenario): number {
  const product = products().find((candidate) => canFulfil(goal, candidate));
  const chosen = { ...NOTHING_CHOSEN, ...Object.fromEntries(wantedOptions(goal)) };
  return product ? rewardOf(goal, product, chosen) : 0;
}

function meanOver(reward: (scenario: ShopScenario) => number): number {
  return MOST_POINTS * mean(scenariosOf('test').map(reward));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
