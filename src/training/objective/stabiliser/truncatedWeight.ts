import type { Surrogate } from './surrogate.ts';

/**
 * CISPO (MiniMax-M1, arXiv 2506.13585): REINFORCE weighted by the clipped ratio, `stop(clip(ρ, lowest, highest))·A·log π`.
 * The weight is a constant, so that no token loses its gradient.
 *
 * @param constantRatio ρ where no derivative passes; equal to the current ratio in training
 */
export function truncatedWeight(
  constantRatio: number,
  logProb: number,
  advantage: number,
  lowest: number,
  highest: number,
): Surrogate {
  const weight = Math.min(Math.max(constantRatio, lowest), highest);
  const clipped = weight === constantRatio ? null : weight > constantRatio ? 'low' : 'high';
  return { value: weight * advantage * logProb, slope: weight * advantage, clipped };
}
