/**
 * The advantage of EPO (arXiv 2502.12486) eq. 4: the returns of one episode divided by the largest of them in absolute
 * value, `A_t = R_t / max_j |R_j|`, all 0 when that maximum is 0.
 *
 * It forgets how good the episode was: an episode that ended with 1 point trains as hard as one that ended with 10.
 *
 * @param returns returns-to-go of one seat in one episode, length T (may be 0)
 * @returns advantages in [−1, 1], length T
 */
export function paperAdvantages(returns: readonly number[]): number[] {
  const largest = returns.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0);
  return returns.map((value) => (largest > 0 ? value / largest : 0));
}
