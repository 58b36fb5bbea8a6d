import type { Learner, TokenStats } from '../policy/engine.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { splitByExample } from './exampleStats.ts';
import { microBatches } from './miniBatches.ts';
import type { Coupling } from './objective/coupling.ts';
import { valueLoss, type ValueLoss } from './objective/credit/valueLoss.ts';
import { lossOfPart } from './objective/lossOfPart.ts';
import type { BatchPlan } from './objective/planBatch.ts';
import { klEstimate } from './objective/regulariser/klEstimate.ts';
import { addTallies, EMPTY_TALLY, type Tally } from './objective/tally.ts';
import type { TrainingExample } from './sides.ts';
import { valuesOf, withSlopes, zeroGradient, type ValueGradient, type ValueHead } from './valueHead.ts';

/** A batch, planned: `plan` has one trajectory per example, in their order. */
export interface PlannedExamples {
  readonly examples: readonly TrainingExample[];
  readonly plan: BatchPlan;
}

/** What belongs to one optimizer step and to all of its micro-batches. */
export interface PassInput {
  /** Trajectories to pass. */
  readonly indices: readonly number[];
  /** All that are learned from: losses and gradients are multiplied so that the passed ones speak for these. */
  readonly batch: readonly number[];
  readonly coupling: Coupling | null;
  readonly valueHead: ValueHead | null;
}

/** One pass forward and backward. The policy's gradient stays in the learner. */
export interface Pass {
  readonly loss: number;
  readonly tally: Tally;
  /** KL of the weights that sampled from those of this pass, estimated on the trained tokens, nats per token. */
  readonly klFromSampling: number;
  /** What was said of each example. */
  readonly stats: ReadonlyMap<number, TokenStats>;
  readonly value: ValuePass | null;
}

/** What the value head has to learn of a pass. */
export interface ValuePass {
  readonly gradient: ValueGradient;
  readonly loss: number;
  /** Of the predictions, those that the clip keeps from moving. */
  readonly clippedShare: number;
}

/**
 * Forward, objective, backward in micro-batches. Yields what the caller makes of the share that is done.
 * @throws the signal's reason between micro-batches
 */
export async function* gradientPass<News>(
  { strategistTemperature, valueClipRange }: Pick<RunConfig, 'strategistTemperature' | 'valueClipRange'>,
  learner: Learner,
  { examples, plan }: PlannedExamples,
  { indices, batch, coupling, valueHead }: PassInput,
  progressed: (share: number) => News,
  signal: AbortSignal,
): AsyncGenerator<News, Pass> {
  const all = new Map<number, TokenStats>();
  const options = coupling ? { coupling } : {};
  const scale = indices.length === 0 ? 1 : batch.length / indices.length;
  const targetCount = targetsOf(plan, batch).filter((target) => target !== null).length;
  const scaled = (values: Float64Array) => Float32Array.from(values, (slope) => scale * slope);
  let tally: Tally = EMPTY_TALLY;
  let loss = 0;
  let value: ValuePass | null = valueHead && { gradient: zeroGradient(valueHead), loss: 0, clippedShare: 0 };
  const chosen = indices.flatMap((index) => (examples[index] ? [{ ...examples[index], index }] : []));
  for (const part of microBatches(chosen, learner.tokenLimit)) {
    signal.throwIfAborted();
    const stats = await learner.forward(part, strategistTemperature);
    const own = part.map(({ index }) => index);
    const result = lossOfPart(plan, own, stats, options);
    signal.throwIfAborted();
    await learner.backward({
      logProb: scaled(result.logProb),
      entropy: scaled(result.entropy),
      klToBase: scaled(result.klToBase),
      klFromBase: scaled(result.klFromBase),
    });
    loss += scale * result.loss;
    tally = addTallies(tally, scaledTally(result.tally, scale));
    splitByExample(part, stats).forEach((ofExample, position) => all.set(own[position] ?? -1, ofExample));
    if (value && valueHead) {
      const old = own.flatMap((index) => plan.batch[index]?.turns.map((turn) => turn.value ?? 0) ?? []);
      const values = valuesOf(valueHead, stats.hidden);
      const error = valueLoss(values, old, targetsOf(plan, own), valueClipRange || null, targetCount);
      value = withError(value, stats.hidden, error, scale);
    }
    yield progressed(all.size / indices.length);
  }
  return { loss, tally, stats: all, value, klFromSampling: klFromSampling(plan, all) };
}

/** What a value head should have said before the turns of some trajectories. */
function targetsOf({ valueTargets }: BatchPlan, indices: readonly number[]): (number | null)[] {
  return indices.flatMap((index) => valueTargets[index] ?? []);
}

function withError(sum: ValuePass, hidden: Float32Array, { loss, gradient, clippedShare }: ValueLoss, scale: number) {
  const slopes = gradient.map((slope) => scale * slope);
  return {
    gradient: withSlopes(sum.gradient, hidden, slopes),
    loss: sum.loss + scale * loss,
    clippedShare: sum.clippedShare + scale * clippedShare,
  };
}

function scaledTally(tally: Tally, scale: number): Tally {
  return { ...tally, policyLoss: scale * tally.policyLoss, regulariserLoss: scale * tally.regulariserLoss };
}

/** Mean of k3 over the trained tokens that the policy itself sampled. */
function klFromSampling({ batch, trajectories }: BatchPlan, all: ReadonlyMap<number, TokenStats>): number {
  let sum = 0;
  let count = 0;
  for (const [index, { logProbs }] of all) {
    const trajectory = batch[index];
    if (trajectory?.source !== 'policy') continue;
    trajectories[index]?.isTrained.forEach((bit, token) => {
      if (bit === 0) return;
      sum += klEstimate('k3', trajectory.tokens.logProbs[token] ?? NaN, logProbs[token] ?? NaN).value;
      count += 1;
    });
  }
  return sum / Math.max(1, count);
}
