import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** After CAPO (arXiv 2510.00819), which rejects fewer than 8 % of the tokens. */
export const capo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: { ...tokenRatio(clip()), rejection: { kind: 'movement', threshold: 1, share: 0.08 } },
  regularisers: [],
  aggregation: 'sequence-mean',
  data: PLAIN_DATA,
};
