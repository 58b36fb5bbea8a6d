import { expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import type { Split } from '../../record/scenario.ts';
import { Scenario } from '../../record/scenario.ts';
import recorded from '../../../tests/fixtures/scenario-splits.json' with { type: 'json' };
import { splitOf } from '../splits.ts';
import { worth } from './division.ts';
import { allScenarios, canonicalScenarioId, sampleScenario, scenariosOf } from './scenarios.ts';
import type { Triple } from './schemas.ts';

const SPLITS: readonly Split[] = ['train', 'validation', 'test'];

test('there are 5,793 ordered scenarios, 519 up to item order and seating, split as the corpus maker split them', () => {
  expect(allScenarios()).toHaveLength(5793);
  expect(new Set(allScenarios().map(({ id }) => id)).size).toBe(recorded.ordered);
  expect(new Set(allScenarios().map(({ canonicalId }) => canonicalId)).size).toBe(519);
  for (const split of SPLITS) {
    expect(scenariosOf(split)).toHaveLength(recorded.orderedBySplit[split]);
    expect(new Set(scenariosOf(split).map(({ canonicalId }) => canonicalId)).size).toBe(
      recorded.canonicalBySplit[split],
    );
  }
});

test('the Python twin finds the same canonical ids and splits', () => {
  for (const { counts, values, canonicalKey, split } of recorded.examples) {
    const canonicalId = canonicalScenarioId(counts as Triple, values as [Triple, Triple]);
    expect(canonicalId).toBe(canonicalKey);
    expect(splitOf(canonicalId)).toBe(split);
  }
});

test('every scenario obeys the rules of the game', () => {
  for (const { counts, values } of allScenarios()) {
    const [first, second] = values;
    expect(counts.every((count) => count >= 1)).toBe(true);
    expect([5, 6, 7]).toContain(worth([1, 1, 1], counts));
    expect([worth(first, counts), worth(second, counts)]).toEqual([10, 10]);
    expect([0, 1, 2].every((kind) => (first[kind] ?? 0) + (second[kind] ?? 0) > 0)).toBe(true);
    expect([0, 1, 2].some((kind) => (first[kind] ?? 0) * (second[kind] ?? 0) > 0)).toBe(true);
  }
  expect(Scenario.parse(allScenarios()[0])).toEqual(allScenarios()[0]);
});

test('no canonical scenario is in two splits', () => {
  const owners = new Map<string, Split>();
  for (const { canonicalId, split } of allScenarios()) {
    expect(owners.get(canonicalId) ?? split).toBe(split);
    owners.set(canonicalId, split);
  }
});

test('seating and item order do not change the canonical id', () => {
  const id = canonicalScenarioId([2, 2, 3], [[3, 2, 0], [0, 2, 2]]); // prettier-ignore
  expect(canonicalScenarioId([2, 2, 3], [[0, 2, 2], [3, 2, 0]])).toBe(id); // prettier-ignore
  expect(canonicalScenarioId([3, 2, 2], [[0, 2, 3], [2, 2, 0]])).toBe(id); // prettier-ignore
});

test('sampling is a function of the stream, stays in its split and favours nothing', () => {
  const draw = (seed: number) => {
    const random = new RandomStream(seed, 'scenario');
    return Array.from({ length: 6000 }, () => sampleScenario(random, 'test'));
  };
  const scenarios = draw(3);
  expect(scenarios.map(({ id }) => id)).toEqual(draw(3).map(({ id }) => id));
  expect(scenarios.every(({ split }) => split === 'test')).toBe(true);
  expect(new Set(scenarios.map(({ id }) => id)).size).toBeGreaterThan(0.98 * scenariosOf('test').length); // 1 − e^(−5.3)
});
