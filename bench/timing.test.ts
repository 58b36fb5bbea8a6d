import { expect, test } from 'vitest';
import { median, timed } from './timing.ts';

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([9, 1, 2])).toBe(2);
  expect(median([4, 1, 100, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test('the first run is not counted, and a budget that is used up still gives a number', async () => {
  let runs = 0;
  const count = async () => {
    runs += 1;
  };
  expect(await timed(count, 3)).toBeGreaterThanOrEqual(0);
  expect(runs).toBe(4);
  expect(await timed(count, 100, 0)).toBeGreaterThanOrEqual(0);
  expect(runs).toBe(6); // one to warm up, one measured
});
