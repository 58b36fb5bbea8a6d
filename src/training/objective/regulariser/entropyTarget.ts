import type { EntropyTarget, TemperatureRule } from '../parts.ts';

/**
 * The next coefficient of an entropy bonus that aims at a target: one step of dual ascent, kept in [0, maximum], as soft
 * actor-critic tunes its temperature (Haarnoja et al. 2018, arXiv 1812.05905, section 5).
 */
export function nextEntropyCoefficient(
  coefficient: number,
  entropy: number,
  { target, rate, maximum }: Pick<EntropyTarget, 'target' | 'rate' | 'maximum'>,
): number {
  return Math.min(Math.max(coefficient + rate * (target - entropy), 0), maximum);
}

/** AEPO (arXiv 2510.08141): the temperature of the regulariser's samples, hot while entropy is below the target, else cold. */
export function regulatingTemperature(entropy: number, { targetEntropy, below, above }: TemperatureRule): number {
  return entropy < targetEntropy ? below : above;
}
