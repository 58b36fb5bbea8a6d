import type { Trajectory } from './batch.ts';
import { indicesByGroup } from './batch.ts';
import type { CreditResult } from './credit/advantages.ts';
import { spreadOf } from './credit/groupStatistics.ts';
import { semanticEntropy } from './data/rewards.ts';
import { zeroSpreadShare } from './data/dynamicSampling.ts';
import { explainedVariance } from './credit/linearBaseline.ts';
import type { Objective } from './parts.ts';
import type { PlannedTrajectory } from './planBatch.ts';

interface Planned {
  readonly compared: readonly boolean[];
  readonly rewards: readonly (readonly number[])[];
  readonly credit: CreditResult;
  readonly trajectories: readonly PlannedTrajectory[];
}

/**
 * What is known of a batch before any forward pass, under the names of TRL (`reward`, `reward_std`, `frac_reward_zero_std`)
 * and verl (`critic/…`) where they mean the same. `turn/…/k` are curves over own turns, `seat/…` is per seat: nobody else has them.
 */
export function planMetrics(
  objective: Objective,
  batch: readonly Trajectory[],
  { compared, rewards, credit, trajectories }: Planned,
): Record<string, number> {
  const indices = batch.flatMap((_, index) => (compared[index] ? [index] : []));
  const earned = indices.map((index) => (rewards[index] ?? []).reduce((sum, reward) => sum + reward, 0));
  const groups = indices.map((index) => batch[index]?.group ?? '');
  const advantages = indices.flatMap((index) => credit.turns[index] ?? []);
  const returns = indices.flatMap((index) => credit.returns[index] ?? []);
  const explained = indices.flatMap((index) =>
    (credit.baselines[index] ?? []).flatMap((value, turn) =>
      value === null ? [] : [{ value, actual: credit.returns[index]?.[turn] ?? 0 }],
    ),
  );
  const spreads = [...indicesByGroup(groups.map((group) => ({ group }))).values()].map(
    (members) => spreadOf(members.map((member) => earned[member] ?? 0)).standardDeviation,
  );
  return {
    reward: mean(earned),
    reward_std: mean(spreads),
    frac_reward_zero_std: zeroSpreadShare(groups, earned),
    ...range('critic/advantages', advantages),
    ...range('critic/returns', returns),
    'critic/vf_explained_var': explainedVariance(
      explained.map(({ actual }) => actual),
      explained.map(({ value }) => value),
    ),
    'response/cut_off_ratio': share(batch, ({ isCutOff }) => isCutOff),
    'data/used_ratio': trajectories.filter(({ isUsed }) => isUsed).length / Math.max(trajectories.length, 1),
    ...seatMetrics(batch, indices, credit),
    ...turnCurves(indices, rewards, credit),
    ...(objective.data.rewards.some(({ kind }) => kind === 'agreement')
      ? {
          semantic_entropy: mean(
            [...indicesByGroup(batch).values()].map((group) =>
              semanticEntropy(group.map((index) => batch[index]?.kind ?? null)),
            ),
          ),
        }
      : {}),
  };
}

function seatMetrics(batch: readonly Trajectory[], indices: readonly number[], { baselines, returns }: CreditResult) {
  const metrics: Record<string, number> = {};
  for (const seat of [0, 1] as const) {
    const own = indices.filter((index) => batch[index]?.seat === seat);
    if (own.length === 0) continue;
    metrics[`seat/return/${seat}`] = mean(own.map((index) => returns[index]?.[0] ?? 0));
    const known = own.flatMap((index) => baselines[index]?.[0] ?? []);
    if (known.length > 0) metrics[`seat/baseline/${seat}`] = mean(known);
  }
  return metrics;
}

function turnCurves(indices: readonly number[], rewards: Planned['rewards'], { turns }: CreditResult) {
  const metrics: Record<string, number> = {};
  const longest = Math.max(0, ...indices.map((index) => rewards[index]?.length ?? 0));
  for (let turn = 0; turn < longest; turn++) {
    const there = indices.filter((index) => turn < (rewards[index]?.length ?? 0));
    metrics[`turn/reward/${turn}`] = mean(there.map((index) => rewards[index]?.[turn] ?? 0));
    metrics[`turn/advantage/${turn}`] = mean(there.map((index) => turns[index]?.[turn] ?? 0));
  }
  return metrics;
}

function range(name: string, values: readonly number[]): Record<string, number> {
  if (values.length === 0) return {};
  return {
    [`${name}/mean`]: mean(values),
    [`${name}/max`]: values.reduce((a, b) => Math.max(a, b)),
    [`${name}/min`]: values.reduce((a, b) => Math.min(a, b)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

function share<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.filter(holds).length / Math.max(items.length, 1);
}
