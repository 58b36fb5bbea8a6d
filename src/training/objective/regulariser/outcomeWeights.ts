/**
 * RAPO's reward-aware reference (after arXiv 2510.03865): the forward KL weighs more on trajectories that did better than
 * their group, `exp(φ·(outcome − mean))`, normalised to mean 1 within the group. The paper reweights the reference policy; on
 * sampled trajectories that is a weight. φ = 0: all weigh 1.
 */
export function outcomeWeights(outcomes: readonly number[], strength: number): number[] {
  const mean = outcomes.reduce((sum, value) => sum + value, 0) / Math.max(outcomes.length, 1);
  const weights = outcomes.map((outcome) => Math.exp(strength * (outcome - mean)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (weight * outcomes.length) / total);
}
