import { describe, expect, test } from 'vitest';
import type { Sample } from '../../base/statistics.ts';
import { clusteredMean, pairedDifference } from '../../base/statistics.ts';
import { RandomStream } from '../../base/random.ts';
import { bootstrapDifference, bootstrapMean } from './bootstrap.ts';
import { correlation } from './correlation.ts';
import { eloIntervals, eloRatings, type Game } from './elo.ts';
import { survivors } from './halving.ts';
import { holm } from './holm.ts';
import { pairedTest } from './pairedTest.ts';
import { isPlateau } from './plateau.ts';

/** Clusters of four around a mean of their own. */
function noise(seed: number, shift: number, clusters = 60): Sample[] {
  return Array.from({ length: clusters }, (_, index) => {
    const random = new RandomStream(7, 'cluster', index);
    const own = random.normal();
    const draws = new RandomStream(seed, 'within', index);
    return Array.from({ length: 4 }, () => ({ cluster: `c${index}`, value: own + shift + 0.5 * draws.normal() }));
  }).flat();
}

describe('bootstrap', () => {
  test('agrees with the cluster-robust interval, and is a function of samples and seed', () => {
    const samples = noise(1, 5);
    const [ours, robust] = [bootstrapMean(samples), clusteredMean(samples)];
    expect(ours.mean).toBeCloseTo(robust.mean, 12);
    expect(ours.low).toBeCloseTo(robust.low, 1);
    expect(ours.high).toBeCloseTo(robust.high, 1);
    expect(bootstrapMean(samples)).toEqual(ours);
    expect(bootstrapMean(samples, 1)).not.toEqual(ours);
  });

  test('what both sides share in a cluster cancels', () => {
    const [before, after] = [noise(1, 0), noise(2, 0.3)];
    const [ours, robust] = [bootstrapDifference(before, after), pairedDifference(before, after)];
    expect(ours.mean).toBeCloseTo(robust.mean, 12);
    expect(ours.high - ours.low).toBeLessThan(0.6 * (bootstrapMean(after).high - bootstrapMean(after).low));
    expect(Math.abs(ours.low - robust.low)).toBeLessThan(0.03);
  });

  test('one cluster says nothing about spread; no sample has no mean', () => {
    const one = bootstrapMean([1, 2, 6].map((value) => ({ cluster: 'a', value })));
    expect(one).toEqual({ mean: 3, low: 3, high: 3 });
    expect(() => bootstrapMean([])).toThrow(RangeError);
    expect(() => bootstrapDifference([], noise(1, 0))).toThrow(RangeError);
  });
});

describe('paired test', () => {
  const pairs = (differences: readonly number[]): [Sample[], Sample[]] => [
    differences.map((_, index) => ({ cluster: `c${index}`, value: index })),
    differences.map((difference, index) => ({ cluster: `c${index}`, value: index + difference })),
  ];

  test('three equal differences: two of eight flips are as large', () => {
    expect(pairedTest(...pairs([1, 1, 1]))).toBeCloseTo(2 / 8, 1);
  });

  test('ten of one sign: 2 / 1,024; no difference: 1', () => {
    expect(pairedTest(...pairs(Array.from({ length: 10 }, () => 0.4)))).toBeLessThan(0.005);
    expect(pairedTest(...pairs([0, 0, 0]))).toBe(1);
  });

  test('where nothing differs, about one of twenty is below .05', () => {
    const values = Array.from({ length: 100 }, (_, seed) =>
      pairedTest(noise(seed + 10, 0, 20), noise(seed + 500, 0, 20)),
    );
    const share = values.filter((value) => value < 0.05).length / 100;
    expect(share).toBeLessThan(0.12);
    expect(values.reduce((sum, value) => sum + value, 0) / 100).toBeGreaterThan(0.4);
  });
});

