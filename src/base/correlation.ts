import type { RandomStream } from './random.ts';
import type { Interval } from './statistics.ts';

/** Two measurements of the same thing. Pairs of the same cluster (canonical scenario) are not independent of each other. */
export interface Pair {
  readonly cluster: string;
  readonly x: number;
  readonly y: number;
}

/** Pearson's correlation, −1 to 1; null where one side never changes, or there are fewer than two pairs. */
export function correlation(pairs: readonly Pick<Pair, 'x' | 'y'>[]): number | null {
  const meanX = mean(pairs.map(({ x }) => x));
  const meanY = mean(pairs.map(({ y }) => y));
  let [xx, yy, xy] = [0, 0, 0];
  for (const { x, y } of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return pairs.length < 2 || xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

/** Spearman's correlation: Pearson's of the ranks, where equal values share the mean of theirs. */
export function rankCorrelation(pairs: readonly Pick<Pair, 'x' | 'y'>[]): number | null {
  const [ranksX, ranksY] = [ranksOf(pairs.map(({ x }) => x)), ranksOf(pairs.map(({ y }) => y))];
  return correlation(pairs.map((_, index) => ({ x: ranksX[index] ?? NaN, y: ranksY[index] ?? NaN })));
}

/** How well marks find what is true: shares of 1, null where nothing was marked or true. `f1 = 2·p·r / (p + r)`. */
export interface Finding {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

export function finding(cases: readonly { readonly isMarked: boolean; readonly isTrue: boolean }[]): Finding {
  const hits = cases.filter(({ isMarked, isTrue }) => isMarked && isTrue).length;
  const marked = cases.filter(({ isMarked }) => isMarked).length;
  const real = cases.filter(({ isTrue }) => isTrue).length;
  return {
    precision: marked === 0 ? null : hits / marked,
    recall: real === 0 ? null : hits / real,
    f1: marked + real === 0 ? null : (2 * hits) / (marked + real),
  };
}

/**
 * A statistic with its 95 % interval by bootstrap over clusters (Efron & Tibshirani 1993, percentile method): whole clusters are
 * drawn with replacement, so that what they share does not count twice. null where the statistic is.
 */
export function bootstrapped(
  pairs: readonly Pair[],
  statistic: (pairs: readonly Pair[]) => number | null,
  random: RandomStream,
  resamples = 500,
): Interval | null {
  const value = statistic(pairs);
  if (value === null) return null;
  const byCluster = new Map<string, Pair[]>();
  for (const pair of pairs) byCluster.set(pair.cluster, [...(byCluster.get(pair.cluster) ?? []), pair]);
  const clusters = [...byCluster.values()];
  const drawn = Array.from({ length: resamples }, () => statistic(clusters.flatMap(() => random.pick(clusters))))
    .filter((one) => one !== null)
    .toSorted((one, other) => one - other);
  const quantile = (share: number) => drawn[Math.round(share * (drawn.length - 1))] ?? value;
  return { mean: value, low: quantile(0.025), high: quantile(0.975) };
}

/** From 1. */
function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).toSorted((one, other) => one.value - other.value);
  const ranks = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (order[end + 1]?.value === order[start]?.value) end += 1;
    for (const { index } of order.slice(start, end + 1)) ranks[index] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return ranks;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
