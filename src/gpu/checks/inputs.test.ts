import { expect, test } from 'vitest';
import { checkInput, checkIntegers, checkSign } from './inputs.ts';

// The expected numbers are what tools/golden/kernels/common.py gives.
test('inputs, integers and signs are those of Python', () => {
  expect([...checkInput('gate up', 3)]).toEqual([-0.29911041259765625, -0.41319167613983154, 0.7588573694229126]);
  expect(checkInput('gate up', 200_000).at(-1)).toBe(-0.033725857734680176);
  expect([...checkIntegers('tokens', 5, 61)]).toEqual([53, 56, 35, 33, 35]);
  expect([...checkIntegers('a', 2, 2 ** 32)]).toEqual([2358114169, 194306328]);
  const signs = (projection: number) => Array.from({ length: 10 }, (_, index) => checkSign(projection, index));
  expect(signs(0)).toEqual([-1, 1, 1, 1, 1, -1, 1, -1, 1, 1]);
  expect(signs(7)).toEqual([1, 1, -1, -1, 1, 1, -1, 1, 1, 1]);
});

test('inputs are spread evenly over [-1, 1), and two names are unrelated', () => {
  const [left, right] = [checkInput('left', 10_000), checkInput('right', 10_000)];
  expect(Math.min(...left)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...left)).toBeLessThan(1);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean(left))).toBeLessThan(0.03); // 5 standard errors of 1 / √3 / 100
  expect(mean(left.map((value) => value * value))).toBeCloseTo(1 / 3, 1);
  expect(Math.abs(mean(left.map((value, index) => value * (right[index] ?? NaN))))).toBeLessThan(0.02);
});

test('signs of two projections are unrelated', () => {
  const products = Array.from({ length: 10_000 }, (_, index) => checkSign(0, index) * checkSign(1, index));
  expect(Math.abs(products.reduce<number>((sum, product) => sum + product, 0))).toBeLessThan(500); // 5 standard errors
});
