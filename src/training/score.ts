import type { Episode, Turn } from '../record/episode.ts';
import type { ObjectiveMemory } from '../record/objectiveMemory.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';
import type { Trace } from '../record/trace.ts';
import { seatHistory } from '../reward/seatHistory.ts';
import { turnRewards } from '../reward/turnRewards.ts';
import type { TokenStats } from '../policy/engine.ts';
import type { TrainingExample } from './learn.ts';
import { returnsToGo } from './objective/credit/returns.ts';
import { zeroSpreadShare } from './objective/data/dynamicSampling.ts';
import { planBatch, type BatchPlan } from './objective/planBatch.ts';
import { planContext, trainableObjective, trajectoryOf, type RewardedSide } from './objectiveBatch.ts';
import type { PlayedEpisode, PlayedTurn } from './rollout.ts';

/** A batch with what every turn earned. `examples[i]` is the trained side `sides[i]`. */
export interface ScoredBatch {
  readonly episodes: readonly Episode[];
  readonly examples: readonly TrainingExample[];
  readonly sides: readonly Side[];
  /** Advantages and weights of the trained sides. */
  readonly plan: BatchPlan;
  readonly baselineExplainedVariance: number;
  /** Share of the groups (scenario × seat) whose episodes all earned the same: they teach leave-one-out nothing. */
  readonly zeroSpreadGroupShare: number;
}

/** One seat's side of one episode. */
interface Side extends RewardedSide {
  readonly returns: readonly number[];
}

/** Rewards by rule, returns, advantages, and the examples to learn from. Pure arithmetic; the weights are not asked. */
export function scoreBatch(
  config: RunConfig,
  played: readonly PlayedEpisode[],
  updateIndex: number,
  memory: ObjectiveMemory,
): ScoredBatch {
  const allSides = played.flatMap((episode) => ([0, 1] as const).map((seat) => sideOf(config, episode, seat)));
  const sides = allSides.filter(({ episode, seat, turns }) => episode.trainedSeats.includes(seat) && turns.length > 0);
  const context = planContext(config, updateIndex, memory);
  const plan = planBatch(trainableObjective(config), sides.map(trajectoryOf), context);
  const advantages = plan.turnAdvantages;
  const advantagesOf = new Map(sides.map((side, index) => [side, advantages[index] ?? []]));
  return {
    episodes: played.map((episode) =>
      episodeRow(
        episode,
        updateIndex,
        allSides.filter((side) => side.episode === episode),
        advantagesOf,
      ),
    ),
    examples: sides.map((side) => exampleOf(side, advantagesOf.get(side) ?? [])),
    sides,
    plan,
    baselineExplainedVariance: plan.metrics['critic/vf_explained_var'] ?? 0,
    zeroSpreadGroupShare: zeroSpreadShare(
      sides.map(({ episode, seat }) => `${episode.scenario.id}/${seat}`),
      sides.map(({ episode, seat }) => episode.outcome.points[seat]),
    ),
  };
}

function sideOf(config: RunConfig, episode: PlayedEpisode, seat: SeatIndex): Side {
  const history = seatHistory(
    { turns: episode.turns, endReason: episode.outcome.endReason, points: episode.outcome.points },
    seat,
  );
  const rewards = turnRewards(history, config);
  return {
    episode,
    seat,
    turns: episode.turns.filter((turn) => turn.seat === seat),
    rewards,
    returns: returnsToGo(
      rewards.map(({ reward }) => reward),
      config.turnDiscount,
    ),
  };
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
  { episodeId, scenario, outcome, turns, trainedSeats }: PlayedEpisode,
  updateIndex: number,
  sides: readonly Side[],
  advantagesOf: ReadonlyMap<Side, readonly number[]>,
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
        advantage: advantagesOf.get(side)?.[index] ?? null,
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
    trainedSeats: [...trainedSeats],
    turns: turns.map((turn) => scored.get(turn) ?? spokenTurn(turn)),
  };
}

/** The training sequence is the context as it was fed and sampled; only sampled tokens are scored. */
function exampleOf({ episode, seat, turns }: Side, advantages: readonly number[]): TrainingExample {
  const samples = turns.flatMap(({ sample }) => (sample ? [sample] : []));
  return {
    tokenIds: Int32Array.from(episode.contexts[seat] ?? []),
    scoredIndices: Int32Array.from(
      samples.flatMap(({ firstIndex, tokenIds }) => tokenIds.map((_, offset) => firstIndex + offset)),
    ),
    sampledLogProbs: Float32Array.from(samples.flatMap(({ logProbs }) => logProbs)),
    turns: samples.map(({ tokenIds }, index) => ({ advantage: advantages[index] ?? 0, tokenCount: tokenIds.length })),
  };
}

/** Every token of every trained context, with what sampling and learning measured of it. */
export function tracesOf(
  { sides, examples, episodes }: ScoredBatch,
  tokenStats: readonly TokenStats[],
  policyVersion: number,
): Trace[] {
  const rows = new Map(episodes.map((episode) => [episode.episodeId, episode]));
  return sides.map(({ episode, seat, turns }, index): Trace => {
    const example = examples[index];
    const tokenCount = example?.tokenIds.length ?? 0;
    const trace = {
      sampledMask: new Uint8Array(tokenCount),
      ownTurnIndex: new Int16Array(tokenCount).fill(-1),
      logProbs: new Float32Array(tokenCount),
      entropies: new Float32Array(tokenCount),
      klToBase: new Float32Array(tokenCount),
      advantages: new Float32Array(tokenCount),
    };
    const ownRows = rows.get(episode.episodeId)?.turns.filter((turn) => turn.seat === seat) ?? [];
    let scored = 0;
    turns.forEach(({ sample }, ownTurn) => {
      sample?.tokenIds.forEach((_, offset) => {
        const at = sample.firstIndex + offset;
        trace.sampledMask[at] = 1;
        trace.ownTurnIndex[at] = ownTurn;
        trace.logProbs[at] = sample.logProbs[offset] ?? 0;
        trace.entropies[at] = sample.entropies[offset] ?? 0;
        trace.klToBase[at] = tokenStats[index]?.klToBase[scored] ?? 0;
        trace.advantages[at] = ownRows[ownTurn]?.advantage ?? 0;
        scored += 1;
      });
    });
    return {
      episodeId: episode.episodeId,
      seat,
      tokenIds: example?.tokenIds ?? new Int32Array(),
      ...trace,
      policyVersion,
    };
  });
}
