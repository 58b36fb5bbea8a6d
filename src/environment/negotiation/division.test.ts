import { expect, test } from 'vitest';
import { allocations, evenShare, isParetoOptimal, nashShare, pointsOfDeal, worth } from './division.ts';
import type { DealScenario, Triple } from './schemas.ts';

const counts: Triple = [2, 2, 3];
const scenario: DealScenario = {
  environment: 'deal-or-no-deal',
  id: 'x',
  canonicalId: 'x',
  split: 'train',
  counts,
  values: [
    [3, 2, 0],
    [0, 2, 2],
  ],
};

test('a deal pays each seat its own values', () => {
  expect(pointsOfDeal(scenario, 0, [2, 1, 0])).toEqual([8, 8]);
  expect(pointsOfDeal(scenario, 1, [0, 2, 3])).toEqual([6, 10]);
  expect(worth([3, 2, 0], counts)).toBe(10);
});

test('there are (2+1)(2+1)(3+1) ways to divide 2, 2 and 3 items', () => {
  expect(allocations(counts)).toHaveLength(36);
  expect(new Set(allocations(counts).map(String)).size).toBe(36);
});

test('giving away what only the partner values is efficient, keeping it is not', () => {
  expect(isParetoOptimal(scenario, [2, 1, 0])).toBe(true);
  expect(isParetoOptimal(scenario, [2, 1, 1])).toBe(false); // a ball is worth 0 to seat 0 and 2 to seat 1
  expect(isParetoOptimal(scenario, [2, 2, 3])).toBe(false);
  expect(isParetoOptimal(scenario, [2, 2, 0])).toBe(true); // 10 and 6: one hat moved costs one of them 2
});

test('the Nash split gives each seat what it values alone and shares the hats', () => {
  expect(nashShare(counts, [3, 2, 0], [0, 2, 2])).toEqual([2, 1, 0]); // 8 × 8 beats 10 × 6 and 6 × 10
});

test('odd units of an even split go to me and to the partner in turn, from what I value most', () => {
  expect(evenShare([2, 2, 3], [3, 2, 0])).toEqual([1, 1, 2]);
  expect(evenShare([1, 3, 1], [1, 5, 2])).toEqual([1, 2, 0]); // hats first to me, the ball to them, the book to me
});
