import { expect, test } from 'vitest';
import { scaleToUnit } from './normalise.ts';

test('a batch is scaled as one, and signs stay', () => {
  const [first, second] = scaleToUnit([[3, -4], [0, 0, 5]]); // prettier-ignore
  // mean square (9 + 16 + 25) / 5 = 10
  expect(first?.[0]).toBeCloseTo(3 / Math.sqrt(10), 5);
  expect(first?.[1]).toBeCloseTo(-4 / Math.sqrt(10), 5);
  expect(second?.[2]).toBeCloseTo(5 / Math.sqrt(10), 5);
});

test('nothing to learn stays nothing', () => {
  expect(scaleToUnit([[0, 0], [], [0]])).toEqual([[0, 0], [], [0]]);
  expect(scaleToUnit([])).toEqual([]);
});

test('a batch of one turn is not blown up, and rounding noise is not either', () => {
  expect(scaleToUnit([[0.02]])[0]?.[0]).toBeCloseTo(1, 3);
  expect(Math.abs(scaleToUnit([[1e-17, -1e-17]])[0]?.[0] ?? NaN)).toBeLessThan(1e-10);
});
