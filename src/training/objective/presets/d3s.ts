import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** D³S (arXiv 2509.22115): half of each group and half of its tokens at first, everything from half of the run on. */
export const d3s: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'token-mean',
  data: {
    ...PLAIN_DATA,
    filters: [{ kind: 'down-sample', trajectoryShare: 0.5, tokenShare: 0.5, relaxedAfter: 0.5 }],
  },
};
