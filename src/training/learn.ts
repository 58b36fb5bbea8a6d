import { monotonicMs } from '../base/clock.ts';
import { RandomStream } from '../base/random.ts';
import type { Learner, TokenStats } from '../policy/engine.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { currentCoupling, firstCoupling } from './batchCoupling.ts';
import { batchStats, type BatchStats } from './batchStats.ts';
import { gradientPass, type Pass, type PlannedExamples } from './gradientPass.ts';
import type { Measurement } from './measure.ts';
import { miniBatchesOf } from './miniBatches.ts';
import { adamWOptions, learningRateAt } from './optimizer.ts';
import { steppedHead, type ValueHead } from './valueHead.ts';

/** What an update learns from. */
export interface Lesson extends PlannedExamples {
  /** Per example, under the weights that sampled; null where nothing had to be measured. */
  readonly measured: readonly Measurement[] | null;
}

/** What optimizer steps change, besides what the learner holds. */
export interface LearningState {
  readonly optimizerStep: number;
  readonly valueHead: ValueHead | null;
}

export interface Learned extends LearningState {
  readonly stats: BatchStats;
}

/** What the caller makes of what happens; `learnBatch` yields it. */
export interface LearningNews<News> {
  /** @param share of the passes, 0–1 */
  progressed(share: number): News;
  /**
   * Every example that is learned from has been passed once: all that can be told of the batch is known. Comes once, and
   * whoever then stops asking finds nothing changed. @param tokenStats of each example when it was first passed; null: never
   */
  measured(tokenStats: readonly (TokenStats | null)[]): News;
}

/**
 * Learns from a batch: `epochsPerBatch` passes over it, with `stepsPerEpoch` optimizer steps in each, every one on its own
 * trajectories. A step's losses and gradients are multiplied by (trajectories of the batch / of the step): a trajectory is in
 * a step with the inverse probability, so that the mean gradient over the draw is that of the whole batch, whatever the
 * aggregation. (Dividing by the step's own tokens, as is common, is the same where lengths are equal, and biased elsewhere.)
 *
 * All or nothing: whatever ends it early, an exception or a caller who stops asking, learner and state are as before.
 * @throws the signal's reason between micro-batches and before each step
 */
export async function* learnBatch<News>(
  config: RunConfig,
  learner: Learner,
  lesson: Lesson,
  before: LearningState,
  updateIndex: number,
  told: LearningNews<News>,
  signal: AbortSignal,
): AsyncGenerator<News, Learned> {
  let startedAt = monotonicMs();
  const used = usedIndices(lesson);
  const steps = stepsOf(config, lesson, used, updateIndex);
  // A single step is taken last of all: there is never anything to restore, and reading the state takes a checkpoint's time.
  const restore = steps.length > 1 ? await learner.readState() : null;
  const firstStats: (TokenStats | null)[] = lesson.examples.map((_, index) => lesson.measured?.[index]?.stats ?? null);
  let freshStats: readonly (TokenStats | null)[] = firstStats;
  const passes: Pass[] = [];
  const gradientNorms: number[] = [];
  let { optimizerStep, valueHead } = before;
  let isTold = false;
  let isComplete = false;
  try {
    for (const [index, { indices, endsEpoch }] of steps.entries()) {
      const coupling =
        index === 0 ? firstCoupling(lesson.plan) : await currentCoupling(config, learner, lesson, used, signal);
      const progressed = (share: number) => told.progressed((index + share) / steps.length);
      const input = { indices, batch: used, coupling, valueHead };
      const pass = yield* gradientPass(config, learner, lesson, input, progressed, signal);
      passes.push(pass);
      for (const [example, stats] of pass.stats) firstStats[example] ??= stats;
      if (index === 0) freshStats = firstStats.slice();
      const isTooFar = config.sampleKlLimit > 0 && index > 0 && pass.klFromSampling > config.sampleKlLimit;
      if (!isTold && (endsEpoch || isTooFar)) {
        isTold = true;
        const toldAt = monotonicMs();
        yield told.measured(firstStats.slice());
        startedAt += monotonicMs() - toldAt;
      }
      signal.throwIfAborted();
      if (isTooFar) {
        learner.dropGradients();
        break;
      }
      optimizerStep += 1;
      const options = {
        ...adamWOptions(config, updateIndex),
        step: optimizerStep,
        maximumNorm: config.gradientClipNorm,
      };
      const { gradientNorm } = await learner.step(options);
      gradientNorms.push(gradientNorm);
      if (valueHead && pass.value) {
        const learningRate = learningRateAt({ ...config, learningRate: config.valueLearningRate }, updateIndex);
        valueHead = steppedHead(valueHead, pass.value.gradient, { ...options, learningRate, weightDecay: 0 });
      }
    }
    isComplete = true;
  } finally {
    if (!isComplete) {
      learner.dropGradients();
      if (restore) learner.writeState(restore);
    }
  }
  const seconds = (monotonicMs() - startedAt) / 1000;
  const stats = { seconds, ...batchStats(lesson, passes, gradientNorms, { firstStats, freshStats }) };
  return { optimizerStep, valueHead, stats };
}

/** Trajectories that are in the loss. Where none is, one pass over all still says where the policy stands. */
function usedIndices({ examples, plan }: Lesson): number[] {
  const all = examples.map((_, index) => index);
  const used = all.filter((index) => plan.trajectories[index]?.isUsed);
  return used.length > 0 ? used : all;
}

interface Step {
  readonly indices: readonly number[];
  readonly endsEpoch: boolean;
}

function stepsOf(config: RunConfig, { plan }: Lesson, used: readonly number[], updateIndex: number): Step[] {
  if (!plan.trajectories.some(({ isUsed }) => isUsed)) return [{ indices: used, endsEpoch: true }];
  return Array.from({ length: config.epochsPerBatch }, (_, epoch) => {
    const random = new RandomStream(config.seed, 'mini-batches', updateIndex, epoch);
    const parts = miniBatchesOf(used, config.stepsPerEpoch, random);
    return parts.map((indices, position) => ({ indices, endsEpoch: position === parts.length - 1 }));
  }).flat();
}
