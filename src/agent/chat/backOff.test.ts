import { expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import { backOffMs, parseRetryAfter } from './backOff.ts';

test('waits are uniform up to a limit that doubles from half a second to half a minute', () => {
  const random = new RandomStream(1, 'back-off');
  for (const [attempt, longest] of [
    [1, 500],
    [2, 1000],
    [4, 4000],
    [9, 30_000],
  ] as const) {
    const waits = Array.from({ length: 2_000 }, () => backOffMs(attempt, null, random));
    expect(Math.max(...waits)).toBeLessThan(longest);
    expect(Math.max(...waits)).toBeGreaterThan(0.98 * longest);
    expect(Math.min(...waits)).toBeLessThan(0.02 * longest);
  }
});

test('never earlier than the server asks for, and the same stream waits the same', () => {
  expect(backOffMs(1, 7_000, new RandomStream(1, 'x'))).toBeGreaterThan(7_000);
  expect(backOffMs(3, null, new RandomStream(2, 'x'))).toBe(backOffMs(3, null, new RandomStream(2, 'x')));
});

test('Retry-After is a number of seconds or a date', () => {
  const now = Date.parse('Fri, 06 Nov 2026 08:49:37 GMT');
  expect(parseRetryAfter('3', now)).toBe(3_000);
  expect(parseRetryAfter('0.5', now)).toBe(500);
  expect(parseRetryAfter('Fri, 06 Nov 2026 08:50:07 GMT', now)).toBe(30_000);
  expect(parseRetryAfter('Fri, 06 Nov 2026 08:00:00 GMT', now)).toBe(0);
  expect([parseRetryAfter(null, now), parseRetryAfter('', now), parseRetryAfter('soon', now)]).toEqual([
    null,
    null,
    null,
  ]);
});
