import { assertAligned, isTrainedToken, tokenCountOf, turnOfTokens, type Trajectory } from './batch.ts';
import { assertTrainable } from './checkObjective.ts';
import { advantagesOf } from './credit/advantages.ts';
import { planMetrics } from './metrics.ts';
import type { Credit, Objective } from './parts.ts';
import { policyWeights, rankedEntropies } from './policyWeights.ts';
import type { ObjectiveMemory } from '../../record/objectiveMemory.ts';
import { learnStatistics } from './learnStatistics.ts';
import { klTokenRewards, shapedRewards } from './rewards.ts';
import { regulariserWeights } from './regulariserWeights.ts';
import { assertLearnable, comparedTrajectories, keptTokens, keptTrajectories, trajectoryWeights } from './selection.ts';

export interface PlanContext {
  /** γ per own turn. */
  readonly discount: number;
  /** Share of the run that is done, 0–1. */
  readonly progress: number;
  /** Most tokens that one trajectory may have. */
  readonly tokenLimit: number;
  readonly memory: ObjectiveMemory;
}

/** Everything about one trajectory that does not depend on the weights under which the loss is taken. Per token. */
export interface PlannedTrajectory {
  /** False: nothing of it is in the loss, so it need not be passed through the model. */
  readonly isUsed: boolean;
  readonly turnOfToken: readonly number[];
  /** 1 where the token is trained on. */
  readonly isTrained: Uint8Array;
  readonly advantages: Float64Array;
  /** Of the policy term. */
  readonly weights: Float64Array;
  /** How uncertain the token was among those of the batch, −1 to 1; zeros unless the stabiliser asks. */
  readonly entropyRanks: Float64Array;
  /** Of each regulariser, coefficient included. */
  readonly regulariserWeights: readonly Float64Array[];
}

/** A batch, ready for any number of passes over it, in any number of parts. */
export interface BatchPlan {
  readonly objective: Objective;
  readonly batch: readonly Trajectory[];
  readonly trajectories: readonly PlannedTrajectory[];
  /** Of each turn as people see it, [trajectory][turn]; null for trajectories that are not in the loss. */
  readonly turnAdvantages: readonly (readonly number[] | null)[];
  readonly returns: readonly (readonly number[])[];
  /** What a value head learns, [trajectory][turn]; null where nobody knows. */
  readonly valueTargets: readonly (readonly (number | null)[])[];
  /** Trajectories in the policy term: what sums over trajectories are divided by. */
  readonly trajectoryCount: number;
  /** What earlier updates measured: the entropy band stays around it. */
  readonly entropyHistory: ObjectiveMemory['entropyHistory'];
  /** What the objective remembers after this batch. */
  readonly memory: ObjectiveMemory;
  /** Known before any forward pass; names of TRL and verl where they mean the same. */
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * From rewards to advantages and weights, for a whole batch at once. Pure: the memory goes in and comes out.
 *
 * @throws AppError when the objective, or what the batch holds, cannot be trained
 */
export function planBatch(objective: Objective, batch: readonly Trajectory[], context: PlanContext): BatchPlan {
  assertTrainable(objective);
  assertAligned(batch);
  assertLearnable(objective, batch);
  const { data } = objective;
  const compared = comparedTrajectories(data, batch);
  const rewards = shapedRewards(data.rewards, batch, context);
  const { tokenRewards, ...learnt } = klTokenRewards(objective.regularisers, batch, context.memory);
  const credit = advantagesOf(creditOf(objective), {
    batch,
    takesPart: compared,
    rewards,
    tokenRewards,
    discount: context.discount,
    memory: { ...context.memory, ...learnt },
  });
  const earned = credit.returns.map((turns) => turns[0] ?? 0);
  const kept = keptTrajectories(data, batch, compared, {
    earned,
    advantages: credit.turns.map((turns) => turns[0] ?? 0),
    progress: context.progress,
  }).map((isKept, index) => isKept && credit.isKept[index] === true);
  const imitated = batch.map(({ source }) => source === 'demonstration' && creditOf(objective).kind === 'imitation');
  const factors = trajectoryWeights(
    data,
    batch,
    kept.map((isKept, index) => isKept || imitated[index] === true),
  );
  const tokensKept = keptTokens(data, batch, kept, credit.tokens, context.progress);
  const trained = batch.map((trajectory, index) =>
    trainedTokens(trajectory, tokensKept[index] ?? [], factors[index] ?? 0),
  );
  const weights = policyWeights(objective, batch, trained, factors, credit.tokens, context.tokenLimit);
  const ranks = rankedEntropies(objective, batch, trained);
  const regularisers = objective.regularisers.map((regulariser) =>
    regulariserWeights(regulariser, objective, { batch, trained, context, returns: credit.returns }),
  );
  const trajectories = batch.map((trajectory, index): PlannedTrajectory => {
    const regulariserWeights = regularisers.map((weights) => weights[index] ?? new Float64Array());
    const isPair = objective.kind === 'contrastive' && trained[index]?.includes(1) === true;
    const isDemonstration = trajectory.source === 'demonstration';
    const own = weights[index] ?? new Float64Array();
    return {
      isUsed: isPair || [own, ...regulariserWeights].some((values) => values.some((value) => value !== 0)),
      turnOfToken: turnOfTokens(trajectory),
      isTrained: trained[index] ?? new Uint8Array(),
      advantages: isDemonstration
        ? new Float64Array(own.length).fill(1)
        : Float64Array.from(credit.tokens[index] ?? []),
      weights: own,
      entropyRanks: ranks[index] ?? new Float64Array(),
      regulariserWeights,
    };
  });
  return {
    objective,
    batch,
    trajectories,
    turnAdvantages: credit.turns.map((turns, index) => ((factors[index] ?? 0) > 0 ? turns : null)),
    returns: credit.returns,
    valueTargets: credit.valueTargets,
    trajectoryCount: trained.filter((mask) => mask.some((bit) => bit === 1)).length,
    entropyHistory: context.memory.entropyHistory,
    memory: learnStatistics(objective, batch, compared, credit.memory),
    metrics: planMetrics(objective, batch, { compared, credit, rewards, trajectories }),
  };
}

/** Contrastive pairs compare whole returns; nothing is subtracted from them one by one. */
const PAIR_CREDIT: Credit = {
  kind: 'returns',
  signal: 'episode-return',
  baseline: { kind: 'leave-one-out' },
  scale: { kind: 'none' },
  adjustments: [],
};

function creditOf(objective: Objective): Credit {
  return objective.kind === 'contrastive' ? PAIR_CREDIT : objective.credit;
}

function trainedTokens({ tokens, turns }: Trajectory, kept: readonly boolean[], factor: number): Uint8Array {
  const count = tokenCountOf({ turns });
  return Uint8Array.from({ length: count }, (_, token) =>
    factor > 0 && isTrainedToken(tokens, token) && kept[token] === true ? 1 : 0,
  );
}
