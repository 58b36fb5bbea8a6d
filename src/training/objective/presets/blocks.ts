import type { RatioLikelihood, ReturnsCredit, ScoreFunctionLikelihood, Stabiliser } from '../parts.ts';

/** GRPO's outcome supervision: every token of a trajectory gets its return, normalised within the group. */
export const GROUP_NORMALISED: ReturnsCredit = {
  kind: 'returns',
  signal: 'episode-return',
  baseline: { kind: 'group-mean' },
  scale: { kind: 'group-std', of: 'returns' },
  adjustments: [],
};

export const SCORE_FUNCTION: ScoreFunctionLikelihood = { kind: 'score-function' };

/** Importance ratios per token to the weights that sampled. */
export function tokenRatio(stabiliser: Stabiliser): RatioLikelihood {
  return { kind: 'ratio', unit: { kind: 'token' }, stabiliser, staleness: { kind: 'none' }, rejection: null };
}

/** PPO's clip; its range of 0.2 is that of the paper. */
export function clip(low = 0.2, high = low): Stabiliser {
  return { kind: 'clip', low, high, dual: null };
}
