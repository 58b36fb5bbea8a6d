import type { Episode, Turn } from '../record/episode.ts';
import type { ObjectiveMemory } from '../record/objectiveMemory.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { Measurement } from './measure.ts';
import { zeroSpreadShare } from './objective/data/dynamicSampling.ts';
import { planBatch, type BatchPlan } from './objective/planBatch.ts';
import { trainableObjective } from './objective/trainable.ts';
import { planContext, trajectoriesOf } from './objectiveBatch.ts';
import type { PlayedEpisode, PlayedTurn } from './rollout.ts';
import type { RewardedBatch, Side } from './sides.ts';

/** A batch with what every turn is worth. `examples[i]` is the trained side `sides[i]`. */
export interface ScoredBatch extends Omit<RewardedBatch, 'allSides'> {
  readonly episodes: readonly Episode[];
  /** Of `sides`; null where nothing had to be measured. */
  readonly measured: readonly Measurement[] | null;
  /** Advantages and weights of the trained sides. */
  readonly plan: BatchPlan;
  readonly baselineExplainedVariance: number;
  /** Share of the groups (scenario × seat) whose episodes all earned the same: they teach leave-one-out nothing. */
  readonly zeroSpreadGroupShare: number;
}

/** Advantages and weights of a rewarded batch. Pure arithmetic; the model has said what it has to say. */
export function scoreBatch(
  config: RunConfig,
  { allSides, sides, examples }: RewardedBatch,
  measured: readonly Measurement[] | null,
  updateIndex: number,
  memory: ObjectiveMemory,
): ScoredBatch {
  const context = planContext(config, updateIndex, memory);
  const objective = trainableObjective(config, context.progress);
  const trajectories = trajectoriesOf(sides, measured, objective);
  const own = trajectories.filter(({ source }) => source === 'policy');
  const plan = planBatch(objective, trajectories, context);
  const advantagesOf: Advantages = new Map(
    sides.map((side, index) => {
      const before = new Array<null>(side.turnsBefore).fill(null);
      return [sideName(side), [...before, ...(plan.turnAdvantages[index] ?? [])]];
    }),
  );
  return {
    episodes: episodeRows(allSides, updateIndex, advantagesOf),
    examples,
    sides,
    measured,
    plan,
    baselineExplainedVariance: plan.metrics['critic/vf_explained_var'] ?? 0,
    zeroSpreadGroupShare: zeroSpreadShare(
      own.map(({ group }) => group),
      own.map(({ outcome }) => outcome),
    ),
  };
}

/** Of each trained side by its name, one per own turn; null for turns that are only read. */
type Advantages = ReadonlyMap<string, readonly (number | null)[]>;

/** The batch as it goes on record. @param advantagesOf none, if nothing is said: it was played, and not learned from */
export function episodeRows(
  allSides: readonly Side[],
  updateIndex: number,
  advantagesOf: Advantages = new Map(),
): Episode[] {
  const played = [...new Set(allSides.map(({ episode }) => episode))];
  return played.map((episode) =>
    episodeRow(
      episode,
      updateIndex,
      allSides.filter((side) => side.episode === episode),
      advantagesOf,
    ),
  );
}

function sideName({ episode, seat }: Pick<Side, 'episode' | 'seat'>): string {
  return `${episode.episodeId}/${seat}`;
}

/** A turn before it is scored: what the page shows while the dialogue goes on. */
export function spokenTurn({
  turnIndex,
  seat,
  board,
  strategy,
  strategyReading,
  utterance,
  action,
  offerValue,
}: PlayedTurn): Turn {
  return {
    turnIndex,
    seat,
    board,
    strategy,
    strategyReading,
    utterance,
    action,
    offerValue,
    reward: 0,
    rewardParts: [],
    returnToGo: 0,
    advantage: null,
    isCritical: false,
  };
}

function episodeRow(
  { episodeId, scenario, outcome, turns, trainedSeats, source, origin, verdicts }: PlayedEpisode,
  updateIndex: number,
  sides: readonly Side[],
  advantagesOf: Advantages,
): Episode {
  const scored = new Map<PlayedTurn, Turn>();
  for (const side of sides) {
    side.turns.forEach((turn, index) => {
      const reward = side.rewards[index];
      scored.set(turn, {
        ...spokenTurn(turn),
        reward: reward?.reward ?? 0,
        rewardParts: [...(reward?.rewardParts ?? [])],
        returnToGo: side.returns[index] ?? 0,
        advantage: advantagesOf.get(sideName(side))?.[index] ?? null,
        isCritical: reward?.isCritical ?? false,
      });
    });
  }
  return {
    episodeId,
    updateIndex,
    scenario,
    endReason: outcome.endReason,
    points: [...outcome.points],
    isParetoOptimal: outcome.isParetoOptimal,
    ...(outcome.unscored && outcome.unscored.length > 0 && { unscored: [...outcome.unscored] }),
    ...(verdicts && { judgements: verdicts.judgements }),
    ...(verdicts?.evaluation && { evaluation: verdicts.evaluation }),
    trainedSeats: [...trainedSeats],
    turns: turns.map((turn) => scored.get(turn) ?? spokenTurn(turn)),
    ...(source !== 'policy' && { source }),
    ...(origin && { origin }),
  };
}
