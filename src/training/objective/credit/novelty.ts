/**
 * XRPO's novelty-aware sharpening (arXiv 2510.06672): a good trajectory that the policy found less likely than its group is
 * raised, `A + min(max(weight·(η − 1), 0), cap·A)` for A > 0, with `η = exp(mean of the group's s − s)` and s the mean
 * log-prob of a trajectory's tokens when it was sampled. Advantages ≤ 0 stay.
 *
 * @param meanLogProb s of the trajectory, nats per token
 * @param groupMeanLogProb mean of s over its group
 * @param cap at most this share of the advantage is added
 */
export function sharpenedByNovelty(
  advantage: number,
  meanLogProb: number,
  groupMeanLogProb: number,
  { weight, cap }: { readonly weight: number; readonly cap: number },
): number {
  if (!(advantage > 0)) return advantage;
  const novelty = Math.exp(groupMeanLogProb - meanLogProb);
  return advantage + Math.min(Math.max(weight * (novelty - 1), 0), cap * advantage);
}
