import type { TokensAtSampling } from '../batch.ts';
import type { RatioLikelihood, RatioUnit, Staleness } from '../parts.ts';

/**
 * Log importance ratios of one trajectory's tokens, `log π − log π_old` over the unit that is asked for: the token itself,
 * or every token of its turn or sequence, as their sum or their mean (GSPO, arXiv 2507.18071: length-normalised sequences).
 *
 * @param turnOfToken own-turn number of each token
 * @param counts 1 for tokens that are trained on; the others have no part in a mean or a sum
 */
export function logRatios(
  unit: RatioUnit,
  logProbs: ArrayLike<number>,
  oldLogProbs: ArrayLike<number>,
  turnOfToken: readonly number[],
  counts: ArrayLike<number>,
): number[] {
  const own = turnOfToken.map((_, token) => (logProbs[token] ?? 0) - (oldLogProbs[token] ?? 0));
  if (unit.kind === 'token') return own;
  const unitOf = (turn: number) => (unit.kind === 'turn' ? turn : 0);
  const sums = new Map<number, { sum: number; count: number }>();
  turnOfToken.forEach((turn, token) => {
    const total = sums.get(unitOf(turn)) ?? { sum: 0, count: 0 };
    if (counts[token]) sums.set(unitOf(turn), { sum: total.sum + (own[token] ?? 0), count: total.count + 1 });
  });
  return turnOfToken.map((turn) => {
    const { sum, count } = sums.get(unitOf(turn)) ?? { sum: 0, count: 1 };
    return unit.isLengthNormalised ? sum / count : sum;
  });
}

/** What the ratio is taken to: the weights that sampled, or those at the start of the update where staleness has its own factor. */
export function oldLogProbs(
  { staleness }: RatioLikelihood,
  tokens: Pick<TokensAtSampling, 'logProbs' | 'proximalLogProbs'>,
): ArrayLike<number> {
  return staleness.kind === 'none' ? tokens.logProbs : (tokens.proximalLogProbs ?? tokens.logProbs);
}

/**
 * The factor of a token whose sampling weights are older than those at the start of the update, from their log-ratio.
 * Truncated importance sampling bounds it (Ionides 2008); masking leaves out what lies outside. A constant.
 */
export function stalenessFactor(rule: Staleness, proximalLogProb: number, sampledLogProb: number): number {
  const factor = Math.exp(proximalLogProb - sampledLogProb);
  if (rule.kind === 'none') return 1;
  if (rule.kind === 'truncate') return Math.min(factor, rule.limit);
  return factor < rule.low || factor > rule.high ? 0 : factor;
}
