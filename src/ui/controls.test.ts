import { expect, test } from 'vitest';
import { controlsFor, type RunSituation } from './controls.ts';

const running: RunSituation = { status: 'running', pending: null, isEngineReady: true, canResume: false };

function shown(situation: RunSituation): string[] {
  return controlsFor(situation).map(({ label, isEnabled }) => (isEnabled ? label : `(${label})`));
}

test('each state of a run offers what can be done in it', () => {
  expect(shown({ ...running, status: 'idle' })).toEqual(['Train']);
  expect(shown({ ...running, status: 'starting' })).toEqual(['(Starting…)']);
  expect(shown(running)).toEqual(['Pause', '(Step)', 'Stop']);
  expect(shown({ ...running, status: 'paused' })).toEqual(['Resume', 'Step', 'Stop']);
  expect(shown({ ...running, status: 'stopped', canResume: true })).toEqual(['Resume', 'Train']);
  expect(shown({ ...running, status: 'finished', canResume: true })).toEqual(['Train']);
});

test('an order that is on its way cannot be given twice, but a run can always be stopped', () => {
  expect(shown({ ...running, pending: 'pause' })).toEqual(['(Pausing…)', '(Step)', 'Stop']);
  expect(shown({ ...running, pending: 'stop' })).toEqual(['(Pause)', '(Step)', '(Stopping…)']);
  expect(shown({ ...running, status: 'paused', pending: 'step' })).toEqual(['(Resume)', '(Stepping…)', 'Stop']);
});

test('nothing starts without an engine', () => {
  expect(shown({ ...running, status: 'failed', canResume: true, isEngineReady: false })).toEqual([
    '(Resume)',
    '(Train)',
  ]);
});
