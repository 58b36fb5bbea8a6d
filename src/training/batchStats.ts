import type { TokenStats } from '../policy/engine.ts';
import { meansOf, samplerDistance } from './exampleStats.ts';
import type { Pass, PlannedExamples } from './gradientPass.ts';
import { addTallies, EMPTY_TALLY, tallyMetrics } from './objective/tally.ts';

/** What the passes over a batch measured. */
export interface BatchStats {
  /** Without what the caller did with the news that everything is measured. */
  readonly seconds: number;
  /** Means over the passes, and over the steps. */
  readonly loss: number;
  readonly gradientNorm: number;
  /** Means over the tokens that were passed through the model, when they were first, nats. */
  readonly entropy: number;
  readonly klToBase: number;
  /** Of the tokens that were passed before the first step. */
  readonly logProbDifferenceMax: number;
  readonly ratioDeviationMax: number;
  readonly tokensTrained: number;
  /** Of the objective, under the names of TRL and verl. */
  readonly objective: Readonly<Record<string, number>>;
}

interface Seen {
  /** Of each example when it was first passed; null: never. */
  readonly firstStats: readonly (TokenStats | null)[];
  /** The same, of passes before the first step. */
  readonly freshStats: readonly (TokenStats | null)[];
}

export function batchStats(
  { examples, plan }: PlannedExamples,
  passes: readonly Pass[],
  gradientNorms: readonly number[],
  { firstStats, freshStats }: Seen,
): Omit<BatchStats, 'seconds'> {
  // Where a token was sampled in another context, or at another temperature, the two numbers are not meant to agree.
  const comparable = examples.flatMap(({ sampledLogProbs: sampled }, index) => {
    const now = freshStats[index]?.logProbs;
    return now && plan.batch[index]?.source === 'policy' ? [{ sampled, now }] : [];
  });
  return {
    loss: meanOf(passes.map(({ loss }) => loss)),
    gradientNorm: meanOf(gradientNorms),
    ...meansOf(firstStats),
    ...samplerDistance(comparable),
    tokensTrained: firstStats.reduce((sum, stats) => sum + (stats?.logProbs.length ?? 0), 0),
    objective: { ...plan.metrics, ...passMetrics(passes), 'update/optimizer_steps': gradientNorms.length },
  };
}

/**
 * Shares and means over all tokens of all passes, extremes of all, losses as their mean. `staleness/…`: how far the weights
 * of the last pass were from those that sampled, in optimizer steps and in nats per token.
 */
function passMetrics(passes: readonly Pass[]): Record<string, number> {
  const sum = passes.reduce((total, { tally }) => addTallies(total, tally), EMPTY_TALLY);
  const perPass = 1 / Math.max(1, passes.length);
  const tally = {
    ...sum,
    policyLoss: sum.policyLoss * perPass,
    regulariserLoss: sum.regulariserLoss * perPass,
  };
  const values = passes.flatMap(({ value }) => value ?? []);
  return {
    ...tallyMetrics(tally),
    ...(values.length > 0 && {
      'critic/vf_loss': meanOf(values.map(({ loss }) => loss)),
      'critic/vf_clipfrac': meanOf(values.map(({ clippedShare }) => clippedShare)),
    }),
    'staleness/steps': Math.max(0, passes.length - 1),
    'staleness/kl': passes.at(-1)?.klFromSampling ?? 0,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
