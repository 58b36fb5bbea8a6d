import { z } from 'zod';
import { RandomStream } from '../../base/random.ts';
import { scenarioFields } from '../../record/scenario.ts';
import type { Split } from '../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../splits.ts';
import { productNumbered, products } from './catalogue.ts';
import type { Product } from './catalogue.ts';
import type { OptionName } from './language.ts';
import { Goal, wantedOptions } from './reward.ts';
import { findProducts } from './search.ts';

/** Products on one page of results. */
export const PAGE_SIZE = 4;
const TASK_SEED = 4711;
const DRAWS = 3000;
/** Steps that the straight way may take, of the ten that a shopper has: a task leaves room for two slips. */
const MOST_STEPS = 8;
/** Tasks whose first look is the right one would be two thirds of all; so many of them stay. */
const EASY_STEPS = 4;
const EASY_KEPT = 0.4;
const LIMIT_STEP = 5;

/** Something to buy. */
export const ShopScenario = z.strictObject({ ...scenarioFields('shop'), goal: Goal });
export type ShopScenario = z.infer<typeof ShopScenario>;

let everyScenario: readonly ShopScenario[] | undefined;

/** All tasks, in the order drawn. Made once, when first asked for. */
export function allScenarios(): readonly ShopScenario[] {
  everyScenario ??= makeScenarios();
  return everyScenario;
}

/** The tasks of one split. Tasks that differ in the price limit alone are in the same split. */
export const scenariosOf = oncePerSplit((split): readonly ShopScenario[] =>
  allScenarios().filter((scenario) => scenario.split === split),
);

export function sampleScenario(random: RandomStream, split: Split): ShopScenario {
  return random.pick(scenariosOf(split));
}

/** The words that describe what is wanted and can be searched: attributes, kind, colour. */
export function wantedWords({ attributes, kind, options }: Goal): readonly string[] {
  return [...attributes, ...kind.nouns, ...(options.color === null ? [] : [options.color])];
}

/** Whether the product can be bought in a way that is all that was wanted. */
export function canFulfil(goal: Goal, product: Product): boolean {
  return (
    product.kind.nouns.join(' ') === goal.kind.nouns.join(' ') && // a goal that was saved has a kind of its own
    product.price <= goal.priceLimit &&
    goal.attributes.every((attribute) => product.attributes.includes(attribute)) &&
    wantedOptions(goal).every(([name, value]) => product.options[name].includes(value))
  );
}

/**
 * Steps of the straight way: search for all wanted words, look at what is within the limit in order of rank, go back
 * where it does not fit, turn the page when nothing is left, choose the options, buy. null when that finds nothing.
 */
export function stepsToFulfil(goal: Goal): number | null {
  let steps = 1;
  for (const [rank, number] of findProducts(wantedWords(goal)).entries()) {
    if (rank > 0 && rank % PAGE_SIZE === 0) steps++;
    const product = productNumbered(number);
    if (canFulfil(goal, product)) return steps + 1 + wantedOptions(goal).length + 1;
    if (product.price <= goal.priceLimit) steps += 2;
  }
  return null;
}

function makeScenarios(): readonly ShopScenario[] {
  const scenarios = new Map<string, ShopScenario>();
  for (let draw = 0; draw < DRAWS; draw++) {
    const random = new RandomStream(TASK_SEED, 'shop', 'task', draw);
    const goal = drawGoal(random);
    const steps = stepsToFulfil(goal);
    if (steps === null || steps > MOST_STEPS) continue;
    if (steps <= EASY_STEPS && random.uniform() > EASY_KEPT) continue;
    const scenario = scenarioFor(goal);
    scenarios.set(scenario.id, scenario);
  }
  return [...scenarios.values()];
}

function scenarioFor(goal: Goal): ShopScenario {
  const options = wantedOptions(goal).map(([, value]) => value);
  const canonicalId = [...goal.attributes.toSorted(), ...goal.kind.nouns, ...options].join(' ');
  const id = `${canonicalId} under ${goal.priceLimit}`;
  return { environment: 'shop', id, canonicalId, split: splitOf(canonicalId), goal };
}

/** Wants a product of the catalogue: one or two of its attributes, one or two of its options, a limit near its price. */
function drawGoal(random: RandomStream): Goal {
  const { kind, attributes, options, price } = random.pick(products());
  const pickOption = (name: OptionName) => (options[name].length > 0 ? random.pick(options[name]) : null);
  const [color, size] = [pickOption('color'), pickOption('size')];
  const isColorWanted = size === null || random.uniform() < 0.75;
  const isSizeWanted = !isColorWanted || random.uniform() < 0.5;
  return {
    kind,
    attributes: random.shuffled(attributes).slice(0, 1 + random.index(2)),
    options: { color: isColorWanted ? color : null, size: isSizeWanted ? size : null },
    priceLimit: LIMIT_STEP * (Math.ceil(price / LIMIT_STEP) + random.index(2)),
  };
}
