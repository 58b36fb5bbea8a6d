/**
 * DAPO's dynamic sampling (arXiv 2503.14476): groups in which every member earned the same are left out, because
 * comparing them teaches nothing. The collector goes on until enough groups are left (`missingGroups`).
 *
 * @returns for each member whether its group is kept
 */
export function hasSpread(groups: readonly string[], earned: readonly number[]): boolean[] {
  const lowest = new Map<string, number>();
  const highest = new Map<string, number>();
  groups.forEach((group, index) => {
    const value = earned[index] ?? 0;
    lowest.set(group, Math.min(lowest.get(group) ?? value, value));
    highest.set(group, Math.max(highest.get(group) ?? value, value));
  });
  return groups.map((group) => lowest.get(group) !== highest.get(group));
}

/** How many groups still have to be played for a batch of `wanted`. */
export function missingGroups(groups: readonly string[], earned: readonly number[], wanted: number): number {
  const kept = hasSpread(groups, earned);
  return Math.max(0, wanted - new Set(groups.filter((_, index) => kept[index])).size);
}

/** Share of the groups whose members all earned the same: TRL's `frac_reward_zero_std`; 0 for no groups. */
export function zeroSpreadShare(groups: readonly string[], earned: readonly number[]): number {
  const kept = hasSpread(groups, earned);
  const all = new Set(groups).size;
  return all === 0 ? 0 : 1 - new Set(groups.filter((_, index) => kept[index])).size / all;
}
