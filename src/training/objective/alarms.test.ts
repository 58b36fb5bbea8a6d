import { expect, test } from 'vitest';
import type { Vital } from '../../record/alarm.ts';
import { fakeMetrics } from '../../storage/fakeRecords.ts';
import { alarmsOf, alarmsOfRun, newAlarms, remember } from './alarms.ts';

const vital: Vital = { entropy: 1.5, klToBase: 0.1, ratioMax: 1, gradientNorm: 1, zeroSpreadShare: 0.1 };
/** The alarms after each update of a run, as the run tells them. */
function told(run: readonly Partial<Vital>[]): string[][] {
  let history: Vital[] = [];
  return run.map((changes) => {
    const now = { ...vital, ...changes };
    const kinds = newAlarms(history, now).map(({ kind }) => kind);
    history = remember(history, now);
    return kinds;
  });
}

test('trouble is told when it begins, not while it lasts, and again when it comes back', () => {
  const bad = { klToBase: 6 };
  expect(told([{}, bad, bad, {}, bad])).toEqual([[], ['kl-runaway'], [], [], ['kl-runaway']]);
});

test('another kind of trouble is told beside one that lasts', () => {
  expect(told([{ klToBase: 6 }, { klToBase: 6, ratioMax: 11 }])).toEqual([['kl-runaway'], ['ratio-explosion']]);
});

test('groups of one dialogue cannot differ: that is no alarm', () => {
  expect(told([{ zeroSpreadShare: null }, { zeroSpreadShare: 1 }])).toEqual([[], ['zero-spread']]);
});

test('a gradient after none at all is no spike', () => {
  expect(told([{ gradientNorm: 0 }, { gradientNorm: 0 }, { gradientNorm: 0 }, { gradientNorm: 2 }]).flat()).toEqual([]);
});

test('of a long run the first updates and the last fifty are remembered; what was normal at first still counts', () => {
  const long = Array.from({ length: 400 }, (_, update) => ({ ...vital, entropy: update < 3 ? 2 : 0.5 }));
  const kept = long.reduce(remember, [] as Vital[]);
  expect(kept).toEqual([...long.slice(0, 3), ...long.slice(-50)]);
  const collapsed = { ...vital, entropy: 0.19 }; // below a tenth of 2, not of 0.5
  expect(alarmsOf(remember(kept, collapsed)).map(({ kind }) => kind)).toEqual(['entropy-collapse']);
});

test('the alarms of a saved run come back from its numbers, each at its update', () => {
  const normal = { ...fakeMetrics(0.1), gradientNorm: 1, zeroSpreadGroupShare: 0 };
  const history = [0, 1, 2, 3, 4].map((updateIndex) => ({
    updateIndex,
    metrics: updateIndex >= 3 ? { ...normal, klToBase: 6 } : normal,
  }));
  const raised = alarmsOfRun({ episodesPerScenario: 4 }, history);
  expect(raised.map(({ updateIndex, alarm }) => [updateIndex, alarm.kind])).toEqual([[3, 'kl-runaway']]);
});
