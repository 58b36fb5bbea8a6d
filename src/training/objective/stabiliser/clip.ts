import type { Surrogate } from './surrogate.ts';

/**
 * Clipped surrogate, Schulman et al. 2017 (arXiv 1707.06347) eq. 7: `min(ρA, clip(ρ, lowest, highest)·A)`. Unequal bounds are
 * DAPO's "clip higher" (arXiv 2503.14476). The gradient is 0 where the clipped side is the smaller one.
 */
export function clippedSurrogate(ratio: number, advantage: number, lowest: number, highest: number): Surrogate {
  const bounded = Math.min(Math.max(ratio, lowest), highest);
  if (bounded * advantage < ratio * advantage) {
    return { value: bounded * advantage, slope: 0, clipped: advantage > 0 ? 'high' : 'low' };
  }
  return { value: ratio * advantage, slope: ratio * advantage, clipped: null };
}

/**
 * Dual clip (Ye et al. 2020, arXiv 1912.09729): for A < 0 additionally `max(…, limit·A)`, so that one token of a large ratio
 * cannot dominate. @param limit above 1
 */
export function dualClipped(surrogate: Surrogate, advantage: number, limit: number): Surrogate {
  if (advantage >= 0 || surrogate.value >= limit * advantage) return surrogate;
  return { value: limit * advantage, slope: 0, clipped: 'dual' };
}
