import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** DAPO (arXiv 2503.14476): clip higher, token mean, dynamic sampling, soft overlong punishment (4,096 of 20,480 tokens). */
export const dapo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip(0.2, 0.28)),
  regularisers: [],
  aggregation: 'token-mean',
  data: {
    ...PLAIN_DATA,
    rewards: [{ kind: 'overlong', buffer: 0.2, penalty: 1 }],
    filters: [{ kind: 'dynamic-sampling' }],
  },
};
