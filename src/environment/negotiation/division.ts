import type { SeatIndex } from '../../record/scenario.ts';
import type { DealScenario, Triple } from './schemas.ts';

/** What a share is worth to somebody with these values per unit. */
export function worth(values: Triple, share: Triple): number {
  return values[0] * share[0] + values[1] * share[1] + values[2] * share[2];
}

/** What is left of the table for the other seat. */
export function complement(counts: Triple, share: Triple): Triple {
  return [counts[0] - share[0], counts[1] - share[1], counts[2] - share[2]];
}

export function isSameShare(one: Triple, other: Triple): boolean {
  return one[0] === other[0] && one[1] === other[1] && one[2] === other[2];
}

/** Every share that one seat could get, `nothing` first, `everything` last. */
export function allocations(counts: Triple): Triple[] {
  const shares: Triple[] = [];
  for (let first = 0; first <= counts[0]; first++) {
    for (let second = 0; second <= counts[1]; second++) {
      for (let third = 0; third <= counts[2]; third++) shares.push([first, second, third]);
    }
  }
  return shares;
}

/** Points of both seats when `share` goes to `seat` and the rest to the other. */
export function pointsOfDeal(scenario: DealScenario, seat: SeatIndex, share: Triple): [number, number] {
  const rest = complement(scenario.counts, share);
  const [shareOf0, shareOf1] = seat === 0 ? [share, rest] : [rest, share];
  return [worth(scenario.values[0], shareOf0), worth(scenario.values[1], shareOf1)];
}

/** True when no other split is at least as good for both seats and better for one. `share` is seat 0's. */
export function isParetoOptimal(scenario: DealScenario, share: Triple): boolean {
  const [own, partner] = pointsOfDeal(scenario, 0, share);
  return allocations(scenario.counts).every((other) => {
    const [rivalOwn, rivalPartner] = pointsOfDeal(scenario, 0, other);
    const isNowhereWorse = rivalOwn >= own && rivalPartner >= partner;
    return !isNowhereWorse || (rivalOwn === own && rivalPartner === partner);
  });
}

/**
 * The share of somebody with `ownValues` in the split with the largest product of both seats' points (Nash 1950, with
 * no deal worth 0 to both). Among equal products, the larger sum, then the earlier in `allocations`.
 */
export function nashShare(counts: Triple, ownValues: Triple, partnerValues: Triple): Triple {
  let best: Triple = [0, 0, 0];
  let bestProduct = -1;
  let bestSum = -1;
  for (const share of allocations(counts)) {
    const own = worth(ownValues, share);
    const partner = worth(partnerValues, complement(counts, share));
    const product = own * partner;
    if (product < bestProduct || (product === bestProduct && own + partner <= bestSum)) continue;
    [best, bestProduct, bestSum] = [share, product, own + partner];
  }
  return best;
}

/** Half of each kind; odd units go to me and to the partner in turn, starting with what I value most. */
export function evenShare(counts: Triple, values: Triple): Triple {
  const share: Triple = [Math.floor(counts[0] / 2), Math.floor(counts[1] / 2), Math.floor(counts[2] / 2)];
  const byValue = ([0, 1, 2] as const).toSorted((one, other) => values[other] - values[one]);
  byValue
    .filter((kind) => counts[kind] % 2 === 1)
    .forEach((kind, index) => {
      if (index % 2 === 0) share[kind] += 1;
    });
  return share;
}
