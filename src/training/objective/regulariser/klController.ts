/**
 * The adaptive KL controller of Ziegler et al. 2019 (arXiv 1909.08593, section 2.2): the coefficient grows while the KL of a
 * trajectory is above the target, by at most 20 % per `horizon` trajectories.
 *
 * @param observed mean over trajectories of the KL summed over tokens, nats
 * @param trajectories how many were played since the last step
 */
export function nextKlCoefficient(
  coefficient: number,
  observed: number,
  { target, horizon }: { readonly target: number; readonly horizon: number },
  trajectories: number,
): number {
  const error = Math.min(Math.max(observed / target - 1, -0.2), 0.2);
  return coefficient * (1 + (error * trajectories) / horizon);
}
