/** A mean with its 95 % interval; `record/evaluation.ts` has its schema. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/** One measurement. Measurements with the same cluster (canonical scenario) are not independent of each other. */
export interface Sample {
  readonly cluster: string;
  readonly value: number;
}

/** 97.5 % quantile of the standard normal distribution. */
const NORMAL_QUANTILE = 1.959964;

/**
 * Mean with its 95 % interval from the cluster-robust standard error (Liang & Zeger 1986):
 * `se² = G/(G−1) · Σ_g (Σ_{i∈g} (x_i − mean))² / N²` for N samples in G clusters. With every sample its own cluster it
 * is the usual `s / sqrt(N)`.
 *
 * The interval is normal, so it is a little too narrow below some 30 clusters. One cluster says nothing about spread:
 * then `low` and `high` equal the mean.
 *
 * @throws RangeError when there is no sample
 */
export function clusteredMean(samples: readonly Sample[]): Interval {
  const mean = meanOf(samples);
  return intervalAround(mean, standardErrorOf(influences(samples, mean)));
}

/**
 * Difference of two means, `after − before`, paired by cluster: what both conditions share in a cluster cancels before
 * the spread over clusters is taken. Clusters may differ in size, and a cluster that only one side has still counts.
 *
 * @throws RangeError when a side has no sample
 */
export function pairedDifference(before: readonly Sample[], after: readonly Sample[]): Interval {
  const [meanBefore, meanAfter] = [meanOf(before), meanOf(after)];
  const difference = influences(after, meanAfter);
  for (const [cluster, influence] of influences(before, meanBefore)) {
    difference.set(cluster, (difference.get(cluster) ?? 0) - influence);
  }
  return intervalAround(meanAfter - meanBefore, standardErrorOf(difference));
}

/**
 * Difference of two means of which nothing but their intervals is known, `after − before`, as if they were independent:
 * half widths add in squares. Where both sides met the same situations, the true interval is narrower.
 */
export function unpairedDifference(before: Readonly<Interval>, after: Readonly<Interval>): Interval {
  const halfWidth = Math.hypot(before.high - before.mean, after.high - after.mean);
  const mean = after.mean - before.mean;
  return { mean, low: mean - halfWidth, high: mean + halfWidth };
}

/** How far each cluster pulls the mean: `Σ_{i∈g} (x_i − mean) / N`. They add up to 0. */
function influences(samples: readonly Sample[], mean: number): Map<string, number> {
  const pulls = new Map<string, number>();
  for (const { cluster, value } of samples) {
    pulls.set(cluster, (pulls.get(cluster) ?? 0) + (value - mean) / samples.length);
  }
  return pulls;
}

function standardErrorOf(pulls: ReadonlyMap<string, number>): number {
  if (pulls.size < 2) return 0;
  const sumOfSquares = [...pulls.values()].reduce((sum, pull) => sum + pull * pull, 0);
  return Math.sqrt((pulls.size / (pulls.size - 1)) * sumOfSquares);
}

function meanOf(samples: readonly Sample[]): number {
  if (samples.length === 0) throw new RangeError('statistics: a mean needs at least one sample');
  return samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
}

function intervalAround(mean: number, standardError: number): Interval {
  const halfWidth = NORMAL_QUANTILE * standardError;
  return { mean, low: mean - halfWidth, high: mean + halfWidth };
}
