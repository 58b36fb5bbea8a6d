/** What an engine says of one token: the four statistics, and their derivatives by the token's logits, length V. */
export interface TokenReference {
  readonly statistics: Readonly<Record<StatisticName, number>>;
  readonly gradients: readonly Readonly<Record<StatisticName, number>>[];
}
export const STATISTIC_NAMES = ['logProb', 'entropy', 'klToBase', 'klFromBase'] as const;
export type StatisticName = (typeof STATISTIC_NAMES)[number];

/** log softmax(logits / temperature), float64. */
export function logSoftmax(logits: readonly number[], temperature = 1): number[] {
  const scaled = logits.map((value) => value / temperature);
  const largest = Math.max(...scaled);
  const logSum = largest + Math.log(scaled.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  return scaled.map((value) => value - logSum);
}

/** Float64 softmax over a tiny vocabulary: the four statistics of a token and their derivatives by its logits. */
export function tokenReference(
  logits: readonly number[],
  baseLogits: readonly number[],
  tokenId: number,
): TokenReference {
  const [own, base] = [logSoftmax(logits), logSoftmax(baseLogits)];
  const at = (values: readonly number[], index: number) => values[index] ?? NaN;
  const expectation = (of: (index: number) => number) =>
    own.reduce((sum, logProb, index) => sum + Math.exp(logProb) * of(index), 0);
  const entropy = -expectation((index) => at(own, index));
  const klToBase = expectation((index) => at(own, index) - at(base, index));
  const klFromBase = base.reduce((sum, logProb, index) => sum + Math.exp(logProb) * (logProb - at(own, index)), 0);
  return {
    statistics: { logProb: at(own, tokenId), entropy, klToBase, klFromBase },
    gradients: own.map((logProb, index) => {
      const probability = Math.exp(logProb);
      return {
        logProb: (index === tokenId ? 1 : 0) - probability,
        entropy: -probability * (logProb + entropy),
        klToBase: probability * (logProb - at(base, index) - klToBase),
        klFromBase: probability - Math.exp(at(base, index)),
      };
    }),
  };
}
