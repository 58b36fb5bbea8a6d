import { expect, test } from 'vitest';
import { returnsToGo } from './returns.ts';

test('a return adds up what is to come, discounted once per own turn', () => {
  expect(returnsToGo([1, 0, 4], 0.5)).toEqual([2, 2, 4]); // 1 + 0/2 + 4/4, 0 + 4/2, 4
});

test('without discount it is the sum of the rest, with discount 0 the reward itself', () => {
  expect(returnsToGo([1, 2, 3], 1)).toEqual([6, 5, 3]);
  expect(returnsToGo([1, 2, 3], 0)).toEqual([1, 2, 3]);
});

test('no turns, no returns', () => expect(returnsToGo([], 0.99)).toEqual([]));

test('golden vector A of the reference implementation', () => {
  const expected = [2.728776, 2.756339, 1.77408, 1.792, 0.8];
  returnsToGo([0, 1, 0, 1, 0.8], 0.99).forEach((value, turn) => expect(value).toBeCloseTo(expected[turn] ?? NaN, 6));
});

test.each([-0.1, 1.1, NaN])('a discount of %s is refused', (discount) =>
  expect(() => returnsToGo([1], discount)).toThrow(RangeError),
);
