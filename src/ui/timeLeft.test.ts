import { expect, test } from 'vitest';
import { defaultRunConfig } from '../record/runConfig.ts';
import { fixtureMetrics } from './fixtures.ts';
import { NO_RUN, type RunState } from './runState.ts';
import { forecastSeconds, secondsLeft, secondsPerUpdate, shareOfRun, shareOfUpdate } from './timeLeft.ts';

const metrics = { ...fixtureMetrics(0), rolloutSeconds: 6, scoreSeconds: 0, updateSeconds: 3, saveSeconds: 1 };
const run: RunState = {
  ...NO_RUN,
  config: { ...defaultRunConfig(), updates: 10 },
  updatesDone: 4,
  history: [{ updateIndex: 3, metrics }],
};

test('the time left is the updates left times the mean seconds of one', () => {
  expect(secondsPerUpdate(run.history)).toBe(10);
  expect(secondsLeft(run)).toBe(60);
});

test('nothing is promised before the first update is measured', () => {
  expect(secondsLeft({ ...run, history: [] })).toBeNull();
});

test('the next run is foretold from the pace of the last, for its own number of dialogues', () => {
  const next = { ...defaultRunConfig(), updates: 3, episodesPerUpdate: defaultRunConfig().episodesPerUpdate / 2 };
  expect(forecastSeconds(run, next)).toBe(15); // 3 updates of 10 s, half as many dialogues each
  expect(forecastSeconds(NO_RUN, next)).toBeNull();
});

test('phases count by the time they took last time', () => {
  const halfLearned: RunState = { ...run, progress: { updateIndex: 4, phase: 'update', share: 0.5 } };
  expect(shareOfUpdate(halfLearned)).toBeCloseTo(0.75); // 6 s of dialogues and 1.5 s of learning, of 10 s
  expect(secondsLeft(halfLearned)).toBeCloseTo(52.5);
  expect(shareOfRun(halfLearned)).toBeCloseTo(0.475);
});

test('progress of an update that is already counted adds nothing', () => {
  expect(shareOfUpdate({ ...run, progress: { updateIndex: 3, phase: 'save', share: 1 } })).toBe(0);
});
