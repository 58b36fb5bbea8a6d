import type { RunConfig } from '../record/runConfig.ts';
import type { Learner, TokenStats, TrainingSequence } from '../policy/engine.ts';
import { fedCount } from '../policy/packedSequences.ts';
import { lossOfPart } from './objective/lossOfPart.ts';
import type { BatchPlan } from './objective/planBatch.ts';
import { addTallies, EMPTY_TALLY, tallyMetrics, type Tally } from './objective/tally.ts';
import { firstCoupling } from './objectiveBatch.ts';

/** One trained context: the ids as they were fed and sampled, and what each of its turns is worth. */
export interface TrainingExample extends TrainingSequence {
  /** One per own turn; token counts add up to the scored tokens. */
  readonly turns: readonly { readonly advantage: number; readonly tokenCount: number }[];
  /** Log-prob of each scored token when it was sampled. */
  readonly sampledLogProbs: Float32Array;
}

/** What the pass over a batch measured, before any weight has changed. */
export interface BatchStats {
  readonly loss: number;
  /** Per example, per scored token. */
  readonly tokenStats: readonly TokenStats[];
  readonly entropy: number;
  readonly klToBase: number;
  readonly logProbDifferenceMax: number;
  readonly ratioDeviationMax: number;
  readonly tokensTrained: number;
  /** Of the objective, under the names of TRL and verl. */
  readonly objective: Readonly<Record<string, number>>;
}

/**
 * Forward, objective, backward over the batch in micro-batches; `plan` has one trajectory per example, in their order. The gradient stays in the learner. On-policy by
 * construction: one update per batch, so `ratioDeviationMax` is the error of the whole pipeline and must be ~0.
 * @throws the signal's reason between micro-batches; the learner's gradient is dropped first
 */
export async function* accumulateGradient(
  config: RunConfig,
  learner: Learner,
  { examples, plan }: { readonly examples: readonly TrainingExample[]; readonly plan: BatchPlan },
  signal: AbortSignal,
): AsyncGenerator<number, BatchStats> {
  const coupling = firstCoupling(plan);
  let tally: Tally = EMPTY_TALLY;
  const tokenStats: TokenStats[] = [];
  let loss = 0;
  try {
    for (const part of microBatches(examples, learner.tokenLimit)) {
      signal.throwIfAborted();
      const stats = await learner.forward(part, config.strategistTemperature);
      const indices = part.map((_, position) => tokenStats.length + position);
      const { loss: partLoss, tally: partTally, ...coefficients } = lossOfPart(plan, indices, stats, coupling);
      signal.throwIfAborted();
      await learner.backward({
        logProb: Float32Array.from(coefficients.logProb),
        entropy: Float32Array.from(coefficients.entropy),
        klToBase: Float32Array.from(coefficients.klToBase),
        klFromBase: Float32Array.from(coefficients.klFromBase),
      });
      loss += partLoss;
      tally = addTallies(tally, partTally);
      tokenStats.push(...splitByExample(part, stats));
      yield tokenStats.length / examples.length;
    }
  } catch (thrown) {
    learner.dropGradients();
    throw thrown;
  }
  return {
    loss,
    tokenStats,
    objective: { ...plan.metrics, ...tallyMetrics(tally) },
    ...summarise(examples, tokenStats),
  };
}

/** Whole examples in order, as many as fit the token limit. */
export function microBatches<Example extends TrainingSequence>(
  examples: readonly Example[],
  tokenLimit: number,
): Example[][] {
  const batches: Example[][] = [];
  let tokensInBatch = Infinity;
  for (const example of examples) {
    const tokens = fedCount(example);
    if (tokensInBatch + tokens > tokenLimit) {
      batches.push([]);
      tokensInBatch = 0;
    }
    batches.at(-1)?.push(example);
    tokensInBatch += tokens;
  }
  return batches;
}

function splitByExample(part: readonly TrainingExample[], stats: TokenStats): TokenStats[] {
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
      hidden: stats.hidden.slice(firstHidden, endHidden),
    };
    first = end;
    firstHidden = endHidden;
    return own;
  });
}

function summarise(examples: readonly TrainingExample[], tokenStats: readonly TokenStats[]) {
  let tokensTrained = 0;
  let entropy = 0;
  let klToBase = 0;
  let logProbDifferenceMax = 0;
  let ratioDeviationMax = 0;
  examples.forEach(({ sampledLogProbs }, index) => {
    const stats = tokenStats[index];
    sampledLogProbs.forEach((sampled, token) => {
      const difference = (stats?.logProbs[token] ?? NaN) - sampled;
      logProbDifferenceMax = Math.max(logProbDifferenceMax, Math.abs(difference));
      ratioDeviationMax = Math.max(ratioDeviationMax, Math.abs(Math.exp(difference) - 1));
      entropy += stats?.entropies[token] ?? NaN;
      klToBase += stats?.klToBase[token] ?? NaN;
      tokensTrained += 1;
    });
  });
  const perToken = 1 / Math.max(1, tokensTrained);
  return {
    tokensTrained,
    entropy: entropy * perToken,
    klToBase: klToBase * perToken,
    logProbDifferenceMax,
    ratioDeviationMax,
  };
}
