import { describe, expect, test } from 'vitest';
import { bootstrapped, correlation, finding, rankCorrelation } from './correlation.ts';
import { RandomStream } from './random.ts';

const pairsOf = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([x, y], index) => ({ cluster: `${index}`, x, y }));

describe('correlation', () => {
  test('by hand: (1,1), (2,3), (3,2) has covariance 1 and both spreads 2', () => {
    expect(correlation(pairsOf([1, 1], [2, 3], [3, 2]))).toBeCloseTo(0.5);
    expect(correlation(pairsOf([1, -2], [2, -4], [3, -6]))).toBeCloseTo(-1);
  });
  test('is nobody’s where one side never changes', () => {
    expect(correlation(pairsOf([1, 5], [2, 5]))).toBeNull();
    expect(correlation(pairsOf([1, 5]))).toBeNull();
    expect(correlation([])).toBeNull();
  });
  test('of ranks sees order alone, and ties share a rank', () => {
    expect(rankCorrelation(pairsOf([1, 1], [2, 10], [3, 1000]))).toBeCloseTo(1);
    // Ranks 1.5, 1.5, 3 against 1, 2, 3: covariance 1.5, spreads 1.5 and 2.
    expect(rankCorrelation(pairsOf([0, 1], [0, 2], [5, 3]))).toBeCloseTo(1.5 / Math.sqrt(3));
  });
});

test('finding: two hits, one false alarm, one miss', () => {
  const cases = [
    [true, true],
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ].map(([isMarked = false, isTrue = false]) => ({ isMarked, isTrue }));
  expect(finding(cases)).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 });
  expect(finding([{ isMarked: false, isTrue: false }])).toEqual({ precision: null, recall: null, f1: null });
  expect(finding([{ isMarked: false, isTrue: true }])).toEqual({ precision: null, recall: 0, f1: 0 });
});

describe('a bootstrap over clusters', () => {
  test('holds the value, is wider for fewer clusters, and comes out the same again', () => {
    const noisy = (count: number) => {
      const random = new RandomStream(1, 'pairs');
      return Array.from({ length: count }, (_, index) => {
        const x = random.normal();
        return { cluster: `${index}`, x, y: x + random.normal() };
      });
    };
    const of = (count: number) => bootstrapped(noisy(count), correlation, new RandomStream(1, 'bootstrap'));
    const [few, many] = [of(20), of(400)];
    if (!few || !many) throw new Error('there is a correlation');
    expect(many.low).toBeLessThan(Math.SQRT1_2);
    expect(many.high).toBeGreaterThan(Math.SQRT1_2);
    expect(few.high - few.low).toBeGreaterThan(2 * (many.high - many.low));
    expect(of(20)).toEqual(few);
  });
  test('of one cluster says nothing about spread', () => {
    const same = pairsOf([1, 1], [2, 3], [3, 2]).map((pair) => ({ ...pair, cluster: 'one' }));
    expect(bootstrapped(same, correlation, new RandomStream(1, 'b'))).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });
});
