/** Sums over the trained tokens of a part, which add up to those of the batch: what the metrics of an update are made of. */
export interface Tally {
  readonly tokens: number;
  readonly policyLoss: number;
  readonly regulariserLoss: number;
  readonly entropy: number;
  readonly klToBase: number;
  /** Σ (log π_old − log π) */
  readonly logRatio: number;
  readonly ratio: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
  readonly clippedLow: number;
  readonly clippedHigh: number;
  readonly clippedDual: number;
}

export const EMPTY_TALLY = {
  tokens: 0,
  policyLoss: 0,
  regulariserLoss: 0,
  entropy: 0,
  klToBase: 0,
  logRatio: 0,
  ratio: 0,
  ratioMin: Infinity,
  ratioMax: -Infinity,
  clippedLow: 0,
  clippedHigh: 0,
  clippedDual: 0,
} satisfies Tally;

export function addTallies(one: Tally, other: Tally): Tally {
  return {
    tokens: one.tokens + other.tokens,
    policyLoss: one.policyLoss + other.policyLoss,
    regulariserLoss: one.regulariserLoss + other.regulariserLoss,
    entropy: one.entropy + other.entropy,
    klToBase: one.klToBase + other.klToBase,
    logRatio: one.logRatio + other.logRatio,
    ratio: one.ratio + other.ratio,
    ratioMin: Math.min(one.ratioMin, other.ratioMin),
    ratioMax: Math.max(one.ratioMax, other.ratioMax),
    clippedLow: one.clippedLow + other.clippedLow,
    clippedHigh: one.clippedHigh + other.clippedHigh,
    clippedDual: one.clippedDual + other.clippedDual,
  };
}

/** Metrics of one pass over a batch: TRL's and verl's names where they mean the same; `ratio/…` are raw, before any bound. */
export function tallyMetrics(tally: Tally): Record<string, number> {
  const share = (count: number) => count / Math.max(tally.tokens, 1);
  return {
    policy_loss: tally.policyLoss,
    'actor/pg_loss': tally.policyLoss,
    'actor/regulariser_loss': tally.regulariserLoss,
    entropy: share(tally.entropy),
    'actor/ppo_kl': share(tally.logRatio),
    'clip_ratio/low_mean': share(tally.clippedLow),
    'clip_ratio/high_mean': share(tally.clippedHigh),
    'clip_ratio/region_mean': share(tally.clippedLow + tally.clippedHigh),
    'actor/pg_clipfrac': share(tally.clippedLow + tally.clippedHigh),
    'actor/pg_clipfrac_lower': share(tally.clippedDual),
    'ratio/mean': tally.tokens > 0 ? share(tally.ratio) : 1,
    'ratio/min': tally.tokens > 0 ? tally.ratioMin : 1,
    'ratio/max': tally.tokens > 0 ? tally.ratioMax : 1,
    kl_to_base: share(tally.klToBase),
  };
}
