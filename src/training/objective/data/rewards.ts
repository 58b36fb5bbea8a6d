/**
 * IGPO (arXiv 2510.14967): a turn earns by how much it raised the probability that the goal is met,
 * `r_k = p_{k+1} − p_k`; the last turn earns what the episode paid.
 *
 * @param beliefs p before each turn, length K
 * @param outcomeReward what the last turn gets
 */
export function beliefGains(beliefs: readonly number[], outcomeReward: number): number[] {
  return beliefs.map((belief, turn) =>
    turn === beliefs.length - 1 ? outcomeReward : (beliefs[turn + 1] ?? 0) - belief,
  );
}

/**
 * EMPO (arXiv 2504.05812): without labels, a trajectory earns the share of its group that came to the same meaning,
 * `r_i = |{j : c_j = c_i}| / G`. Raising it lowers the group's semantic entropy.
 *
 * @param kinds meaning of each member; null is like nothing else
 */
export function agreementRewards(kinds: readonly (string | null)[]): number[] {
  return kinds.map((kind) => (kind === null ? 1 : kinds.filter((other) => other === kind).length) / kinds.length);
}

/** Entropy of the meanings of a group, nats: what EMPO lowers. Logged, never trained on directly. */
export function semanticEntropy(kinds: readonly (string | null)[]): number {
  return agreementRewards(kinds).reduce((sum, share) => sum - Math.log(share) / kinds.length, 0);
}

/**
 * DAPO's soft overlong punishment (arXiv 2503.14476): 0 up to `limit − buffer` tokens, then falling linearly to −1
 * at the limit, −1 beyond it.
 */
export function overlongPenalty(tokenCount: number, limit: number, buffer: number): number {
  if (tokenCount <= limit - buffer) return 0;
  return tokenCount <= limit ? (limit - buffer - tokenCount) / buffer : -1;
}

/** ICPO's annealed expert bonus (arXiv 2510.26519): full at the start, linearly none at the end. @param progress share of the run that is done, 0–1 */
export function expertBonus(bonus: number, progress: number): number {
  return bonus * Math.max(0, 1 - progress);
}
