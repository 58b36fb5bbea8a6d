import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED } from './blocks.ts';

/** GSPO (arXiv 2507.18071): the geometric mean of a trajectory's ratios, and the paper's much tighter clip. */
export const gspo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: {
    kind: 'ratio',
    unit: { kind: 'sequence', isLengthNormalised: true },
    stabiliser: clip(3e-4, 4e-4),
    staleness: { kind: 'none' },
    rejection: null,
  },
  regularisers: [],
  aggregation: 'sequence-mean',
  data: PLAIN_DATA,
};
