import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { tokenRatio } from './blocks.ts';

/** HAPO (arXiv 2509.16591): token-level group average, redistribution and clipping by entropy; settings of the authors' script. */
export const hapo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'episode-return',
    baseline: { kind: 'group-token-mean' },
    scale: { kind: 'group-std', of: 'tokens' },
    adjustments: [],
  },
  likelihood: tokenRatio({ kind: 'entropy-clip', range: 0.2, pivot: 0.8 }),
  regularisers: [],
  aggregation: 'token-mean',
  data: {
    ...PLAIN_DATA,
    rewards: [{ kind: 'overlong', buffer: 0.4, penalty: 1 }],
    filters: [{ kind: 'dynamic-sampling' }],
  },
};
