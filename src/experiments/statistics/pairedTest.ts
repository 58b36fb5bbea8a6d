import { RandomStream } from '../../base/random.ts';
import type { Sample } from '../../base/statistics.ts';
import { tallied } from './bootstrap.ts';

/** Random sign flips of one test; the smallest p-value is about one in so many. */
const FLIPS = 9999;
/** Sets of signs that are remembered, a megabyte each. */
const MOST_SIGNS = 8;

/**
 * Two-sided p-value of “both sides are worth the same”, by flipping the signs of whole clusters (a permutation test on
 * paired differences; Fisher 1935, Good 2005). The statistic is the sum over clusters of the differences of their sums, each
 * divided by its side's number of samples: the difference of the means. Where a cluster has one difference it is as likely
 * as its opposite if the sides are worth the same, so every flip is as likely as what was seen, which counts as one of them.
 *
 * @throws RangeError when a side has no sample
 */
export function pairedTest(before: readonly Sample[], after: readonly Sample[], seed = 0): number {
  if (before.length === 0 || after.length === 0) throw new RangeError('pairedTest: each side needs a sample');
  const [left, right] = [tallied(before), tallied(after)];
  const clusters = [...new Set([...left.keys(), ...right.keys()])].sort();
  const differences = clusters.map(
    (cluster) => (right.get(cluster)?.sum ?? 0) / after.length - (left.get(cluster)?.sum ?? 0) / before.length,
  );
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  const signs = signsOf(seed, differences.length);
  let asLarge = 0;
  for (let flip = 0; flip < FLIPS; flip++) {
    let sum = 0;
    differences.forEach((value, index) => (sum += value * (signs[flip * differences.length + index] ?? 1)));
    // Sums in another order differ in their last bits: equal is equal enough.
    if (Math.abs(sum) >= seen - 1e-12) asLarge += 1;
  }
  return (asLarge + 1) / (FLIPS + 1);
}

const flips = new Map<string, Int8Array>();

/** 1 or −1, [flip, cluster]: the same numbers for every test of so many clusters, so they are drawn once. */
function signsOf(seed: number, clusterCount: number): Int8Array {
  const name = `${seed} ${clusterCount}`;
  const known = flips.get(name);
  if (known) return known;
  const random = new RandomStream(seed, 'sign flips');
  const signs = Int8Array.from({ length: FLIPS * clusterCount }, () => (random.uniform() < 0.5 ? 1 : -1));
  if (flips.size >= MOST_SIGNS) flips.clear();
  flips.set(name, signs);
  return signs;
}
