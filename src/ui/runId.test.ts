import { expect, test } from 'vitest';
import { newRunId } from './runId.ts';

test('an id says when the run was started, and no two of one page are the same', () => {
  const at = new Date(2026, 10, 20, 19, 32, 5).getTime();
  const first = newRunId(at, null);
  expect(first).toBe('run-20261120-193205');
  const second = newRunId(at + 400, first);
  expect(second).toBe('run-20261120-193205-2');
  expect(newRunId(at + 900, second)).toBe('run-20261120-193205-3');
  expect(newRunId(at + 1000, second)).toBe('run-20261120-193206');
});
