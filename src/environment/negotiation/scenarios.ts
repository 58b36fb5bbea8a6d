import type { RandomStream } from '../../base/random.ts';
import type { Split } from '../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../splits.ts';
import { worth } from './division.ts';
import type { DealScenario, Triple } from './schemas.ts';

const FEWEST_ITEMS = 5;
const MOST_ITEMS = 7;
const TOTAL_VALUE = 10;
const ITEM_ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

let everyScenario: readonly DealScenario[] | undefined;

/** All 5,793 valid ordered scenarios, by counts, then by the values of seat 0 and seat 1. Made once, when first asked for. */
export function allScenarios(): readonly DealScenario[] {
  everyScenario ??= triples(1, MOST_ITEMS - 2)
    .filter((counts) => sum(counts) >= FEWEST_ITEMS && sum(counts) <= MOST_ITEMS)
    .flatMap(scenariosWith);
  return everyScenario;
}

/** The scenarios of one split. All item orders and both seatings of a scenario are in the same split. */
export const scenariosOf = oncePerSplit((split): readonly DealScenario[] =>
  allScenarios().filter((scenario) => scenario.split === split),
);

/** Uniform over the ordered scenarios of the split: draws among all of them until one belongs to it. */
export function sampleScenario(random: RandomStream, split: Split): DealScenario {
  for (;;) {
    const scenario = random.pick(allScenarios());
    if (scenario.split === split) return scenario;
  }
}

/** `c0,c1,c2;a0,a1,a2;b0,b1,b2`: counts, values of seat 0, values of seat 1. */
export function scenarioId(counts: Triple, values: readonly [Triple, Triple]): string {
  return [counts, ...values].map((triple) => triple.join(',')).join(';');
}

/** The smallest id, as a plain string, over the six orders of the items and both seatings. */
export function canonicalScenarioId(counts: Triple, [first, second]: readonly [Triple, Triple]): string {
  const ids = ITEM_ORDERS.flatMap((order) => {
    const reorder = (triple: Triple): Triple => [triple[order[0]], triple[order[1]], triple[order[2]]];
    const [orderedCounts, one, other] = [reorder(counts), reorder(first), reorder(second)];
    return [scenarioId(orderedCounts, [one, other]), scenarioId(orderedCounts, [other, one])];
  });
  return ids.reduce((smallest, id) => (id < smallest ? id : smallest));
}

/** Each seat's values sum to 10 over the table; every kind is valued by somebody, at least one by both. */
function scenariosWith(counts: Triple): DealScenario[] {
  const valuations = triples(0, TOTAL_VALUE).filter((values) => worth(values, counts) === TOTAL_VALUE);
  return valuations.flatMap((first) =>
    valuations
      .filter(
        (second) => first.every((value, kind) => value > 0 || (second[kind] ?? 0) > 0) && worth(first, second) > 0,
      )
      .map((second) => createScenario(counts, [first, second])),
  );
}

function createScenario(counts: Triple, values: [Triple, Triple]): DealScenario {
  const canonicalId = canonicalScenarioId(counts, values);
  const id = scenarioId(counts, values);
  return { environment: 'deal-or-no-deal', id, canonicalId, split: splitOf(canonicalId), counts, values };
}

function triples(smallest: number, largest: number): Triple[] {
  const range = Array.from({ length: largest - smallest + 1 }, (_, index) => smallest + index);
  return range.flatMap((first) => range.flatMap((second) => range.map((third): Triple => [first, second, third])));
}

function sum(triple: Triple): number {
  return triple[0] + triple[1] + triple[2];
}
