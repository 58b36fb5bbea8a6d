import { expect, test } from 'vitest';
import { summariseByKernel } from './kernelSummary.ts';
import type { CheckResult } from './protocol.ts';

const result = (changes: Partial<CheckResult>): CheckResult => ({
  name: 'matmul, 1 × 4',
  kernels: ['matmul'],
  outcome: 'passed',
  tolerance: 1e-5,
  errors: { out: 1e-6 },
  problem: null,
  ...changes,
});

test('the worst error is the one closest to its own tolerance', () => {
  const [summary] = summariseByKernel([
    result({ errors: { out: 1e-6, dOut: 8e-6 } }),
    result({ name: 'matmul f16', tolerance: 1e-2, errors: { out: 1e-3 } }),
  ]);
  expect(summary).toEqual({
    kernel: 'matmul',
    outcome: 'passed',
    ran: 2,
    passed: 2,
    worst: { error: 8e-6, tolerance: 1e-5, check: 'matmul, 1 × 4' },
    problems: [],
  });
});

test('one failed check fails every kernel that it exercises, and says why', () => {
  const summaries = summariseByKernel([
    result({}),
    result({ name: 'both', kernels: ['matmul', 'sum'], outcome: 'broken', errors: {}, problem: 'no memory' }),
  ]);
  expect(summaries.map(({ kernel, outcome, ran, passed }) => ({ kernel, outcome, ran, passed }))).toEqual([
    { kernel: 'matmul', outcome: 'failed', ran: 2, passed: 1 },
    { kernel: 'sum', outcome: 'failed', ran: 1, passed: 0 },
  ]);
  expect(summaries[1]?.problems).toEqual([{ check: 'both', problem: 'no memory' }]);
  expect(summaries[1]?.worst).toBeNull();
});

test('a kernel is unavailable only when none of its checks can run', () => {
  const absent = { outcome: 'unavailable', errors: {} } as const;
  const summaries = summariseByKernel([result(absent), result({}), result({ ...absent, kernels: ['f16'] })]);
  expect(summaries.map(({ outcome }) => outcome)).toEqual(['passed', 'unavailable']);
});
