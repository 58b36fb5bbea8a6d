import { expect, test } from 'vitest';
import { atMoment, fixtureRuns } from './compareFixtures.ts';
import { configDifferences } from './configDiff.ts';

test('only the settings that differ are listed, as the form shows them', () => {
  const runs = fixtureRuns({}, { changes: { seed: 7, learningRate: 3e-5 } }, { changes: { seed: 7 } });
  expect(configDifferences(runs).map(({ label, values }) => [label, values])).toEqual([
    ['Learning rate', ['0.001', '3e-5', '0.001']],
    ['Seed', ['1', '7', '7']],
  ]);
});

test('runs of the same settings have no difference', () => {
  expect(configDifferences(fixtureRuns({}, {}))).toEqual([]);
});

test('what a run was trained from counts, not what its settings say', () => {
  const [first, second] = fixtureRuns({}, {});
  if (!first || !second) throw new Error('two were made');
  const other = { ...second, run: { ...second.run, modelName: 'my-model' } };
  expect(configDifferences([first, other]).map(({ name, values }) => [name, values])).toEqual([
    ['model', ['parley-mini', 'my-model']],
  ]);
});

test('knobs that were turned on the way are a difference of their own', () => {
  const [first, second] = fixtureRuns({}, {});
  if (!first || !second) throw new Error('two were made');
  const turned = { ...second, run: { ...second.run, changes: [{ updatesDone: 2, knobs: { learningRate: 0.02 } }] } };
  expect(configDifferences([first, turned]).map(({ label, values }) => [label, values])).toEqual([
    ['Turned on the way', ['nothing', 'after 2: Learning rate 0.02']],
  ]);
  // Its checkpoint of that moment was saved before anybody turned them.
  expect(configDifferences([first, atMoment(turned, 2)])).toEqual([]);
  expect(configDifferences([first, atMoment(turned, 3)])).toHaveLength(1);
});
