import type { ObjectiveMemory } from '../record/objectiveMemory.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';
import type { TurnReward } from '../reward/turnRewards.ts';
import { groupOf, type Trajectory } from './objective/batch.ts';
import { couplingOf, isCoupled, type Coupling } from './objective/coupling.ts';
import { assertSupplied, type Need } from './objective/needs.ts';
import { objectiveOf } from './objective/objectiveOf.ts';
import type { Objective } from './objective/parts.ts';
import type { BatchPlan, PlanContext } from './objective/planBatch.ts';
import type { PlayedEpisode, PlayedTurn } from './rollout.ts';

/** One seat's side of an episode, rewarded. */
export interface RewardedSide {
  readonly episode: PlayedEpisode;
  readonly seat: SeatIndex;
  readonly turns: readonly PlayedTurn[];
  readonly rewards: readonly TurnReward[];
}

/** What this trainer gives an objective beside the basics. On-policy, the log-probs at sampling are those of the whole batch. */
const SUPPLIED: ReadonlySet<Need> = new Set<Need>(['kinds', 'whole-batch-first']);
/** Both seats' turns where the environment decides how many there are: a constant divisor need only be constant. */
const TURNS_WHEN_UNSAID = 10;

/** The objective of a run. @throws AppError before anything is played, when it could not be trained as it is meant */
export function trainableObjective(config: RunConfig): Objective {
  const objective = objectiveOf(config);
  assertSupplied(config.preset, objective, SUPPLIED);
  return objective;
}

export function planContext(config: RunConfig, updateIndex: number, memory: ObjectiveMemory): PlanContext {
  return {
    discount: config.turnDiscount,
    progress: updateIndex / config.updates,
    tokenLimit: config.strategyTokenLimit * Math.ceil((config.turnLimit || TURNS_WHEN_UNSAID) / 2),
    memory,
  };
}

/** What the objective sees of a side: no text, no ids, and of the tokens only those that the strategist sampled. */
export function trajectoryOf({ episode, seat, turns, rewards }: RewardedSide): Trajectory {
  const { scenario, outcome } = episode;
  const samples = turns.flatMap(({ sample }) => (sample ? [sample] : []));
  return {
    seat,
    scenario: scenario.id,
    group: groupOf({ scenario: scenario.id, seat }),
    source: 'policy',
    outcome: outcome.points[seat] / 10,
    isCutOff: outcome.endReason === 'turn-limit' || outcome.endReason === 'context-full',
    kind: kindOf(turns),
    fork: null,
    turns: turns.map(({ sample, offerValue, proposalValue, turnsLeft }, turn) => ({
      reward: rewards[turn]?.reward ?? 0,
      tokenCount: sample?.tokenIds.length ?? 0,
      situation: { offerValue, proposalValue, turnsLeft },
      value: null,
      belief: null,
    })),
    tokens: {
      logProbs: samples.flatMap(({ logProbs }) => logProbs),
      entropies: samples.flatMap(({ entropies }) => entropies),
      proximalLogProbs: null,
      baseLogProbs: null,
      temperedLogProbs: null,
      isTrained: null,
    },
  };
}

/** Dialogues that tried the same families of strategies in the same order are of one kind; an unreadable one is of its own. */
function kindOf(turns: readonly PlayedTurn[]): string | null {
  const families = turns.map(({ strategyReading }) => strategyReading?.family ?? null);
  return families.includes(null) ? null : families.join(' > ');
}

/** For objectives whose trajectories depend on one another, before the first step of an update. */
export function firstCoupling(plan: BatchPlan): { readonly coupling?: Coupling } {
  if (!isCoupled(plan.objective)) return {};
  return {
    coupling: couplingOf(
      plan,
      plan.batch.flatMap(({ tokens }) => Array.from(tokens.logProbs)),
    ),
  };
}
