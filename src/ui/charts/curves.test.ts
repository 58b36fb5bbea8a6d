import { expect, test } from 'vitest';
import { fixtureMetrics } from '../fixtures.ts';
import { curve, curveGroups, smoothed, smoothedSeries, spreadLabels, suitsLog } from './curves.ts';

const history = [
  { 'turn/reward/0': 1, 'turn/reward/1': 2, reward: 3, entropy: 1 },
  { 'turn/reward/0': 4, reward: 5 },
]
  .toReversed()
  .map((objective, updateIndex) => ({ updateIndex, metrics: { ...fixtureMetrics(updateIndex), objective } }));

test('every number of an update can be drawn; numbered ones are lines of one chart', () => {
  const groups = curveGroups(history);
  expect(groups.slice(0, 3)).toEqual([
    { name: 'entropy', lines: [{ label: 'entropy', metric: { objective: 'entropy' } }] },
    { name: 'reward', lines: [{ label: 'reward', metric: { objective: 'reward' } }] },
    {
      name: 'turn/reward',
      lines: [
        { label: 'turn 0', metric: { objective: 'turn/reward/0' } },
        { label: 'turn 1', metric: { objective: 'turn/reward/1' } },
      ],
    },
  ]);
  const names = groups.map(({ name }) => name);
  expect(names).toContain('gradientNorm');
  expect(new Set(names).size).toBe(names.length); // entropy is reported twice
  expect(curveGroups([])).toEqual([]);
});

test('what an update did not measure is a gap in its curve', () => {
  expect(curve(history, { objective: 'turn/reward/1' })).toEqual([NaN, 2]);
});

test('smoothing starts at the first value and forgets it by halves', () => {
  expect(smoothed([4, 1, 1], 0.5)).toEqual([4, 2, 10 / 7]); // (2 + 1) / 1.5, (1 + 0.5 + 1) / 1.75
  expect(smoothed([], 0.5)).toEqual([]);
});

test('a gap stays a gap, and what follows it does not notice', () => {
  expect(smoothed([NaN, 4, NaN, 1, 1, NaN], 0.5)).toEqual([NaN, 4, NaN, 2, 10 / 7, NaN]);
});

test('behind a smoothed curve stands the measured one; without smoothing it is alone', () => {
  const line = { label: 'KL', color: '--curve', values: [4, 1, 1] } as const;
  expect(smoothedSeries(line, 0)).toEqual([line]);
  expect(smoothedSeries(line, 0.5)).toEqual([
    { ...line, label: 'KL, each update', isBackdrop: true },
    { ...line, values: [4, 2, 10 / 7] },
  ]);
});

test('powers of ten suit what is positive and spreads', () => {
  expect(suitsLog([[0.001, NaN, 0.1], [2]])).toBe(true);
  expect(suitsLog([[0.001, 0, 0.1]])).toBe(false);
  expect(suitsLog([[5, 6, 7]])).toBe(false);
  expect(suitsLog([[], [NaN]])).toBe(false);
});

test('labels that would overlap move down just far enough', () => {
  expect(spreadLabels([50, 10, 14], 12)).toEqual([50, 10, 22]);
});
