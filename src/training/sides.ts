import type { RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';
import type { TurnReward } from '../reward/turnRewards.ts';
import type { TrainingSequence } from '../policy/engine.ts';
import { returnsToGo } from './objective/credit/returns.ts';
import { needsOf } from './objective/needs.ts';
import { trainableObjective } from './objective/trainable.ts';
import type { PlayedEpisode, PlayedTurn } from './rollout.ts';
import { isLearned, rewardsOfSides } from './sideRewards.ts';

/** One seat's side of an episode, rewarded. */
export interface Side {
  readonly episode: PlayedEpisode;
  readonly seat: SeatIndex;
  /** Own turns before `turns`: they are read, and neither compared nor learned from. */
  readonly turnsBefore: number;
  readonly turns: readonly PlayedTurn[];
  readonly rewards: readonly TurnReward[];
  readonly returns: readonly number[];
  /** Probability of the seat's goal before each of `turns`; null where nobody asked for it. */
  readonly beliefs: readonly number[] | null;
}

/**
 * One trained context: the ids as they were fed and sampled. `hiddenIndices`, where a value head reads them, are the tokens
 * before each own turn's first one, so that a value knows what was observed and not what is then decided.
 */
export interface TrainingExample extends TrainingSequence {
  /** Log-prob of each scored token when it was sampled. */
  readonly sampledLogProbs: Float32Array;
}

/** A played batch with the rewards of its turns. Nothing is compared or planned yet. */
export interface RewardedBatch {
  /** Both sides of each episode. */
  readonly allSides: readonly Side[];
  /** Those that are trained. */
  readonly sides: readonly Side[];
  /** Of `sides`, in their order. */
  readonly examples: readonly TrainingExample[];
}

/** Rewards of every kind, returns, and the contexts to learn from: those of seats whose points are known. */
export function rewardBatch(config: RunConfig, played: readonly PlayedEpisode[]): RewardedBatch {
  const both = played.flatMap((episode) => ([0, 1] as const).map((seat) => ({ episode, seat })));
  const rewards = rewardsOfSides(config, both);
  const allSides = both.map((side, index) => sideOf(config, side, rewards[index] ?? []));
  const sides = allSides
    .filter(isLearned)
    .map(fromStem)
    .filter(({ turns }) => turns.length > 0);
  const hasValueHead = needsOf(trainableObjective(config)).has('values');
  return { allSides, sides, examples: sides.map((side) => exampleOf(side, hasValueHead)) };
}

/** What follows the state from which an episode is compared with others. */
function fromStem(side: Side): Side {
  const { stem } = side.episode;
  if (!stem) return side;
  const turnsBefore = side.turns.filter(({ turnIndex }) => turnIndex < stem.turnIndex).length;
  return {
    ...side,
    turnsBefore,
    turns: side.turns.slice(turnsBefore),
    rewards: side.rewards.slice(turnsBefore),
    returns: side.returns.slice(turnsBefore),
    beliefs: side.beliefs?.slice(turnsBefore) ?? null,
  };
}

function sideOf(
  { turnDiscount }: Pick<RunConfig, 'turnDiscount'>,
  { episode, seat }: Pick<Side, 'episode' | 'seat'>,
  rewards: readonly TurnReward[],
): Side {
  return {
    episode,
    seat,
    turnsBefore: 0,
    turns: episode.turns.filter((turn) => turn.seat === seat),
    rewards,
    returns: returnsToGo(
      rewards.map(({ reward }) => reward),
      turnDiscount,
    ),
    beliefs: episode.beliefs?.[seat] ?? null,
  };
}

/** The training sequence is the context as it was fed and sampled; only sampled tokens are scored. */
function exampleOf({ episode, seat, turns }: Side, hasValueHead: boolean): TrainingExample {
  const samples = turns.flatMap(({ sample }) => (sample ? [sample] : []));
  return {
    tokenIds: Int32Array.from(episode.contexts[seat] ?? []),
    scoredIndices: Int32Array.from(
      samples.flatMap(({ firstIndex, tokenIds }) => tokenIds.map((_, offset) => firstIndex + offset)),
    ),
    ...(hasValueHead && { hiddenIndices: Int32Array.from(samples, ({ firstIndex }) => firstIndex - 1) }),
    sampledLogProbs: Float32Array.from(samples.flatMap(({ logProbs }) => logProbs)),
  };
}
