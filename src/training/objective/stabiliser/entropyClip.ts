import { empiricalQuantile } from '../credit/quantileRisk.ts';

/** Entropies of 0 have no logarithm. */
const LEAST_ENTROPY = 1e-6;

/**
 * How uncertain each token is among those of the batch, in [−1, 1]: its log-entropy relative to the `pivot` quantile, divided
 * by the largest distance on its side. HAPO (arXiv 2509.16591) names the quantity and the pivot of 0.8; the division is the
 * lab's choice.
 */
export function entropyRanks(entropies: readonly number[], pivot: number): number[] {
  const logs = entropies.map((entropy) => Math.log(Math.max(entropy, LEAST_ENTROPY)));
  const middle = empiricalQuantile(logs, pivot);
  const highest = logs.reduce((maximum, value) => Math.max(maximum, value - middle), 0);
  const lowest = logs.reduce((maximum, value) => Math.max(maximum, middle - value), 0);
  return logs.map((value) => {
    const side = value > middle ? highest : lowest;
    return side > 0 ? (value - middle) / side : 0;
  });
}

/** HAPO's asymmetric adaptive clipping: uncertain tokens may rise further, certain ones may fall further. */
export function entropyBounds(rank: number, range: number): { readonly low: number; readonly high: number } {
  return { low: 1 - (rank <= 0 ? range * (1 - rank) : range), high: 1 + (rank > 0 ? range * (1 + rank) : range) };
}

/**
 * HAPO's differential advantage redistribution: the advantage of uncertain tokens grows, and that of certain ones shrinks,
 * by the rank; of uncertain ones where the ratio has left the middle of its bounds, of certain ones where it has not.
 *
 * @param constantRatio no derivative passes through it
 */
export function redistributed(
  advantage: number,
  rank: number,
  constantRatio: number,
  bounds: { readonly low: number; readonly high: number },
): number {
  const isNear = constantRatio > 1 - (1 - bounds.low) / 2 && constantRatio < 1 + (bounds.high - 1) / 2;
  return rank > 0 === isNear ? advantage : advantage * (1 + rank);
}
