import { expect, test } from 'vitest';
import { drawWeight, FULL_WEIGHT, halvingsPerNat } from './drawWeight.ts';

/** float32 numbers from 0 to just below `end`. */
const halvingsBelow = (end: number) => Array.from({ length: 50_000 }, (_, step) => Math.fround((step / 50_000) * end));

test('the most likely token has full weight, and each halving halves it', () => {
  expect(drawWeight(0)).toBe(FULL_WEIGHT);
  for (let halvings = 0; halvings <= 30; halvings++) expect(drawWeight(halvings)).toBe(2 ** (30 - halvings));
});

test('between halvings it is 2^-x, to 1.6e-7 of it and half a unit', () => {
  const excess = halvingsBelow(31).map((halvings) => {
    const exact = FULL_WEIGHT * 2 ** -halvings;
    return (Math.abs(drawWeight(halvings) - exact) - 0.5) / exact;
  });
  const worst = excess.reduce((a, b) => Math.max(a, b));
  expect(worst).toBeLessThan(1.6e-7);
  expect(worst).toBeGreaterThan(1e-8);
});

test('what cannot happen weighs nothing', () => {
  expect([31, 1e30, Infinity, NaN].map(drawWeight)).toEqual([0, 0, 0, 0]);
});

test('a nat halves e-fold: log2(e) at temperature 1 and, for the report of a greedy draw, at 0', () => {
  expect(halvingsPerNat(1)).toBe(Math.fround(Math.LOG2E));
  expect(halvingsPerNat(0)).toBe(Math.fround(Math.LOG2E));
  expect(halvingsPerNat(0.5)).toBe(2 * Math.fround(Math.LOG2E));
  expect(halvingsPerNat(1e-40)).toBe(Math.fround(1e30));
  expect(halvingsPerNat(1e-320)).toBe(halvingsPerNat(0)); // 0 in float32
});
