/** A trajectory of a pair: what it earned, and log π(τ) − log π_base(τ) over its trained tokens. */
export interface PairMember {
  readonly earned: number;
  readonly logRatio: number;
}

/**
 * CoPG (Contrastive Policy Gradient, arXiv 2406.19185): for every pair of a group `−Δr·Δℓ + ½β·Δℓ²` with Δr the difference of
 * what they earned and Δℓ that of their log-ratios to the base. Its gradient by ℓ_i is `−(Δr − β·Δℓ)`: policy gradient whose
 * baseline is the other trajectory, valid for trajectories of any policy. Half of every pair's loss belongs to each member.
 *
 * @param others the other members of the group
 * @returns mean over the pairs of `own`: its part of the loss, and the derivative of the *whole* loss by its log-ratio,
 *   both to be divided by the number of trajectories
 */
export function contrastiveLoss(
  own: PairMember,
  others: readonly PairMember[],
  klWeight: number,
): { readonly loss: number; readonly slope: number } {
  let loss = 0;
  let slope = 0;
  for (const other of others) {
    const earned = own.earned - other.earned;
    const ratio = own.logRatio - other.logRatio;
    loss += (-earned * ratio + (klWeight * ratio ** 2) / 2) / 2;
    slope -= earned - klWeight * ratio;
  }
  const count = Math.max(others.length, 1);
  return { loss: loss / count, slope: slope / count };
}
