import { beforeEach, expect, test } from 'vitest';
import { defaultRunConfig } from '../record/runConfig.ts';
import type { RunEvent } from '../record/runEvent.ts';
import { fixtureMetrics } from './fixtures.ts';
import { stillPending, useRun } from './runStore.ts';

const started: RunEvent = { kind: 'run.started', config: defaultRunConfig(), modelName: 'parley-mini', updatesDone: 0 };
const finished: RunEvent = { kind: 'update.finished', updateIndex: 0, metrics: fixtureMetrics(0) };

beforeEach(() => useRun.getState().forgetRun());

test('news of another run changes nothing', () => {
  useRun.getState().expectRun('mine');
  const before = useRun.getState();
  before.receive('other', [started]);
  expect(useRun.getState()).toBe(before);
});

test('one batch of news is one change of the store', () => {
  useRun.getState().expectRun('mine');
  let changes = 0;
  const stop = useRun.subscribe(() => changes++);
  useRun.getState().receive('mine', [started, finished]);
  stop();
  expect(changes).toBe(1);
  expect(useRun.getState().run).toMatchObject({ status: 'running', updatesDone: 1 });
});

test('earlier updates that storage tells before the run has started are kept', () => {
  useRun.getState().expectRun('mine');
  useRun.getState().addEarlierUpdates('mine', [{ updateIndex: 0, metrics: fixtureMetrics(0) }]);
  useRun.getState().receive('mine', [{ ...started, updatesDone: 1 }]);
  expect(useRun.getState().run.history).toHaveLength(1);
});

test('an order stays pending until its own answer', () => {
  const paused: RunEvent = { kind: 'run.paused', updatesDone: 1 };
  const continued: RunEvent = { kind: 'run.continued', updatesDone: 1 };
  expect(stillPending('step', continued)).toBe('step');
  expect(stillPending('step', paused)).toBeNull();
  expect(stillPending('save', paused)).toBe('save');
  expect(stillPending('stop', { kind: 'run.stopped', updatesDone: 1 })).toBeNull();
});
