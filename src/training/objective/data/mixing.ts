import type { DemonstrationRule } from '../parts.ts';

/** How much a group's own trajectories and its demonstrations weigh. */
export interface Mixture {
  readonly own: number;
  readonly demonstrations: number;
}

/**
 * HPT's gate (arXiv 2509.04419): a group whose share of successes is at most `gate` learns from its demonstrations, any
 * other from its own trajectories. A group without demonstrations always learns from its own.
 *
 * @param outcomes of the group's own trajectories
 */
export function mixtureOf(
  outcomes: readonly number[],
  hasDemonstrations: boolean,
  { successOutcome, gate, imitationWeight }: DemonstrationRule,
): Mixture {
  const successes = outcomes.filter((outcome) => outcome >= successOutcome).length;
  const isFailing = hasDemonstrations && successes / Math.max(outcomes.length, 1) <= gate;
  return isFailing ? { own: 0, demonstrations: imitationWeight } : { own: 1, demonstrations: 0 };
}
