import { spreadOf } from './groupStatistics.ts';

/** What becomes of an advantage: `(A − shift) / divisor`. */
export interface Affine {
  readonly shift: number;
  readonly divisor: number;
}

export const UNCHANGED: Affine = { shift: 0, divisor: 1 };
const EPSILON = 1e-6;

/**
 * To about unit size, `A / (sqrt(mean A²) + 1e-6)`, so that one learning rate fits every reward scale. The mean is not
 * subtracted: a baseline already did that. It equals the standard deviation when the mean is near 0, and stays finite when
 * all advantages are equal, as in a batch of one turn.
 */
export function byRootMeanSquare(advantages: readonly number[]): Affine {
  const meanSquare = advantages.reduce((sum, value) => sum + value * value, 0) / Math.max(advantages.length, 1);
  return { shift: 0, divisor: Math.sqrt(meanSquare) + EPSILON };
}

/** The largest becomes ±1: EPO (arXiv 2502.12486) eq. 4 where the advantages are those of one trajectory. 0 stays 0. */
export function byLargest(advantages: readonly number[]): Affine {
  const largest = advantages.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0);
  return { shift: 0, divisor: largest > 0 ? largest : 1 };
}

/** Mean 0, standard deviation 1: "advantage normalisation" of PPO and REINFORCE++ (arXiv 2501.03262), over the whole batch. */
export function byWhitening(advantages: readonly number[]): Affine {
  const { mean, standardDeviation } = spreadOf(advantages);
  return { shift: mean, divisor: standardDeviation + EPSILON };
}

/** GRPO (arXiv 2402.03300): by the standard deviation of what the group earned. A group without spread stays at 0. */
export function bySpread(earned: readonly number[]): Affine {
  return { shift: 0, divisor: spreadOf(earned).standardDeviation + EPSILON };
}
