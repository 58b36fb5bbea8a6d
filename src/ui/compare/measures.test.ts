import { expect, test } from 'vitest';
import type { RunConfig } from '../../record/runConfig.ts';
import { fixtureEpisode } from '../fixtures.ts';
import { atMoment, fixtureRuns } from './compareFixtures.ts';
import { playedRows } from './dialogueMeasures.ts';
import { signOf } from './measureRow.ts';
import { recordedRows, type Measured } from './measures.ts';
import { asOf } from './contender.ts';

/** One dialogue per scenario, with these points of seats A and B. */
const dialogues = (points: Readonly<Record<string, [number, number]>>) =>
  Object.entries(points).map(([scenario, own]) => {
    const episode = fixtureEpisode(scenario);
    return { ...episode, scenario: { ...episode.scenario, canonicalId: scenario }, points: own };
  });

function measured(second: Partial<RunConfig> = {}): Measured[] {
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

const rowOf = (runs: readonly Measured[], label: string) => recordedRows(runs).find((row) => row.label === label);

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
  // Two clusters that both rose: of four ways to flip their signs, two lie as far from zero.
  expect(second?.difference?.pValue).toBeCloseTo(0.5, 1);
});

test('a checkpoint is measured by the evaluation and the update that its run had had by then', () => {
  const [whole] = measured();
  if (!whole) throw new Error('two were made');
  const then = { ...whole, ...asOf(atMoment(whole, 1)) };
  const rows = recordedRows([whole, then]);
  const valueOf = (label: string) => rows.find((row) => row.label === label)?.cells[1]?.value;
  expect(valueOf('Held-out points')).toMatchObject({ mean: 1 });
  expect(valueOf('Entropy')).toBe(10); // of its first update; the run's last is 12
  const before = { ...whole, ...asOf(atMoment(whole, 0)), lastEpisodes: [] };
  expect(recordedRows([before])).toEqual([]);
});

test('dialogues that were played now say points, agreement and how strategies were meant and followed', () => {
  const [first, second] = [dialogues({ x: [2, 4], y: [8, 8] }), dialogues({ x: [4, 4], y: [9, 9] })];
  const rows = playedRows([first, second]);
  const cellOf = (label: string) => rows.find((row) => row.label === label)?.cells[1];
  expect(cellOf('Points')?.difference?.mean).toBeCloseTo(1);
  expect(cellOf('Agreement')?.value).toMatchObject({ mean: 1 });
  expect(cellOf('Strategy fit')?.value).toMatchObject({ mean: 1 });
  expect(cellOf('Turns per dialogue')?.difference).toMatchObject({ mean: 0, pValue: 1 });
});

test('a seat whose points nobody knows is no zero', () => {
  const [episode] = dialogues({ x: [0, 6] });
  if (!episode) throw new Error('one was made');
  const rows = playedRows([[{ ...episode, unscored: [0] }]]);
  expect(rows.find(({ label }) => label === 'Points')?.cells[0]?.value).toMatchObject({ mean: 6 });
});

test('points of different games are shown, and not subtracted', () => {
  const rows = recordedRows(measured({ environment: 'social' }));
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
