import { AppError } from '../../base/errors.ts';
import { tokenCountOf } from './batch.ts';
import type { Coupling } from './coupling.ts';
import { policyTerm } from './policyTerm.ts';
import { regulariserTerms } from './regulariserTerms.ts';
import type { BatchPlan } from './planBatch.ts';
import { addTallies, EMPTY_TALLY, type Tally } from './tally.ts';

/** Per token of the trajectories that are asked for, in their order; under the weights that are being trained. */
export interface TokenStatistics {
  readonly logProbs: ArrayLike<number>;
  readonly entropies: ArrayLike<number>;
  readonly klToBase: ArrayLike<number>;
  readonly klFromBase: ArrayLike<number>;
  /** Log-probs of the base model, for the estimators; taken from the batch where it is absent. */
  readonly baseLogProbs?: ArrayLike<number>;
}

/** d loss / d statistic per token, in the same order: what the engine's backward pass takes, and nothing else. */
export interface LossAndCoefficients {
  /** This part's addend of the batch's loss, in nats. */
  readonly loss: number;
  readonly logProb: Float64Array;
  readonly entropy: Float64Array;
  readonly klToBase: Float64Array;
  readonly klFromBase: Float64Array;
  /** Importance ratio of each token, or of its unit, before any bound; 1 where the objective takes none. */
  readonly ratios: Float64Array;
  /** Sums for the metrics; `addTallies` adds those of parts. */
  readonly tally: Tally;
}

export interface PartOptions {
  /** Of the whole batch under these weights; only for objectives that couple trajectories (`coupling.ts`). */
  readonly coupling?: Coupling;
  /**
   * Log-probs where a formula stops the gradient. They are those of `statistics`; a check by finite differences holds them
   * still while it moves the others.
   */
  readonly constantLogProbs?: ArrayLike<number>;
}

/**
 * Loss of a part of the batch and its derivatives, over the tokens that the strategist sampled and nothing else. Parts add up
 * to the batch, in any split and order: every weight was fixed by `planBatch`.
 *
 * @param indices whole trajectories of the batch
 * @throws AppError `objective-tokens` when the statistics are not those of the part's tokens
 */
export function lossOfPart(
  plan: BatchPlan,
  indices: readonly number[],
  statistics: TokenStatistics,
  options: PartOptions = {},
): LossAndCoefficients {
  const counts = indices.map((index) => tokenCountOf(plan.batch[index] ?? { turns: [] }));
  const tokenCount = counts.reduce((sum, count) => sum + count, 0);
  assertOneEach(tokenCount, statistics);
  const result = {
    logProb: new Float64Array(tokenCount),
    entropy: new Float64Array(tokenCount),
    klToBase: new Float64Array(tokenCount),
    klFromBase: new Float64Array(tokenCount),
    ratios: new Float64Array(tokenCount).fill(1),
  };
  let tally = EMPTY_TALLY;
  let loss = 0;
  let first = 0;
  indices.forEach((index, position) => {
    const end = first + (counts[position] ?? 0);
    const cut = (values: ArrayLike<number>) =>
      Float64Array.from({ length: end - first }, (_, token) => values[first + token] ?? NaN);
    const now: TrajectoryStatistics = {
      logProbs: cut(statistics.logProbs),
      constantLogProbs: cut(options.constantLogProbs ?? statistics.logProbs),
      entropies: cut(statistics.entropies),
      klToBase: cut(statistics.klToBase),
      klFromBase: cut(statistics.klFromBase),
      baseLogProbs: statistics.baseLogProbs
        ? cut(statistics.baseLogProbs)
        : (plan.batch[index]?.tokens.baseLogProbs ?? null),
    };
    const policy = policyTerm(plan, index, now, options.coupling ?? null);
    const own = regulariserTerms(plan, index, now);
    loss += policy.loss + own.loss;
    result.logProb.set(
      policy.logProb.map((value, token) => value + (own.logProb[token] ?? 0)),
      first,
    );
    result.entropy.set(own.entropy, first);
    result.klToBase.set(own.klToBase, first);
    result.klFromBase.set(own.klFromBase, first);
    result.ratios.set(policy.ratios, first);
    tally = addTallies(tally, addTallies(policy.tally, own.tally));
    first = end;
  });
  return { loss, ...result, tally };
}

/** The statistics of one trajectory's tokens. */
export interface TrajectoryStatistics {
  readonly logProbs: Float64Array;
  readonly constantLogProbs: Float64Array;
  readonly entropies: Float64Array;
  readonly klToBase: Float64Array;
  readonly klFromBase: Float64Array;
  readonly baseLogProbs: ArrayLike<number> | null;
}

function assertOneEach(tokenCount: number, statistics: TokenStatistics): void {
  const { logProbs, entropies, klToBase, klFromBase, baseLogProbs } = statistics;
  for (const [name, values] of Object.entries({ logProbs, entropies, klToBase, klFromBase, baseLogProbs })) {
    if (values === undefined || values.length === tokenCount) continue;
    throw new AppError('objective-tokens', {
      what: 'A part of the batch cannot be learned from.',
      why: `${tokenCount} tokens were sampled, but ${name} has ${values.length} entries.`,
      fix: 'Pass the statistics of exactly these trajectories, one number per sampled token.',
    });
  }
}
