import type { ObjectiveMemory } from '../record/objectiveMemory.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { Measurement } from './measure.ts';
import { groupOf, vineGroupOf, type Trajectory } from './objective/batch.ts';
import { trainedMask } from './objective/data/guidance.ts';
import type { Objective } from './objective/parts.ts';
import type { PlanContext } from './objective/planBatch.ts';
import type { PlayedTurn } from './rollout.ts';
import type { Side } from './sides.ts';

/** Both seats' turns where the environment decides how many there are: a constant divisor need only be constant. */
const TURNS_WHEN_UNSAID = 10;

export function planContext(config: RunConfig, updateIndex: number, memory: ObjectiveMemory): PlanContext {
  return {
    discount: config.turnDiscount,
    progress: updateIndex / config.updates,
    tokenLimit: config.strategyTokenLimit * Math.ceil((config.turnLimit || TURNS_WHEN_UNSAID) / 2),
    memory,
  };
}

/** What the objective sees of a batch; `measured` is null where nothing had to be measured. */
export function trajectoriesOf(
  sides: readonly Side[],
  measured: readonly Measurement[] | null,
  objective: Objective,
): Trajectory[] {
  const isShared =
    objective.kind === 'policy-gradient' &&
    objective.credit.kind === 'returns' &&
    objective.credit.adjustments.some(({ kind }) => kind === 'shared-turns');
  return sides.map((side, index): Trajectory => {
    const own = trajectoryOf(side, measured?.[index] ?? null);
    const fork = forkAmong(sides, side);
    // Turns that a branch repeats are learned from once, unless the objective says what they are worth in each branch.
    return fork && !isShared ? withoutTurns({ ...own, fork }, fork.sharedTurns) : { ...own, fork };
  });
}

function forkAmong(sides: readonly Side[], { episode, seat, turns }: Side): Trajectory['fork'] {
  const { origin, stem } = episode;
  if (!origin || stem) return null;
  const parent = sides.findIndex((side) => side.episode.episodeId === origin.episodeId && side.seat === seat);
  const sharedTurns = turns.filter(({ turnIndex }) => turnIndex < origin.turnIndex).length;
  return parent < 0 || sharedTurns === 0 ? null : { parent, sharedTurns };
}

function withoutTurns(trajectory: Trajectory, count: number): Trajectory {
  const counts = trajectory.turns.map(({ tokenCount }) => tokenCount);
  const isTrained = trainedMask(counts, counts.slice(0, count));
  return { ...trajectory, tokens: { ...trajectory.tokens, isTrained } };
}

/** What the objective sees of a side: no text, no ids, and of the tokens only those that the strategist sampled. */
export function trajectoryOf(
  { episode, seat, turns, rewards, beliefs }: Omit<Side, 'returns'>,
  measured: Measurement | null,
): Trajectory {
  const { scenario, outcome, source, stem } = episode;
  const samples = turns.flatMap(({ sample }) => (sample ? [sample] : []));
  return {
    seat,
    scenario: scenario.id,
    group: stem ? vineGroupOf(stem.episodeId, stem.turnIndex, seat) : groupOf({ scenario: scenario.id, seat }),
    source,
    outcome: outcome.points[seat] / 10,
    isCutOff: outcome.endReason === 'turn-limit' || outcome.endReason === 'context-full',
    kind: kindOf(turns),
    fork: null,
    turns: turns.map(({ sample, offerValue, proposalValue, turnsLeft }, turn) => ({
      reward: rewards[turn]?.reward ?? 0,
      tokenCount: sample?.tokenIds.length ?? 0,
      situation: { offerValue, proposalValue, turnsLeft },
      value: measured?.values?.[turn] ?? null,
      belief: beliefs?.[turn] ?? null,
    })),
    tokens: {
      logProbs: samples.flatMap(({ logProbs }) => logProbs),
      entropies: samples.flatMap(({ entropies }) => entropies),
      proximalLogProbs: null,
      baseLogProbs: measured?.stats.baseLogProbs ?? null,
      temperedLogProbs: measured?.temperedLogProbs ?? null,
      isTrained: null,
    },
  };
}

/** Dialogues that tried the same families of strategies in the same order are of one kind; an unreadable one is of its own. */
function kindOf(turns: readonly PlayedTurn[]): string | null {
  const families = turns.map(({ strategyReading }) => strategyReading?.family ?? null);
  return families.includes(null) ? null : families.join(' > ');
}
