import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('a steady stream has its rate after a second, whatever its chunks are', () => {
  const pace = new Pace();
  expect(pace.at(0, 0)).toBeNull();
  expect(pace.at(500, 40)).toBeNull();
  expect(pace.at(1000, 100)).toBe(100);
  expect(pace.at(2000, 200)).toBe(100);
});

test('a change counts by three tenths a second, and what begins anew is not a negative rate', () => {
  const pace = new Pace();
  pace.at(0, 0);
  pace.at(1000, 100);
  expect(pace.at(2000, 300)).toBeCloseTo(0.3 * 200 + 0.7 * 100);
  expect(pace.at(2500, 0)).toBeCloseTo(130);
  expect(pace.at(3500, 130)).toBeCloseTo(130);
});