describe('Holm', () => {
  test('by hand: 3 × .01, 2 × .03, and never less than before', () => {
    expect(holm([0.04, 0.01, 0.03])).toEqual([0.06, 0.03, 0.06]);
    expect(holm([0.5, 0.6])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('successive halving', () => {
  const scores: Readonly<Record<string, number | null>> = { a: 1, b: 3, c: null, d: 3, e: 2 };
  test('the best go on, equals in their order, who could not be measured last', () => {
    const names = Object.keys(scores);
    const scoreOf = (name: string) => scores[name] ?? null;
    expect(survivors(names, scoreOf, 3)).toEqual(['b', 'd', 'e']);
    expect(survivors(names, scoreOf, 5)).toEqual(['b', 'd', 'e', 'a', 'c']);
  });
  test('where nothing is known the first stand for them', () => {
    expect(survivors(['a', 'b', 'c'], () => null, 2)).toEqual(['a', 'b']);
  });
});

describe('plateau', () => {
  const rule = { patience: 2, minimumGain: 0.1 };
  test('so many rounds without progress over the best', () => {
    expect(isPlateau([5, 6, 6.05], rule)).toBe(false);
    expect(isPlateau([5, 6, 6.05, 6.09], rule)).toBe(true);
    expect(isPlateau([5, 6, 6.05, 6.2], rule)).toBe(false);
    expect(isPlateau([], rule)).toBe(false);
  });
  test('small gains count against the best before them, so that a creep ends too', () => {
    expect(isPlateau([5, 5.04, 5.08], rule)).toBe(true);
  });
  test('equal values are no progress even where no gain is asked for', () => {
    expect(isPlateau([5, 5, 5], { patience: 2, minimumGain: 0 })).toBe(true);
  });
});

describe('Elo', () => {
  const games = (first: string, second: string, won: number, lost: number): Game[] =>
    Array.from({ length: won + lost }, (_, index) => ({
      cluster: `c${index % 30}`,
      first,
      second,
      score: index % (won + lost) < won ? 1 : 0,
    }));

  test('two players: the odds of ten to one are 400 points', () => {
    const ratings = eloRatings(games('better', 'base', 1000, 100), 'base');
    expect(ratings.get('base')).toBeCloseTo(0, 9);
    expect(ratings.get('better')).toBeGreaterThan(385);
    expect(ratings.get('better')).toBeLessThan(405);
  });

  test('ratings carry over: a beats b as b beats base', () => {
    const ratings = eloRatings([...games('a', 'b', 300, 100), ...games('b', 'base', 300, 100)], 'base');
    expect(ratings.get('a')).toBeCloseTo(2 * (ratings.get('b') ?? NaN), -1);
  });

  test('who never lost has a finite rating; draws are half of each', () => {
    expect(eloRatings(games('a', 'base', 20, 0), 'base').get('a')).toBeLessThan(800);
    const draws = games('a', 'base', 10, 0).map((game) => ({ ...game, score: 0.5 }));
    expect(eloRatings(draws, 'base').get('a')).toBeCloseTo(0, 6);
  });

  test('intervals hold the rating and shrink with games; the anchor has none', () => {
    const few = eloIntervals(games('a', 'base', 30, 15), 'base').get('a');
    const many = eloIntervals(games('a', 'base', 600, 300), 'base');
    const width = (interval?: { low: number; high: number }) => (interval ? interval.high - interval.low : NaN);
    expect(few?.low).toBeLessThan(few?.mean ?? NaN);
    expect(width(many.get('a'))).toBeLessThan(width(few));
    expect(width(many.get('base'))).toBe(0);
    expect(() => eloRatings([], 'base')).toThrow(RangeError);
  });
});

describe('correlation', () => {
  const pairs = (ys: readonly number[]) => ys.map((y, x) => ({ cluster: `c${x}`, x, y }));
  test('a line is 1, its mirror −1, a constant none', () => {
    expect(correlation(pairs([1, 3, 5, 7]))?.mean).toBeCloseTo(1, 12);
    expect(correlation(pairs([7, 5, 3, 1]))?.mean).toBeCloseTo(-1, 12);
    expect(correlation(pairs([2, 2, 2]))).toBeNull();
  });
  test('by hand: x 0…3 and y 1, 0, 3, 2 go together with .6', () => {
    const interval = correlation(pairs([1, 0, 3, 2]));
    expect(interval?.mean).toBeCloseTo(0.6, 12);
    expect(interval?.low).toBeLessThan(0.6);
  });
});
