/**
 * Reward-to-go of every token when tokens have rewards of their own (a KL penalty) beside those of turns: what the token's
 * turn is worth, without the token rewards that were paid earlier in the turn. Discounting is per turn, never per token.
 *
 * @param turnReturns returns-to-go of one trajectory, token rewards of each turn included, length K
 * @param tokenRewards in token order, length Σ tokenCounts; null: tokens have none
 * @returns length Σ tokenCounts
 */
export function tokenReturns(
  turnReturns: readonly number[],
  tokenCounts: readonly number[],
  tokenRewards: ArrayLike<number> | null,
): number[] {
  let token = 0;
  return tokenCounts.flatMap((count, turn) => {
    let paid = 0;
    return Array.from({ length: count }, () => {
      const value = (turnReturns[turn] ?? 0) - paid;
      paid += tokenRewards?.[token] ?? 0;
      token += 1;
      return value;
    });
  });
}

/** The token rewards of each turn, added up. Length K. */
export function turnSums(tokenCounts: readonly number[], tokenRewards: ArrayLike<number>): number[] {
  let token = 0;
  return tokenCounts.map((count) => {
    let sum = 0;
    for (const end = token + count; token < end; token++) sum += tokenRewards[token] ?? 0;
    return sum;
  });
}
