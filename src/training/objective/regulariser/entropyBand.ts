/** Mean entropy of earlier turns by own-turn number, nats per token, and how many updates it is the mean of. */
export type EntropyHistory = readonly { readonly mean: number; readonly updates: number }[];

/**
 * Entropy smoothing of entropy-regularised EPO (arXiv 2509.22576) as a hinge with a gradient: how far a turn's mean entropy is
 * outside `[low·h̄, high·h̄]`, h̄ being the mean that turns of this number had in earlier updates. In the authors' code the
 * penalty is a constant outside the band, which moves nothing.
 *
 * @returns nats outside the band, and the derivative by the turn's mean entropy: −1, 0 or 1
 */
export function outsideBand(
  entropy: number,
  historicMean: number,
  { low, high }: { readonly low: number; readonly high: number },
): { readonly value: number; readonly slope: -1 | 0 | 1 } {
  if (entropy > high * historicMean) return { value: entropy - high * historicMean, slope: 1 };
  if (entropy < low * historicMean) return { value: low * historicMean - entropy, slope: -1 };
  return { value: 0, slope: 0 };
}

/** The history after one more update: a plain mean over updates of the mean entropy that turns of each number had. */
export function learnEntropies(history: EntropyHistory, means: readonly (number | null)[]): EntropyHistory {
  return Array.from({ length: Math.max(history.length, means.length) }, (_, turn) => {
    const { mean, updates } = history[turn] ?? { mean: 0, updates: 0 };
    const now = means[turn] ?? null;
    return now === null ? { mean, updates } : { mean: mean + (now - mean) / (updates + 1), updates: updates + 1 };
  });
}

/**
 * Weight of the smoothing term over the run, after the authors' code: near 1 and falling slowly in the first half
 * (`1 − 0.2(1 − e^{−2p})`), then `0.8·e^{−3p}`, p being the share of the half that is done.
 */
export function phaseWeight(progress: number): number {
  return progress < 0.5 ? 1 - 0.2 * (1 - Math.exp(-2 * (2 * progress))) : 0.8 * Math.exp(-3 * (2 * progress - 1));
}
