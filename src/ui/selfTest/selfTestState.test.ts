import { expect, test } from 'vitest';
import type { CheckResult } from '../../../workers/protocol.ts';
import { applyToSelfTest, NO_SELF_TEST, type SelfTestChange } from './selfTestState.ts';
import { describeVerdict } from './verdict.ts';

const result = (changes: Partial<CheckResult> = {}): CheckResult => ({
  name: 'matmul, 1 × 4',
  kernels: ['matmul'],
  outcome: 'passed',
  tolerance: 1e-5,
  errors: { out: 1e-6 },
  problem: null,
  ...changes,
});
const progressed = (changes?: Partial<CheckResult>): SelfTestChange => ({
  kind: 'selfTest.progressed',
  result: result(changes),
  total: 2,
});
const failed = (code: string): SelfTestChange => ({
  kind: 'selfTest.failed',
  failure: { code, what: 'What.', why: 'Why.', fix: 'Fix.' },
});
const after = (...changes: SelfTestChange[]) => changes.reduce(applyToSelfTest, NO_SELF_TEST);

test('results come in one by one until the test is finished; a new start forgets them', () => {
  const running = after({ kind: 'started' }, progressed());
  expect(running).toEqual({ phase: 'running', results: [result()], total: 2, failure: null });
  const finished = after({ kind: 'started' }, progressed(), progressed(), { kind: 'selfTest.finished' });
  expect([finished.phase, finished.results.length]).toEqual(['finished', 2]);
  expect(applyToSelfTest(finished, { kind: 'started' }).results).toEqual([]);
});

test('being cancelled is no failure, being interrupted is one; both keep what was found', () => {
  const cancelled = after({ kind: 'started' }, progressed(), failed('cancelled'));
  expect([cancelled.phase, cancelled.failure, cancelled.results.length]).toEqual(['cancelled', null, 1]);
  const interrupted = after({ kind: 'started' }, progressed(), failed('interrupted'));
  expect([interrupted.phase, interrupted.failure?.code]).toEqual(['failed', 'interrupted']);
});

test('news of a test that is over changes nothing', () => {
  const cancelled = after({ kind: 'started' }, failed('cancelled'));
  expect(applyToSelfTest(cancelled, progressed())).toBe(cancelled);
  expect(applyToSelfTest(NO_SELF_TEST, failed('engine-lost'))).toBe(NO_SELF_TEST);
});

test('only a whole test without a wrong number says that all is well', () => {
  const end: SelfTestChange = { kind: 'selfTest.finished' };
  expect(describeVerdict(after({ kind: 'started' }, progressed(), progressed(), end)).tone).toBe('gain');
  expect(describeVerdict(after({ kind: 'started' }, progressed())).tone).toBe('plain');
  expect(describeVerdict(after({ kind: 'started' }, progressed(), failed('cancelled'))).tone).toBe('plain');
  const wrong = { outcome: 'wrong', problem: 'out is off' } as const;
  expect(describeVerdict(after({ kind: 'started' }, progressed(wrong))).tone).toBe('loss');
  expect(describeVerdict(after({ kind: 'started' }, progressed(wrong), progressed(), end)).tone).toBe('loss');
});

test('what the adapter cannot run is counted apart', () => {
  const absent = { kernels: ['matmulF16'], outcome: 'unavailable', errors: {} } as const;
  const verdict = describeVerdict(
    after({ kind: 'started' }, progressed(), progressed(absent), { kind: 'selfTest.finished' }),
  );
  expect(verdict.tone).toBe('gain');
  expect(verdict.detail).toMatch(/1 kernel .*not run/);
});
