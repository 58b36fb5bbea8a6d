import { expect, test } from 'vitest';
import { RandomStream } from './random.ts';
import { clusteredMean, pairedDifference, unpairedDifference } from './statistics.ts';
import type { Sample } from './statistics.ts';

const samples = (groups: Record<string, readonly number[]>): Sample[] =>
  Object.entries(groups).flatMap(([cluster, values]) => values.map((value) => ({ cluster, value })));

test('with a cluster per sample it is the textbook interval', () => {
  const { mean, low, high } = clusteredMean(samples({ a: [2], b: [4], c: [9] }));
  expect(mean).toBe(5);
  const standardError = Math.sqrt(13 / 3); // s² = (9 + 1 + 16) / 2 = 13, over 3 samples
  expect(high - mean).toBeCloseTo(1.959964 * standardError, 9);
  expect(mean - low).toBeCloseTo(1.959964 * standardError, 9);
});

test('copies of a sample in its cluster add no certainty', () => {
  const once = clusteredMean(samples({ a: [2], b: [4], c: [9] }));
  const thrice = clusteredMean(samples({ a: [2, 2, 2], b: [4, 4, 4], c: [9, 9, 9] }));
  expect(thrice.mean).toBeCloseTo(once.mean, 12);
  expect(thrice.high).toBeCloseTo(once.high, 12);
});

test('clusters of different sizes, by hand', () => {
  const { mean, high } = clusteredMean(samples({ a: [1, 3], b: [8] }));
  expect(mean).toBe(4); // pulls: (−3 − 1) / 3 and 4 / 3; se² = 2 · (16/9 + 16/9)
  expect(high - mean).toBeCloseTo(1.959964 * Math.sqrt(64 / 9), 9);
});

test('what both conditions share in a cluster cancels', () => {
  const before = samples({ easy: [8], medium: [5], hard: [1] });
  const after = samples({ easy: [9], medium: [6], hard: [2] });
  const { mean, low, high } = pairedDifference(before, after);
  expect([mean, low, high].map((value) => value.toFixed(9))).toEqual(['1.000000000', '1.000000000', '1.000000000']);
});

test('paired differences 1, 2 and 3: mean 2, standard error 1 / sqrt(3)', () => {
  const { mean, high } = pairedDifference(samples({ a: [8], b: [5], c: [1] }), samples({ a: [9], b: [7], c: [4] }));
  expect(mean).toBeCloseTo(2, 12);
  expect(high - mean).toBeCloseTo(1.959964 / Math.sqrt(3), 9);
});

test('nothing in common: variances add', () => {
  const [before, after] = [samples({ a: [0], b: [2] }), samples({ c: [5], d: [9] })];
  // each pull is ±0.5 before and ±1 after; se² = 4/3 · (0.25 + 0.25 + 1 + 1)
  expect(pairedDifference(before, after).high - 6).toBeCloseTo(1.959964 * Math.sqrt(10 / 3), 9);
});

test('the interval covers the truth about 95 times in 100, although samples of a cluster agree', () => {
  const random = new RandomStream(1, 'coverage');
  let covered = 0;
  for (let trial = 0; trial < 400; trial++) {
    const trialSamples = Array.from({ length: 60 }, (_, cluster) => {
      const shared = random.normal();
      return Array.from({ length: 4 }, () => ({ cluster: `${cluster}`, value: shared + 0.5 * random.normal() }));
    }).flat();
    const { low, high } = clusteredMean(trialSamples);
    if (low <= 0 && high >= 0) covered++;
  }
  expect(covered / 400).toBeGreaterThan(0.92); // 95 % ± 2.7 standard errors of 1.1 %
  expect(covered / 400).toBeLessThan(0.98);
});

test('one cluster has no interval, no sample has no mean', () => {
  expect(clusteredMean(samples({ a: [1, 3] }))).toEqual({ mean: 2, low: 2, high: 2 });
  expect(() => clusteredMean([])).toThrow(RangeError);
});

test('without the measurements, the intervals of two means add in squares', () => {
  const difference = unpairedDifference({ mean: 5, low: 2, high: 8 }, { mean: 7, low: 3, high: 11 }); // half widths 3, 4
  expect(difference).toEqual({ mean: 2, low: -3, high: 7 });
});
