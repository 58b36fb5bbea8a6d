/**
 * D3S on trajectories (arXiv 2509.22115): the `count` members of a group whose advantages have the largest variance. They
 * are always some of the smallest and some of the largest.
 *
 * @returns indices into `advantages`, ascending
 */
export function mostVaried(advantages: readonly number[], count: number): number[] {
  const order = advantages.map((_, index) => index).toSorted((a, b) => (advantages[a] ?? 0) - (advantages[b] ?? 0));
  if (count >= order.length) return order.toSorted((a, b) => a - b);
  let best: { readonly chosen: number[]; readonly variance: number } | null = null;
  for (let smallest = 0; smallest <= count; smallest++) {
    const chosen = [...order.slice(0, smallest), ...order.slice(order.length - (count - smallest))];
    const variance = varianceOf(chosen.map((index) => advantages[index] ?? 0));
    if (best === null || variance > best.variance) best = { chosen, variance };
  }
  return (best?.chosen ?? []).toSorted((a, b) => a - b);
}

/**
 * D3S on tokens: the `share` of tokens with the largest |advantage| · entropy, at least one. Equal ones in token order.
 *
 * @returns for each token whether it is kept
 */
export function mostInformative(advantages: ArrayLike<number>, entropies: ArrayLike<number>, share: number): boolean[] {
  const order = Array.from(advantages, (advantage, token) => ({
    token,
    worth: Math.abs(advantage) * (entropies[token] ?? 0),
  }));
  const kept = new Set(
    order
      .toSorted((a, b) => b.worth - a.worth || a.token - b.token)
      .slice(0, Math.max(1, Math.ceil(share * order.length)))
      .map(({ token }) => token),
  );
  return order.map(({ token }) => kept.has(token));
}

/** D3S starts strict and relaxes linearly until everything is kept. @param progress share of the run that is done, 0–1 */
export function relaxedShare(share: number, relaxedAfter: number, progress: number): number {
  return progress >= relaxedAfter ? 1 : share + (1 - share) * (progress / relaxedAfter);
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(values.length, 1);
}
