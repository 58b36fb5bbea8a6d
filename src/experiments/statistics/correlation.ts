import type { Interval } from '../../base/statistics.ts';
import { percentileIntervals } from './bootstrap.ts';

/** Two measurements of one thing. */
export interface Pair {
  readonly cluster: string;
  readonly x: number;
  readonly y: number;
}

/**
 * Pearson's correlation with its 95 % interval from the cluster bootstrap; null where one side never varies.
 */
export function correlation(pairs: readonly Pair[], seed = 0): Interval | null {
  const value = pearson(pairs);
  if (value === null) return null;
  const clusters = new Map<string, Pair[]>();
  for (const pair of pairs) clusters.set(pair.cluster, [...(clusters.get(pair.cluster) ?? []), pair]);
  const groups = [...clusters.values()];
  const [interval] = percentileIntervals([value], groups.length, seed, (drawn) => {
    const resampled = pearson(drawn.flatMap((index) => groups[index] ?? []));
    // Where a resample holds too little to vary, there is nothing that goes together.
    return [resampled ?? 0];
  });
  return interval ?? null;
}

function pearson(pairs: readonly Pair[]): number | null {
  const n = pairs.length;
  const [meanX, meanY] = [pairs.reduce((sum, { x }) => sum + x, 0) / n, pairs.reduce((sum, { y }) => sum + y, 0) / n];
  let [xx, yy, xy] = [0, 0, 0];
  for (const { x, y } of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}
