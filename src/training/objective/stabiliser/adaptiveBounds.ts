import type { AdaptiveBounds } from '../parts.ts';

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** A token of the batch, with its weight in the loss. */
export interface WeightedRatio {
  readonly ratio: number;
  readonly advantage: number;
  readonly weight: number;
}

/**
 * BAPO's bounds for one batch (arXiv 2510.18927): starting at their first values, the lower and then the upper bound rise
 * step by step until tokens with a positive advantage contribute at least `positiveShare` of the gradient. A higher lower
 * bound silences tokens with a negative advantage that have become unlikely, a higher upper bound lets more positive ones through.
 */
export function adaptiveBounds(tokens: readonly WeightedRatio[], rule: AdaptiveBounds): Bounds {
  let bounds: Bounds = { low: rule.low.start, high: rule.high.start };
  const isMet = () => positiveShare(tokens, bounds) >= rule.positiveShare;
  while (!isMet() && bounds.low < rule.low.end) {
    bounds = { ...bounds, low: Math.min(bounds.low + rule.low.step, rule.low.end) };
  }
  while (!isMet() && bounds.high < rule.high.end) {
    bounds = { ...bounds, high: Math.min(bounds.high + rule.high.step, rule.high.end) };
  }
  return bounds;
}

/**
 * Share of the summed |ρ·A| of all tokens that keep a gradient within the bounds that comes from positive advantages; 1 when
 * nothing negative is left. The authors' code counts a token outside at its bound instead, by which a higher lower bound
 * would add to the negative side.
 */
export function positiveShare(tokens: readonly WeightedRatio[], { low, high }: Bounds): number {
  let positive = 0;
  let negative = 0;
  for (const { ratio, advantage, weight } of tokens) {
    if (advantage >= 0) positive += ratio <= high ? weight * ratio * advantage : 0;
    else negative -= ratio >= low ? weight * ratio * advantage : 0;
  }
  return negative === 0 ? 1 : positive / (positive + negative);
}
