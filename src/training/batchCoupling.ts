import type { RunConfig } from '../record/runConfig.ts';
import type { Learner } from '../policy/engine.ts';
import { splitByExample } from './exampleStats.ts';
import type { PlannedExamples } from './gradientPass.ts';
import { microBatches } from './miniBatches.ts';
import type { Trajectory } from './objective/batch.ts';
import { couplingOf, isCoupled, type Coupling } from './objective/coupling.ts';
import type { BatchPlan } from './objective/planBatch.ts';

/** Before the first step of an update the log-probs are those at sampling. Null where trajectories stand alone. */
export function firstCoupling(plan: BatchPlan): Coupling | null {
  return isCoupled(plan.objective) ? couplingOf(plan, plan.batch.flatMap(logProbsAtSampling)) : null;
}

/** Later the weights have moved: one more forward pass over all that is learned from. */
export async function currentCoupling(
  { strategistTemperature }: Pick<RunConfig, 'strategistTemperature'>,
  learner: Pick<Learner, 'forward' | 'tokenLimit'>,
  { examples, plan }: PlannedExamples,
  used: readonly number[],
  signal: AbortSignal,
): Promise<Coupling | null> {
  if (!isCoupled(plan.objective)) return null;
  // What is left out has no weight, whatever stands for it.
  const logProbs: ArrayLike<number>[] = plan.batch.map(logProbsAtSampling);
  const chosen = used.flatMap((index) => (examples[index] ? [{ ...examples[index], index }] : []));
  for (const part of microBatches(chosen, learner.tokenLimit)) {
    signal.throwIfAborted();
    const stats = splitByExample(part, await learner.forward(part, strategistTemperature));
    stats.forEach((own, position) => (logProbs[part[position]?.index ?? -1] = own.logProbs));
  }
  return couplingOf(
    plan,
    logProbs.flatMap((own) => Array.from(own)),
  );
}

function logProbsAtSampling({ tokens }: Trajectory): number[] {
  return Array.from(tokens.logProbs);
}
