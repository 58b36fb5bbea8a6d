/** Mean and sample standard deviation (n − 1) of the values of each group. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** 0 for a group of one. */
  readonly standardDeviation: number;
}

/** @param values null where a member has none; it then counts for nothing */
export function spreadByGroup(
  groups: readonly string[],
  values: readonly (number | null)[],
): ReadonlyMap<string, Spread> {
  const members = new Map<string, number[]>();
  groups.forEach((group, index) => {
    const value = values[index] ?? null;
    if (value !== null) members.set(group, [...(members.get(group) ?? []), value]);
  });
  return new Map([...members].map(([group, own]) => [group, spreadOf(own)]));
}

export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(count, 1);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, standardDeviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0 };
}

/**
 * For each member the mean of its group, itself included: GRPO (Shao et al. 2024, arXiv 2402.03300). Its expectation is
 * (n − 1)/n times the gradient, because the mean contains the action. Null in a group of one: nothing to compare with.
 */
export function groupMeans(groups: readonly string[], values: readonly (number | null)[]): (number | null)[] {
  const spreads = spreadByGroup(groups, values);
  return groups.map((group) => {
    const spread = spreads.get(group);
    return spread && spread.count > 1 ? spread.mean : null;
  });
}
