import { assertNever } from '../../base/errors.ts';
import type { Judgement } from '../../record/judgement.ts';
import type { SeatHistory } from '../seatHistory.ts';
import { criticalRewards, terminalRewards } from '../turnRewards.ts';
import type { TurnReward } from '../turnRewards.ts';

/** Scores are 0–10, rewards of the order of 1. */
const SCORES_PER_REWARD = 10;

/**
 * The rewards of one seat's turns by a judge.
 * - `critical`: EPO's equation 3, by the turns that the judge selected.
 * - `graded`: score / 10 for each turn, and points / 10 at the last besides.
 * - `missing`: the outcome alone.
 */
export function judgedRewards(history: SeatHistory, judgement: Judgement): TurnReward[] {
  switch (judgement.kind) {
    case 'critical':
      return criticalRewards(history, new Set(judgement.ownTurns));
    case 'graded':
      return terminalRewards(history).map(({ reward, rewardParts, isCritical }, turn) => {
        const value = (judgement.scores[turn] ?? 0) / SCORES_PER_REWARD;
        return { reward: reward + value, rewardParts: [{ name: 'judge', value }, ...rewardParts], isCritical };
      });
    case 'missing':
      return terminalRewards(history);
    default:
      return assertNever(judgement);
  }
}
