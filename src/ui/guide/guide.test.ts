import { expect, test } from 'vitest';
import { defaultDraft, parseDraft } from '../configForm.ts';
import { NO_RUN, type RunState } from '../runState.ts';
import { parseRoute } from '../route.ts';
import { GUIDE, SMALL_RUN, stepNow } from './guide.ts';

const at = (hash: string, run: Partial<RunState> = {}) => ({ route: parseRoute(hash), run: { ...NO_RUN, ...run } });

test('it goes on with the run and with the person, and never back', () => {
  expect(stepNow(0, at('#/train'))).toBe(0);
  expect(stepNow(0, at('#/train', { status: 'starting' }))).toBe(0);
  expect(stepNow(0, at('#/train', { status: 'running' }))).toBe(1);
  expect(stepNow(1, at('#/train', { status: 'running', updatesDone: 1 }))).toBe(2);
  expect(stepNow(2, at('#/train', { status: 'finished', updatesDone: 3 }))).toBe(3);
  expect(stepNow(3, at('#/inspect/run-1'))).toBe(3);
  expect(stepNow(3, at('#/inspect/run-1/0-0'))).toBe(4);
  expect(stepNow(4, at('#/storage'))).toBe(GUIDE.length);
  expect(stepNow(3, at('#/train'))).toBe(3);
  expect(stepNow(GUIDE.length, at('#/train'))).toBe(GUIDE.length);
});

test('the small run is one that can be started', () => {
  expect(parseDraft({ ...defaultDraft(), ...SMALL_RUN }).ok).toBe(true);
});
