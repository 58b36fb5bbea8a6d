import { RandomStream } from '../../base/random.ts';
import type { Interval, Sample } from '../../base/statistics.ts';

const RESAMPLES = 2000;
/** Sets of resamples that are remembered: those of a report have a few numbers of clusters. */
const MOST_DRAWS = 16;

/** What a cluster contributes to a mean. */
interface Tally {
  readonly sum: number;
  readonly count: number;
}
const NOTHING: Tally = { sum: 0, count: 0 };

/**
 * Mean with its 95 % percentile interval from the cluster bootstrap (Field & Welsh 2007): whole clusters are drawn with
 * replacement, as many as there are, and the mean is taken over the samples in them. A function of samples and seed.
 *
 * One cluster says nothing about spread: then `low` and `high` equal the mean.
 *
 * @throws RangeError when there is no sample
 */
export function bootstrapMean(samples: readonly Sample[], seed = 0): Interval {
  const tallies = [...tallied(samples).values()];
  const mean = meanAmong(tallies, [...tallies.keys()]);
  if (mean === null) throw new RangeError('bootstrapMean: a mean needs at least one sample');
  const [interval] = percentileIntervals([mean], tallies.length, seed, (drawn) => {
    const value = meanAmong(tallies, drawn);
    return value === null ? null : [value];
  });
  return interval ?? { mean, low: mean, high: mean };
}

/**
 * Difference of two means, `after − before`, with the interval of the same bootstrap: a cluster is drawn for both sides at
 * once, so that what they share in it cancels.
 *
 * @throws RangeError when a side has no sample
 */
export function bootstrapDifference(before: readonly Sample[], after: readonly Sample[], seed = 0): Interval {
  const [left, right] = [tallied(before), tallied(after)];
  const clusters = [...new Set([...left.keys(), ...right.keys()])].sort();
  const [lefts, rights] = [left, right].map((side) => clusters.map((cluster) => side.get(cluster) ?? NOTHING));
  const differenceIn = (drawn: readonly number[]) => {
    const [low, high] = [meanAmong(lefts ?? [], drawn), meanAmong(rights ?? [], drawn)];
    return low === null || high === null ? null : high - low;
  };
  const mean = differenceIn(clusters.map((_, index) => index));
  if (mean === null) throw new RangeError('bootstrapDifference: each side needs a sample');
  const [interval] = percentileIntervals([mean], clusters.length, seed, (drawn) => {
    const value = differenceIn(drawn);
    return value === null ? null : [value];
  });
  return interval ?? { mean, low: mean, high: mean };
}

/**
 * 95 % percentile intervals of statistics that are computed together.
 *
 * @param values of the sample as it is
 * @param statistics of clusters drawn with replacement, by index, in the order of `values`; null: they cannot be computed
 *   there, and it is drawn again
 */
export function percentileIntervals(
  values: readonly number[],
  clusterCount: number,
  seed: number,
  statistics: (drawn: readonly number[]) => readonly number[] | null,
  resamples = RESAMPLES,
): Interval[] {
  if (clusterCount < 2) return values.map((mean) => ({ mean, low: mean, high: mean }));
  const draws = drawsOf(seed, clusterCount);
  const resampled: (readonly number[])[] = [];
  for (let draw = 0; resampled.length < resamples; draw++) {
    const computed = statistics(draws(draw));
    if (computed) resampled.push(computed);
  }
  return values.map((mean, place) => {
    const sorted = resampled.map((computed) => computed[place] ?? NaN).sort((one, two) => one - two);
    return { mean, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
  });
}

type Draws = (draw: number) => readonly number[];
const draws = new Map<string, Draws>();

/** The clusters of each resample: the same numbers for every statistic, so they are drawn once. */
function drawsOf(seed: number, clusterCount: number): Draws {
  const name = `${seed} ${clusterCount}`;
  const known = draws.get(name);
  if (known) return known;
  const random = new RandomStream(seed, 'bootstrap');
  const drawn: (readonly number[])[] = [];
  const drawAt: Draws = (draw) => {
    while (drawn.length <= draw) drawn.push(Array.from({ length: clusterCount }, () => random.index(clusterCount)));
    return drawn[draw] ?? [];
  };
  if (draws.size >= MOST_DRAWS) draws.clear();
  draws.set(name, drawAt);
  return drawAt;
}

/** In the order in which clusters first appear. */
export function tallied(samples: readonly Sample[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { cluster, value } of samples) {
    const { sum, count } = tallies.get(cluster) ?? NOTHING;
    tallies.set(cluster, { sum: sum + value, count: count + 1 });
  }
  return tallies;
}

/** null where the drawn clusters hold no sample. */
function meanAmong(tallies: readonly Tally[], drawn: readonly number[]): number | null {
  let [sum, count] = [0, 0];
  for (const index of drawn) {
    const tally = tallies[index] ?? NOTHING;
    sum += tally.sum;
    count += tally.count;
  }
  return count === 0 ? null : sum / count;
}

/** Of ascending values, linear between neighbours. */
function quantile(values: readonly number[], share: number): number {
  const place = share * (values.length - 1);
  const [below, above] = [values[Math.floor(place)] ?? NaN, values[Math.ceil(place)] ?? NaN];
  return below + (above - below) * (place - Math.floor(place));
}
