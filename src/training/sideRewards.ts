import { assertNever } from '../base/errors.ts';
import { isScored } from '../environment/environment.ts';
import { rewardBlendOf, type RewardKind, type RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';
import { judgedRewards } from '../reward/judge/judgedRewards.ts';
import { blendedRewards, scaledRewards } from '../reward/rewardScale.ts';
import { seatHistory } from '../reward/seatHistory.ts';
import { changeRewards, gainRewards, terminalRewards, turnRewards, type TurnReward } from '../reward/turnRewards.ts';
import { beliefGains } from './objective/data/rewards.ts';
import type { PlayedEpisode } from './rollout.ts';

/** A seat of an episode. */
export interface PlayedSide {
  readonly episode: PlayedEpisode;
  readonly seat: SeatIndex;
}

/** Whether the seat's turns are learned from: it was trained, and its points are known. */
export function isLearned({ episode, seat }: PlayedSide): boolean {
  return episode.trainedSeats.includes(seat) && isScored(episode.outcome, seat);
}

/** The turn rewards of a batch as the config wants them, [side][own turn]: parts scaled each on its own, then added. */
export function rewardsOfSides(config: RunConfig, sides: readonly PlayedSide[]): (readonly TurnReward[])[] {
  const parts = rewardBlendOf(config).map(({ reward, weight }) => {
    const own = sides.map((side) => rewardsOfKind(reward, config.turnDiscount, side));
    const learned = own.filter((_, index) => {
      const side = sides[index];
      return side !== undefined && isLearned(side);
    });
    return { weight, rewards: scaledRewards(own, config.rewardNormalisation, learned) };
  });
  const [only] = parts;
  if (only && parts.length === 1 && only.weight === 1) return only.rewards;
  return sides.map((_, index) =>
    blendedRewards(parts.map(({ weight, rewards }) => ({ weight, rewards: rewards[index] ?? [] }))),
  );
}

/** The rewards of one kind. Where whoever gives them had nothing to say, the outcome alone counts. */
export function rewardsOfKind(
  kind: RewardKind,
  turnDiscount: number,
  { episode, seat }: PlayedSide,
): readonly TurnReward[] {
  const { turns, outcome, verdicts, beliefs, worths } = episode;
  const history = seatHistory({ turns, endReason: outcome.endReason, points: outcome.points }, seat);
  if (!isScored(outcome, seat)) return history.turns.map(() => NO_REWARD);
  switch (kind) {
    case 'terminal':
    case 'potential':
    case 'critical-accepting':
    case 'critical-progress':
      return turnRewards(history, { turnReward: kind, turnDiscount });
    case 'judge':
    case 'judge-graded': {
      const judgement = verdicts?.judgements[seat];
      return judgement ? judgedRewards(history, judgement) : terminalRewards(history);
    }
    case 'information-gain': {
      const own = beliefs?.[seat];
      return own ? gainRewards(history, beliefGains(own, 0)) : terminalRewards(history);
    }
    case 'rollout-value': {
      const changes = turns.flatMap((turn) => {
        if (turn.seat !== seat) return [];
        const [before, after] = [worths?.[turn.turnIndex]?.[seat], worths?.[turn.turnIndex + 1]?.[seat]];
        return typeof before === 'number' && typeof after === 'number' ? [{ before, after }] : [];
      });
      return changes.length === history.turns.length ? changeRewards(changes) : terminalRewards(history);
    }
    default:
      return assertNever(kind);
  }
}

const NO_REWARD: TurnReward = { reward: 0, rewardParts: [], isCritical: false };
