/**
 * Generalised advantage estimation over the *turns* of one trajectory (Schulman et al. 2016, arXiv 1506.02438):
 * `δ_k = r_k + γ·V_{k+1} − V_k`, `A_k = δ_k + γλ·A_{k+1}`. Partner turns and tokens in between count for nothing.
 *
 * @param valueAfterLast V behind the last turn: 0 where the episode ended by its rules
 * @returns advantages, length K
 */
export function generalisedAdvantages(
  rewards: readonly number[],
  values: readonly number[],
  { discount, lambda, valueAfterLast }: { discount: number; lambda: number; valueAfterLast: number },
): number[] {
  if (rewards.length !== values.length) throw new RangeError('generalisedAdvantages: one value per turn is needed');
  let advantage = 0;
  return rewards
    .map((reward, turn) => ({ reward, value: values[turn] ?? 0, next: values[turn + 1] ?? valueAfterLast }))
    .toReversed()
    .map(({ reward, value, next }) => (advantage = reward + discount * next - value + discount * lambda * advantage))
    .toReversed();
}
