import { describe, expect, test } from 'vitest';
import { adaptiveBounds, positiveShare } from './adaptiveBounds.ts';
import { clippedSurrogate, dualClipped } from './clip.ts';
import { entropyBounds, entropyRanks, redistributed } from './entropyClip.ts';
import { withoutLargeMovements } from './rejection.ts';
import { plainSurrogate } from './surrogate.ts';
import { truncatedWeight } from './truncatedWeight.ts';

describe('clip', () => {
  const at = (ratio: number, advantage: number) => clippedSurrogate(ratio, advantage, 0.8, 1.28);
  test('the gradient goes where the step would overshoot, and only there', () => {
    expect(at(1.5, 2)).toEqual({ value: 2.56, slope: 0, clipped: 'high' });
    expect(at(0.5, 2)).toEqual({ value: 1, slope: 1, clipped: null }); // good and too rare: let it rise
    expect(at(0.5, -2)).toEqual({ value: -1.6, slope: 0, clipped: 'low' });
    expect(at(1.5, -2)).toEqual({ value: -3, slope: -3, clipped: null });
    expect(at(1, 2)).toEqual(plainSurrogate(1, 2));
    expect(at(9, 0)).toEqual({ value: 0, slope: 0, clipped: null });
  });
  test('the dual clip bounds bad tokens of large ratio', () => {
    expect(dualClipped(at(5, -2), -2, 3)).toEqual({ value: -6, slope: 0, clipped: 'dual' });
    expect(dualClipped(at(2, -2), -2, 3)).toEqual(at(2, -2));
    expect(dualClipped(at(5, 2), 2, 3)).toEqual(at(5, 2));
  });
});

test('a truncated weight never takes a gradient away', () => {
  expect(truncatedWeight(2, -1.5, 3, 0.8, 1.2)).toEqual({
    value: 1.2 * 3 * -1.5,
    slope: 3.5999999999999996,
    clipped: 'high',
  });
  expect(truncatedWeight(0.1, -1.5, -3, 0.8, 1.2)).toMatchObject({ slope: -2.4000000000000004, clipped: 'low' });
  expect(truncatedWeight(1, -1.5, 3, 0.8, 1.2)).toMatchObject({ slope: 3, clipped: null });
});

describe('adaptive bounds', () => {
  const rule = {
    kind: 'adaptive-bounds',
    low: { start: 0.6, end: 0.9, step: 0.1 },
    high: { start: 1.2, end: 2, step: 0.4 },
    positiveShare: 0.5,
    dual: null,
  } as const;
  const token = (ratio: number, advantage: number) => ({ ratio, advantage, weight: 1 });

  test('stay where they are when good tokens contribute enough', () => {
    expect(adaptiveBounds([token(1, 1), token(1, -1)], rule)).toEqual({ low: 0.6, high: 1.2 });
  });
  test('the lower one rises first, silencing bad tokens that became rare', () => {
    const tokens = [token(1, 1), token(0.65, -1), token(1, -0.9)];
    expect(positiveShare(tokens, { low: 0.6, high: 1.2 })).toBeLessThan(0.5);
    const bounds = adaptiveBounds(tokens, rule);
    expect(bounds).toEqual({ low: 0.7, high: 1.2 });
    expect(positiveShare(tokens, bounds)).toBeCloseTo(1 / 1.9, 12);
  });
  test('then the upper one, letting more good ones through; both end somewhere', () => {
    const tokens = [token(1.5, 1), token(1, -1)];
    const bounds = adaptiveBounds(tokens, rule);
    expect(bounds.low).toBeCloseTo(0.9, 12);
    expect(bounds.high).toBeCloseTo(1.6, 12);
    expect(adaptiveBounds([token(1, -1)], rule)).toEqual({ low: 0.9, high: 2 });
    expect(positiveShare([], { low: 0.6, high: 1.2 })).toBe(1);
  });
});

describe('clipping by entropy', () => {
  test('ranks reach from −1 for the most certain to 1 for the most uncertain token; the pivot quantile is 0', () => {
    const ranks = entropyRanks([0.1, 1, 10], 0.5);
    expect(ranks).toEqual([expect.closeTo(-1, 12), expect.closeTo(0, 12), expect.closeTo(1, 12)]);
    expect(entropyRanks([0.7, 0.7], 0.8)).toEqual([0, 0]);
    expect(entropyRanks([0, 1], 0.5).every(Number.isFinite)).toBe(true);
  });
  test('uncertain tokens may rise further, certain ones fall further', () => {
    expect(entropyBounds(0.5, 0.2)).toEqual({ low: 0.8, high: expect.closeTo(1.3, 12) });
    expect(entropyBounds(-0.5, 0.2)).toEqual({ low: expect.closeTo(0.7, 12), high: 1.2 });
    expect(entropyBounds(0, 0.2)).toEqual({ low: 0.8, high: 1.2 });
  });
  test('redistribution: uncertain tokens that moved count more, certain ones that did not count less', () => {
    const bounds = { low: 0.8, high: 1.2 };
    expect(redistributed(2, 0.5, 1, bounds)).toBe(2);
    expect(redistributed(2, 0.5, 1.15, bounds)).toBe(3);
    expect(redistributed(2, -0.5, 1, bounds)).toBe(1);
    expect(redistributed(2, -0.5, 1.15, bounds)).toBe(2);
  });
});

test('rejection takes the largest movements above the threshold, at most its share', () => {
  const certain = Math.log(0.9);
  const unlikely = Math.log(0.1);
  // Movements: 0.2, 1.8, 0.9, 2.7.
  expect(withoutLargeMovements([2, 2, -1, -3], [certain, unlikely, unlikely, unlikely], 1, 0.5)).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(withoutLargeMovements([2, 2, -1, -3], [certain, unlikely, unlikely, unlikely], 1, 0.25)).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(withoutLargeMovements([2, 2, -1, -3], [certain, unlikely, unlikely, unlikely], 3, 1)).toEqual([
    true,
    true,
    true,
    true,
  ]);
});
