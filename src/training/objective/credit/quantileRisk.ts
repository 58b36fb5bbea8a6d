import type { QuantileRiskCredit } from '../parts.ts';

/** Tracked quantiles of bundle scores at the lower and the upper level. */
export type Quantiles = readonly [number, number];

/**
 * RiskPO's advantage of a bundle (arXiv 2510.00911, its public code): a mixture of the region between two quantiles and the
 * tail below the lower one, `(ω·tail + middle) / (ω + 1)` with `tail = −max(q_l − s, 0) / α` and
 * `middle = (max(s − q_l, 0) − max(s − q_u, 0) + q_l − q_u) / (β − α)`. Never positive: the best is to lose nothing.
 *
 * @param score of the bundle, the mean of its trajectories' returns
 */
export function riskAdvantage(
  score: number,
  [lower, upper]: Quantiles,
  { lowerLevel, upperLevel, tailWeight }: Pick<QuantileRiskCredit, 'lowerLevel' | 'upperLevel' | 'tailWeight'>,
): number {
  const middle = Math.max(score - lower, 0) - Math.max(score - upper, 0) + lower - upper;
  const tail = lowerLevel > 0 ? -Math.max(lower - score, 0) / lowerLevel : 0;
  return (tailWeight * tail + middle / (upperLevel - lowerLevel)) / (tailWeight + 1);
}

/** One step of stochastic approximation per batch: `q ← q + rate·(level − share of scores below q)`. */
export function trackQuantile(quantile: number, level: number, scores: readonly number[], rate: number): number {
  const below = scores.filter((score) => score < quantile).length / Math.max(scores.length, 1);
  return quantile + rate * (level - below);
}

/** Linear interpolation between the order statistics; level 0 is the smallest, 1 the largest. What tracking starts from. */
export function empiricalQuantile(values: readonly number[], level: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = level * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (position - Math.floor(position)) * (above - below);
}

/**
 * Bundles: the nth trajectory of each of `bundleSize` groups, so that one bundle spans several scenarios.
 *
 * @param groups indices of the trajectories of each group
 * @returns indices of the trajectories of each bundle; every index once
 */
export function bundlesOf(groups: readonly (readonly number[])[], bundleSize: number): number[][] {
  const bundles: number[][] = [];
  for (let first = 0; first < groups.length; first += bundleSize) {
    const spanned = groups.slice(first, first + bundleSize);
    const longest = Math.max(...spanned.map(({ length }) => length));
    for (let member = 0; member < longest; member++) {
      bundles.push(spanned.flatMap((group) => group[member] ?? []));
    }
  }
  return bundles;
}
