import { expect, test } from 'vitest';
import { smoothed, spreadLabels } from './curves.ts';

test('smoothing starts at the first value and forgets it by halves', () => {
  expect(smoothed([4, 1, 1], 0.5)).toEqual([4, 2, 10 / 7]); // (2 + 1) / 1.5, (1 + 0.5 + 1) / 1.75
  expect(smoothed([], 0.5)).toEqual([]);
});

test('labels that would overlap move down just far enough', () => {
  expect(spreadLabels([50, 10, 14], 12)).toEqual([50, 10, 22]);
});
