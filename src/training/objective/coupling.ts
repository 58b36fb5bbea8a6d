import { tokenCountOf } from './batch.ts';
import type { PairMember } from './likelihood/contrastivePairs.ts';
import { logRatios, oldLogProbs } from './likelihood/importanceRatio.ts';
import { missingInput } from './missingInput.ts';
import { needsOf } from './needs.ts';
import type { Objective } from './parts.ts';
import type { BatchPlan, PlannedTrajectory } from './planBatch.ts';
import { adaptiveBounds, type Bounds, type WeightedRatio } from './stabiliser/adaptiveBounds.ts';

/** What a part of a batch has to know about the rest, under the weights that are being trained. */
export interface Coupling {
  /** BAPO: bounds of the ratios of this pass. Constants. */
  readonly bounds: Bounds | null;
  /** CoPG: log π − log π_base of each trajectory. */
  readonly logRatiosToBase: readonly number[] | null;
}

/** Whether parts of the batch depend on one another, so that all of it must be passed through the model first. */
export function isCoupled(objective: Objective): boolean {
  return needsOf(objective).has('whole-batch-first');
}

/**
 * @param logProbs of all tokens of the batch under the weights that are being trained; those at sampling do for the first
 *   step of an update. @param baseLogProbs the same under the base model; null: as the batch has them
 */
export function couplingOf(
  plan: BatchPlan,
  logProbs: ArrayLike<number>,
  baseLogProbs: ArrayLike<number> | null = null,
): Coupling {
  const { objective, batch, trajectories } = plan;
  let first = 0;
  const slices = batch.map((trajectory) => {
    const start = first;
    const count = tokenCountOf(trajectory);
    first += count;
    const cut = (values: ArrayLike<number>) =>
      Float64Array.from({ length: count }, (_, token) => values[start + token] ?? NaN);
    return { logProbs: cut(logProbs), base: baseLogProbs ? cut(baseLogProbs) : trajectory.tokens.baseLogProbs };
  });
  if (objective.kind === 'contrastive') {
    const logRatiosToBase = trajectories.map((planned, index) =>
      planned.isUsed ? logRatioToBase(planned, slices[index]?.logProbs ?? [], slices[index]?.base ?? null) : 0,
    );
    return { bounds: null, logRatiosToBase };
  }
  const { likelihood } = objective;
  if (likelihood.kind !== 'ratio' || likelihood.stabiliser.kind !== 'adaptive-bounds') {
    return { bounds: null, logRatiosToBase: null };
  }
  const tokens = trajectories.flatMap((planned, index): WeightedRatio[] => {
    const at = batch[index];
    if (!at || at.source !== 'policy') return [];
    const ratios = logRatios(
      likelihood.unit,
      slices[index]?.logProbs ?? [],
      oldLogProbs(likelihood, at.tokens),
      planned.turnOfToken,
      planned.isTrained,
    );
    return ratios.map((logRatio, token) => ({
      ratio: Math.exp(logRatio),
      advantage: planned.advantages[token] ?? 0,
      weight: planned.weights[token] ?? 0,
    }));
  });
  return { bounds: adaptiveBounds(tokens, likelihood.stabiliser), logRatiosToBase: null };
}

/** Σ (log π − log π_base) over the trained tokens of a trajectory. */
export function logRatioToBase(
  { isTrained }: PlannedTrajectory,
  logProbs: ArrayLike<number>,
  baseLogProbs: ArrayLike<number> | null,
): number {
  const base = baseLogProbs ?? missingInput('the base model’s log-probs');
  return isTrained.reduce((sum, bit, token) => sum + bit * ((logProbs[token] ?? 0) - (base[token] ?? 0)), 0);
}

/** The others of a trajectory's group, as pairs see them. */
export function pairMembers(plan: BatchPlan, index: number, logRatiosToBase: readonly number[]): PairMember[] {
  const group = plan.batch[index]?.group;
  return plan.batch.flatMap((trajectory, other) =>
    other !== index && trajectory.group === group && plan.trajectories[other]?.isUsed === true
      ? [{ earned: plan.returns[other]?.[0] ?? 0, logRatio: logRatiosToBase[other] ?? 0 }]
      : [],
  );
}
