import { allocations, complement, worth } from '../negotiation/division.ts';
import type { Triple } from '../negotiation/schemas.ts';

/** Packages of food, water and firewood on the table, the same in every scenario. */
export const PACKAGES: Triple = [3, 3, 3];
/** Worth of a package of the item somebody ranks first, second and third. */
export const WORTH_OF_RANK = [5, 4, 3] as const;
/** Everything on the table: 3 × (5 + 4 + 3). */
export const RAW_OF_ALL = 36;
/** What leaving without a deal is worth to each camper, whether somebody walks away or time runs out. */
export const RAW_WITHOUT_DEAL = 5;

export const ALL_SHARES: readonly Triple[] = allocations(PACKAGES);

/** Raw points (0–36) on the common scale of 0–10. */
export function pointsOfRaw(raw: number): number {
  return (raw * 10) / RAW_OF_ALL;
}

/** What the other camper gets when this one gets `share`. */
export function restOf(share: Triple): Triple {
  return complement(PACKAGES, share);
}

/** Exact: true when no other division is at least as good for both and better for one. `share` belongs to `values[0]`. */
export function isEfficient(share: Triple, [own, partner]: readonly [Triple, Triple]): boolean {
  const [ownRaw, partnerRaw] = [worth(own, share), worth(partner, restOf(share))];
  return !ALL_SHARES.some((rival) => {
    const [rivalOwn, rivalPartner] = [worth(own, rival), worth(partner, restOf(rival))];
    return rivalOwn >= ownRaw && rivalPartner >= partnerRaw && rivalOwn + rivalPartner > ownRaw + partnerRaw;
  });
}

/**
 * The share of somebody with values `own` in the division with the largest product of both gains over leaving without a
 * deal (Nash 1950). Among equal products the larger sum, then the earlier in `ALL_SHARES`.
 */
export function nashShare(own: Triple, partner: Triple): Triple {
  let best: Triple = [0, 0, 0];
  let bestProduct = -Infinity;
  let bestSum = -Infinity;
  for (const share of ALL_SHARES) {
    const gain = worth(own, share) - RAW_WITHOUT_DEAL;
    const partnerGain = worth(partner, restOf(share)) - RAW_WITHOUT_DEAL;
    if (gain < 0 || partnerGain < 0) continue;
    const [product, sum] = [gain * partnerGain, gain + partnerGain];
    if (product < bestProduct || (product === bestProduct && sum <= bestSum)) continue;
    [best, bestProduct, bestSum] = [share, product, sum];
  }
  return best;
}
