import type { TokenStats, TrainingSequence } from '../policy/engine.ts';

/** What one forward pass said of each of its sequences. */
export function splitByExample(part: readonly TrainingSequence[], stats: TokenStats): TokenStats[] {
  const hiddenCount = part.reduce((sum, { hiddenIndices }) => sum + (hiddenIndices?.length ?? 0), 0);
  const hiddenSize = hiddenCount === 0 ? 0 : stats.hidden.length / hiddenCount;
  let first = 0;
  let firstHidden = 0;
  return part.map(({ scoredIndices, hiddenIndices }) => {
    const end = first + scoredIndices.length;
    const endHidden = firstHidden + (hiddenIndices?.length ?? 0) * hiddenSize;
    const cut = (values: Float32Array) => values.slice(first, end);
    const own = {
      logProbs: cut(stats.logProbs),
      entropies: cut(stats.entropies),
      klToBase: cut(stats.klToBase),
      klFromBase: cut(stats.klFromBase),
      baseLogProbs: cut(stats.baseLogProbs),
      hidden: stats.hidden.slice(firstHidden, endHidden),
    };
    first = end;
    firstHidden = endHidden;
    return own;
  });
}

/** Means over the tokens that were passed through the model; null stands for an example that was not. */
export function meansOf(all: readonly (TokenStats | null)[]): { readonly entropy: number; readonly klToBase: number } {
  const known = all.filter((stats) => stats !== null);
  const mean = (of: (stats: TokenStats) => Float32Array) => {
    let sum = 0;
    let count = 0;
    for (const stats of known) {
      for (const value of of(stats)) sum += value;
      count += of(stats).length;
    }
    return sum / Math.max(1, count);
  };
  return { entropy: mean(({ entropies }) => entropies), klToBase: mean(({ klToBase }) => klToBase) };
}

/** How far sampler and trainer are apart under the same weights: the error of the whole pipeline, which must be ~0. */
export function samplerDistance(pairs: readonly { readonly sampled: Float32Array; readonly now: Float32Array }[]): {
  readonly logProbDifferenceMax: number;
  readonly ratioDeviationMax: number;
} {
  let logProbDifferenceMax = 0;
  let ratioDeviationMax = 0;
  for (const { sampled, now } of pairs) {
    sampled.forEach((logProb, token) => {
      const difference = (now[token] ?? NaN) - logProb;
      logProbDifferenceMax = Math.max(logProbDifferenceMax, Math.abs(difference));
      ratioDeviationMax = Math.max(ratioDeviationMax, Math.abs(Math.exp(difference) - 1));
    });
  }
  return { logProbDifferenceMax, ratioDeviationMax };
}
