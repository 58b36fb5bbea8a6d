/** One trajectory of a batch as its group sees it. */
export interface GroupMember {
  /** Same scenario and same seat. Seats have different goals, so they never share a baseline. */
  readonly group: string;
  /** Return from the trajectory's first turn; null when the seat had no turn. */
  readonly firstReturn: number | null;
}

/**
 * For each trajectory the mean first return of the *other* members of its group, so that a baseline never contains the
 * actions it is compared with. Ahmadian et al. 2024 (RLOO, arXiv 2402.14740), with whole trajectories as samples.
 *
 * @returns one mean per member; null where there is no other member with a turn
 */
export function leaveOneOutMeans(members: readonly GroupMember[]): (number | null)[] {
  const groups = new Map<string, { sum: number; count: number }>();
  for (const { group, firstReturn } of members) {
    if (firstReturn === null) continue;
    const total = groups.get(group) ?? { sum: 0, count: 0 };
    groups.set(group, { sum: total.sum + firstReturn, count: total.count + 1 });
  }
  return members.map(({ group, firstReturn }) => {
    const total = groups.get(group);
    if (!total) return null;
    const others = { sum: total.sum - (firstReturn ?? 0), count: total.count - (firstReturn === null ? 0 : 1) };
    return others.count > 0 ? others.sum / others.count : null;
  });
}
