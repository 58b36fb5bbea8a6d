import type { RunConfig } from '../record/runConfig.ts';
import type { Learner, TokenStats, TrainingSequence } from '../policy/engine.ts';
import { lossOfPart, type BatchSize } from './objective/objective.ts';
import type { WeightedTurn } from './objective/scoreFunction.ts';

/** One trained context: the ids as they were fed and sampled, and what each of its turns is worth. */
export interface TrainingExample extends TrainingSequence {
  /** One per own turn; token counts add up to the scored tokens. */
  readonly turns: readonly WeightedTurn[];
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
}

/**
 * Forward, objective, backward over the batch in micro-batches. The gradient stays in the learner. On-policy by
 * construction: one update per batch, so `ratioDeviationMax` is the error of the whole pipeline and must be ~0.
 * @throws the signal's reason between micro-batches; the learner's gradient is dropped first
 */
export async function* accumulateGradient(
  config: RunConfig,
  learner: Learner,
  examples: readonly TrainingExample[],
  signal: AbortSignal,
): AsyncGenerator<number, BatchStats> {
  const size: BatchSize = {
    trajectories: examples.length,
    turns: examples.reduce((sum, { turns }) => sum + turns.length, 0),
  };
  const tokenStats: TokenStats[] = [];
  let loss = 0;
  try {
    for (const part of microBatches(examples, learner.tokenLimit)) {
      signal.throwIfAborted();
      const stats = await learner.forward(part, config.strategistTemperature);
      const { loss: partLoss, ...coefficients } = lossOfPart(
        config,
        part.map(({ turns }) => turns),
        stats,
        size,
      );
      signal.throwIfAborted();
      await learner.backward({
        logProb: Float32Array.from(coefficients.logProb),
        entropy: Float32Array.from(coefficients.entropy),
        klToBase: Float32Array.from(coefficients.klToBase),
        klFromBase: Float32Array.from(coefficients.klFromBase),
      });
      loss += partLoss;
      tokenStats.push(...splitByExample(part, stats));
      yield tokenStats.length / examples.length;
    }
  } catch (thrown) {
    learner.dropGradients();
    throw thrown;
  }
  return { loss, tokenStats, ...summarise(examples, tokenStats) };
}

/** Whole examples in order, as many as fit the token limit. */
export function microBatches<Example extends TrainingSequence>(
  examples: readonly Example[],
  tokenLimit: number,
): Example[][] {
  const batches: Example[][] = [];
  let tokensInBatch = Infinity;
  for (const example of examples) {
    const tokens = example.scoredIndices.at(-1) ?? 0;
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
  let first = 0;
  return part.map(({ scoredIndices }) => {
    const end = first + scoredIndices.length;
    const cut = (values: Float32Array) => values.slice(first, end);
    const own = {
      logProbs: cut(stats.logProbs),
      entropies: cut(stats.entropies),
      klToBase: cut(stats.klToBase),
      klFromBase: cut(stats.klFromBase),
    };
    first = end;
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
