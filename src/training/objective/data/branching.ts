/**
 * ARPO's adaptive branching (arXiv 2507.19849): a further branch starts at a turn whose first tokens are more uncertain than
 * those of the episode's first turn, when `base + gain·(H_turn − H_first)/ln V > threshold`.
 *
 * @param entropies mean entropy of the first tokens of each own turn, nats
 * @param vocabularySize V: the largest entropy is ln V
 * @returns turns to branch at, the most uncertain first; never the first turn, where sampling another episode does the same
 */
export function branchingTurns(
  entropies: readonly number[],
  vocabularySize: number,
  { base, gain, threshold }: { readonly base: number; readonly gain: number; readonly threshold: number },
): number[] {
  const first = entropies[0] ?? 0;
  return entropies
    .map((entropy, turn) => ({ turn, chance: base + (gain * (entropy - first)) / Math.log(vocabularySize) }))
    .filter(({ turn, chance }) => turn > 0 && chance > threshold)
    .toSorted((a, b) => b.chance - a.chance || a.turn - b.turn)
    .map(({ turn }) => turn);
}
