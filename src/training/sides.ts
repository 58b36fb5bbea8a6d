import type { RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';
import { isScored } from '../environment/environment.ts';
import { judgedRewards } from '../reward/judge/judgedRewards.ts';
import { seatHistory, type SeatHistory } from '../reward/seatHistory.ts';
import { isJudgeReward, terminalRewards, turnRewards, type TurnReward } from '../reward/turnRewards.ts';
import type { TrainingSequence } from '../policy/engine.ts';
import { returnsToGo } from './objective/credit/returns.ts';
import { needsOf } from './objective/needs.ts';
import { trainableObjective } from './objective/trainable.ts';
import type { PlayedEpisode, PlayedTurn } from './rollout.ts';

/** One seat's side of an episode, rewarded. */
export interface Side {
  readonly episode: PlayedEpisode;
  readonly seat: SeatIndex;
  /** Own turns before `turns`: they are read, and neither compared nor learned from. */
  readonly turnsBefore: number;
  readonly turns: readonly PlayedTurn[];
  readonly rewards: readonly TurnReward[];
  readonly returns: readonly number[];
  /** Probability of the seat's goal before each of `turns`, where the objective asks for it. */
  readonly beliefs?: readonly number[];
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

/** Rewards by rule or judge, returns, and the contexts to learn from: those of seats whose points are known. */
export function rewardBatch(config: RunConfig, played: readonly PlayedEpisode[]): RewardedBatch {
  const allSides = played.flatMap((episode) => ([0, 1] as const).map((seat) => sideOf(config, episode, seat)));
  const sides = allSides
    .filter(({ episode, seat }) => episode.trainedSeats.includes(seat) && isScored(episode.outcome, seat))
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
  const [turns, rewards] = [side.turns.slice(turnsBefore), side.rewards.slice(turnsBefore)];
  return { ...side, turnsBefore, turns, rewards, returns: side.returns.slice(turnsBefore) };
}

function sideOf(config: RunConfig, episode: PlayedEpisode, seat: SeatIndex): Side {
  const history = seatHistory(
    { turns: episode.turns, endReason: episode.outcome.endReason, points: episode.outcome.points },
    seat,
  );
  const rewards = rewardsOf(config, history, episode, seat);
  return {
    episode,
    seat,
    turnsBefore: 0,
    turns: episode.turns.filter((turn) => turn.seat === seat),
    rewards,
    returns: returnsToGo(
      rewards.map(({ reward }) => reward),
      config.turnDiscount,
    ),
  };
}

function rewardsOf(
  { turnReward, turnDiscount }: Pick<RunConfig, 'turnReward' | 'turnDiscount'>,
  history: SeatHistory,
  { outcome, verdicts }: PlayedEpisode,
  seat: SeatIndex,
): readonly TurnReward[] {
  if (!isScored(outcome, seat)) return history.turns.map(() => NO_REWARD);
  if (!isJudgeReward(turnReward)) return turnRewards(history, { turnReward, turnDiscount });
  const judgement = verdicts?.judgements[seat];
  return judgement ? judgedRewards(history, judgement) : terminalRewards(history);
}

const NO_REWARD: TurnReward = { reward: 0, rewardParts: [], isCritical: false };

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
