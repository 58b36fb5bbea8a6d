import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** Dr. GRPO (arXiv 2503.20783): neither the spread of the group nor the length of the trajectory divides anything. */
export const drGrpo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: { ...GROUP_NORMALISED, scale: { kind: 'none' } },
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'constant',
  data: PLAIN_DATA,
};
