import { assertNever } from '../base/errors.ts';
import type { RewardPart } from '../record/episode.ts';
import { rewardBlendOf, type RewardKind, type RunConfig } from '../record/runConfig.ts';
import { criticalTurns } from './criticalTurns.ts';
import type { SeatHistory } from './seatHistory.ts';

/** What a turn earned and why: the parts add up to the reward. */
export interface TurnReward {
  readonly reward: number;
  readonly rewardParts: readonly RewardPart[];
  readonly isCritical: boolean;
}

/** A judge gives these, and `judge/judgedRewards.ts` says what they are worth. */
export type JudgeReward = Extract<RewardKind, 'judge' | 'judge-graded'>;
/** The policy gives these: what it believes, and how its own dialogues go on. */
export type PolicyReward = Extract<RewardKind, 'information-gain' | 'rollout-value'>;
/** Rules give these. */
export type RuleReward = Exclude<RewardKind, JudgeReward | PolicyReward>;

export function isJudgeReward(kind: RewardKind): kind is JudgeReward {
  return kind === 'judge' || kind === 'judge-graded';
}

/** What a judge is asked for, alone or as a part of a blend; null: nothing. */
export function judgeRewardOf(config: Pick<RunConfig, 'turnReward' | 'rewardBlend'>): JudgeReward | null {
  return (
    rewardBlendOf(config)
      .map(({ reward }) => reward)
      .find(isJudgeReward) ?? null
  );
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

/**
 * What a turn changed (`rollout-value`): the mean outcome of dialogues that went on from after it, minus that of dialogues
 * that went on from before it, on the scale of `terminalRewards`. Everything that is not the turn's own doing is on both
 * sides; what the partner and chance add later is nobody's.
 *
 * @param worths points before each own turn and after it, 0–10
 */
export function changeRewards(worths: readonly { readonly before: number; readonly after: number }[]): TurnReward[] {
  return worths.map(({ before, after }) =>
    earned([
      { name: 'worth after', value: after / POINTS_PER_REWARD },
      { name: 'worth before', value: -before / POINTS_PER_REWARD },
    ]),
  );
}

/** What each turn gained, and at the last own points / 10 (`information-gain`). @param gains one per own turn; the last is not read */
export function gainRewards({ points }: SeatHistory, gains: readonly number[]): TurnReward[] {
  return gains.map((gain, turn) =>
    earned([turn === gains.length - 1 ? pointsPart(points) : { name: 'belief gained', value: gain }]),
  );
}

function pointsPart(points: number): RewardPart {
  return { name: 'points', value: points / POINTS_PER_REWARD };
}

function earned(rewardParts: readonly RewardPart[]): TurnReward {
  return { reward: rewardParts.reduce((sum, { value }) => sum + value, 0), rewardParts, isCritical: false };
}
