import { assertNever } from '../base/errors.ts';
import type { RewardPart } from '../record/episode.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { criticalTurns } from './criticalTurns.ts';
import type { SeatHistory } from './seatHistory.ts';

/** What a turn earned and why: the parts add up to the reward. */
export interface TurnReward {
  readonly reward: number;
  readonly rewardParts: readonly RewardPart[];
  readonly isCritical: boolean;
}

/** A judge gives these, and `judge/judgedRewards.ts` says what they are worth. */
export type JudgeReward = Extract<RunConfig['turnReward'], 'judge' | 'judge-graded'>;
/** Rules give these. */
export type RuleReward = Exclude<RunConfig['turnReward'], JudgeReward>;

export function isJudgeReward(turnReward: RunConfig['turnReward']): turnReward is JudgeReward {
  return turnReward === 'judge' || turnReward === 'judge-graded';
}

/** Points are 0–10, rewards of the order of 1. */
const POINTS_PER_REWARD = 10;

/** The rewards of one seat's turns in one finished episode, in speaking order; none when the seat had no turn. */
export function turnRewards(
  history: SeatHistory,
  { turnReward, turnDiscount }: { readonly turnReward: RuleReward } & Pick<RunConfig, 'turnDiscount'>,
): TurnReward[] {
  switch (turnReward) {
    case 'terminal':
      return terminalRewards(history);
    case 'potential':
      return potentialRewards(history, turnDiscount);
    case 'critical-accepting':
      return criticalRewards(history, criticalTurns(history, { isAcceptingCritical: true }));
    case 'critical-progress':
      return criticalRewards(history, criticalTurns(history, { isAcceptingCritical: false }));
    default:
      return assertNever(turnReward);
  }
}

/** Own points / 10 at the last own turn, else 0. */
export function terminalRewards({ turns, points }: SeatHistory): TurnReward[] {
  return turns.map((_, index) => earned(index === turns.length - 1 ? [pointsPart(points)] : []));
}

/**
 * Terminal reward plus potential-based shaping `γ·Φ(s′) − Φ(s)` (Ng, Harada & Russell 1999), which leaves the best
 * policy as it is. Φ = own value / 10 of the offer that could be accepted at the own turn s, 0 without one and 0 at the
 * end; s′ is the next own turn. The sum telescopes: `Σ γ^t r_t = γ^(T−1) · points/10 − Φ(s_0)`.
 */
export function potentialRewards({ turns, points }: SeatHistory, turnDiscount: number): TurnReward[] {
  const potentials = turns.map(({ offerValue }) => (offerValue ?? 0) / POINTS_PER_REWARD);
  return potentials.map((potential, index) => {
    const next = potentials[index + 1];
    const shaping = { name: 'change of the offer', value: turnDiscount * (next ?? 0) - potential };
    return earned(next === undefined ? [shaping, pointsPart(points)] : [shaping]);
  });
}

/** EPO (arXiv 2502.12486) eq. 3: 1 for a critical turn; the last turn gets points / 10 unless it is critical. */
export function criticalRewards({ turns, points }: SeatHistory, critical: ReadonlySet<number>): TurnReward[] {
  return turns.map((_, index) => {
    if (critical.has(index)) return { ...earned([{ name: 'critical turn', value: 1 }]), isCritical: true };
    return earned(index === turns.length - 1 ? [pointsPart(points)] : []);
  });
}

function pointsPart(points: number): RewardPart {
  return { name: 'points', value: points / POINTS_PER_REWARD };
}

function earned(rewardParts: readonly RewardPart[]): TurnReward {
  return { reward: rewardParts.reduce((sum, { value }) => sum + value, 0), rewardParts, isCritical: false };
}
