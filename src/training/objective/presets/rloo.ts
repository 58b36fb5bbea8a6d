import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { SCORE_FUNCTION } from './blocks.ts';

/** RLOO (Ahmadian et al. 2024, arXiv 2402.14740): a trajectory is one action; its KL is part of what it earned. */
export const rloo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'episode-return',
    baseline: { kind: 'leave-one-out' },
    scale: { kind: 'none' },
    adjustments: [],
  },
  likelihood: SCORE_FUNCTION,
  regularisers: [{ kind: 'kl-in-reward', estimator: 'k1', coefficient: 0.05, controller: null }],
  aggregation: 'sequence-sum',
  data: PLAIN_DATA,
};
