import { expect, test } from 'vitest';
import { fakeMetrics } from '../storage/fakeRecords.ts';
import { alarmsOfRun } from '../training/objective/alarms.ts';
import { createAlarmHistory } from './alarmHistory.ts';
import type { UpdatePoint } from './runState.ts';

const CONFIG = { episodesPerScenario: 2 };
/** Entropy falls to nothing and comes back, twice. */
const history = Array.from({ length: 60 }, (_, updateIndex): UpdatePoint => {
  const entropy = updateIndex % 25 > 20 ? 0.01 : 1;
  return { updateIndex, metrics: { ...fakeMetrics(1), entropy, gradientNorm: 1, zeroSpreadGroupShare: 0 } };
});

test('a growing history rings like one that is gone through from its beginning', () => {
  const alarms = createAlarmHistory();
  expect(alarmsOfRun(CONFIG, history).length).toBeGreaterThan(1);
  for (let length = 0; length <= history.length; length++) {
    const part = history.slice(0, length);
    expect(alarms(CONFIG, part)).toEqual(alarmsOfRun(CONFIG, part));
  }
});

test('points that are put before the known ones are counted in', () => {
  const alarms = createAlarmHistory();
  alarms(CONFIG, history.slice(30));
  expect(alarms(CONFIG, history)).toEqual(alarmsOfRun(CONFIG, history));
  expect(alarms(CONFIG, history.slice(0, 10))).toEqual([]);
});
