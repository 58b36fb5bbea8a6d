import { expect, test } from 'vitest';
import type { CheckResult } from '../src/gpu/checks/run.ts';
import { reportOf } from './commands/selfTest.ts';

const passed: CheckResult = {
  name: 'sum, 3',
  kernels: ['sum'],
  outcome: 'passed',
  tolerance: 1e-5,
  errors: { out: 1e-7 },
  problem: null,
};
const absent: CheckResult = { ...passed, name: 'sum f16, 3', kernels: ['sumF16'], outcome: 'unavailable', errors: {} };

test('the self-test passes when nothing failed, and lists what this adapter could not run and what it lacks', () => {
  expect(reportOf([passed, absent], ['subgroups'])).toMatchObject({
    hasPassed: true,
    missingFeatures: ['shader-f16'],
    notRun: ['sum f16, 3'],
  });
});

test.each(['wrong', 'broken'] as const)('one %s check fails it', (outcome) => {
  expect(reportOf([passed, { ...passed, outcome, problem: 'why' }], []).hasPassed).toBe(false);
});

test('a self-test of nothing has not passed', () => {
  expect(reportOf([], []).hasPassed).toBe(false);
});
