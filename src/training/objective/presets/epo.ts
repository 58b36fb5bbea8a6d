import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { SCORE_FUNCTION } from './blocks.ts';

/** Explicit Policy Optimization (arXiv 2502.12486) eq. 4 and 5. Its critical turns are a turn reward (`src/reward`). */
export const epo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: { kind: 'none' },
    scale: { kind: 'trajectory-max' },
    adjustments: [],
  },
  likelihood: SCORE_FUNCTION,
  regularisers: [],
  aggregation: 'turn-mean',
  data: PLAIN_DATA,
};
