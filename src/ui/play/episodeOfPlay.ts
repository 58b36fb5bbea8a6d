import type { Outcome } from '../../environment/environment.ts';
import type { Episode, Turn } from '../../record/episode.ts';
import type { Rating } from '../../record/rating.ts';
import { seatHistory } from '../../reward/seatHistory.ts';
import { terminalRewards } from '../../reward/turnRewards.ts';
import { returnsToGo } from '../../training/objective/credit/returns.ts';
import type { PlayReading } from './playReading.ts';
import type { PlayState } from './playState.ts';

/** A finished play as an episode: nobody was trained in it, and its turns earned what the outcome says. */
export function episodeOfPlay(episodeId: string, reading: PlayReading, outcome: Outcome): Episode {
  const { scenario, turns } = reading;
  const { endReason, points, isParetoOptimal, unscored = [] } = outcome;
  const rewards = rewardsOf(reading, outcome);
  return {
    episodeId,
    updateIndex: 0,
    scenario,
    endReason,
    points: [points[0], points[1]],
    isParetoOptimal,
    ...(unscored.length > 0 && { unscored: [...unscored] }),
    trainedSeats: [],
    turns: turns.map((read, turnIndex): Turn => ({
      turnIndex,
      seat: read.turn.seat,
      board: read.board,
      strategy: read.turn.strategy,
      strategyReading: read.strategyReading,
      utterance: read.turn.utterance,
      action: read.action,
      offerValue: read.offerValue,
      ...(rewards[turnIndex] ?? NO_REWARD),
      advantage: null,
      isCritical: false,
    })),
  };
}

type Reward = Pick<Turn, 'reward' | 'rewardParts' | 'returnToGo'>;
const NO_REWARD: Reward = { reward: 0, rewardParts: [], returnToGo: 0 };

function rewardsOf(
  { environment, turns }: Pick<PlayReading, 'environment' | 'turns'>,
  { endReason, points, unscored = [] }: Outcome,
): Reward[] {
  const rewards = turns.map(() => NO_REWARD);
  const finished = turns.map(({ turn, action, offerValue }) => ({
    seat: turn.seat,
    action,
    offerValue,
    isProposal: environment.isProposal?.(action) ?? false,
  }));
  for (const seat of [0, 1] as const) {
    const own = turns.flatMap((read, index) => (read.turn.seat === seat ? [index] : []));
    if (unscored.includes(seat) || own.some((index) => turns[index]?.isWorld)) continue;
    const earned = terminalRewards(seatHistory({ turns: finished, endReason, points }, seat));
    const returns = returnsToGo(
      earned.map(({ reward }) => reward),
      1,
    );
    own.forEach((index, order) => {
      const { reward = 0, rewardParts = [] } = earned[order] ?? {};
      rewards[index] = { reward, rewardParts: [...rewardParts], returnToGo: returns[order] ?? 0 };
    });
  }
  return rewards;
}

/** What the person thought of the turns, as it is kept. */
export function ratingsOfPlay(episodeId: string, { ratings }: Pick<PlayState, 'ratings'>, ratedAtMs: number): Rating[] {
  return Object.entries(ratings).map(([turnIndex, value]) => ({
    episodeId,
    turnIndex: Number(turnIndex),
    value,
    ratedAtMs,
  }));
}
