import { expect, test } from 'vitest';
import type { RunConfig } from '../../record/runConfig.ts';
import { fixtureEpisode } from '../fixtures.ts';
import { fixtureRuns } from './compareFixtures.ts';
import { measureRows, signOf, type MeasuredRun } from './measures.ts';

/** One dialogue per scenario, with these points of seats A and B. */
const dialogues = (points: Readonly<Record<string, [number, number]>>) =>
  Object.entries(points).map(([scenario, own]) => {
    const episode = fixtureEpisode(scenario);
    return { ...episode, scenario: { ...episode.scenario, canonicalId: scenario }, points: own };
  });

function measured(second: Partial<RunConfig> = {}): MeasuredRun[] {
  const [a, b] = fixtureRuns(
    {
      heldOut: [
        [1, 1],
        [2, 5],
      ],
    },
    { changes: second, heldOut: [[2, 7]] },
  );
  if (!a || !b) throw new Error('two were made');
  return [
    { ...a, lastEpisodes: dialogues({ x: [2, 4], y: [8, 8] }) },
    { ...b, lastEpisodes: dialogues({ x: [4, 4], y: [9, 9] }) },
  ];
}

const rowOf = (runs: readonly MeasuredRun[], label: string) => measureRows(runs).find((row) => row.label === label);

test('the last evaluation counts, and its difference is as uncertain as both together', () => {
  const [first, second] = rowOf(measured(), 'Held-out points')?.cells ?? [];
  expect(first).toEqual({ value: { mean: 5, low: 4.5, high: 5.5 }, difference: null });
  expect(second?.difference?.mean).toBe(2);
  expect(second?.difference?.high).toBeCloseTo(2 + Math.hypot(0.5, 0.5));
});

test('dialogues are paired by scenario: what both scenarios share is no uncertainty', () => {
  const second = rowOf(measured(), 'Points, trained seats')?.cells[1];
  // Means of both seats: 3 and 8, then 4 and 9. Each scenario rose by exactly 1.
  expect(second?.value).toMatchObject({ mean: 6.5 });
  expect(second?.difference?.mean).toBeCloseTo(1);
  expect(second?.difference?.low).toBeCloseTo(1);
});

test('points of different games are shown, and not subtracted', () => {
  const rows = measureRows(measured({ environment: 'social' }));
  expect(rows.flatMap(({ cells }) => cells).every(({ difference }) => difference === null)).toBe(true);
  expect(rows.find(({ label }) => label === 'Held-out points')?.cells[1]?.value).not.toBeNull();
});

test('what no run has measured has no row', () => {
  expect(rowOf(measured(), 'Held-out Pareto')).toBeUndefined(); // nobody agreed: the fixture says null
});

test('a difference has a sign when its interval does not hold zero', () => {
  expect([signOf({ mean: 2, low: 1, high: 3 }), signOf({ mean: -2, low: -3, high: -1 })]).toEqual([1, -1]);
  expect(signOf({ mean: 1, low: -0.1, high: 2 })).toBe(0);
});
