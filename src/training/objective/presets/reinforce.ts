import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { SCORE_FUNCTION } from './blocks.ts';

/** Williams 1992, with the reward-to-go of each turn: the unbiased estimate that everything else makes less noisy. */
export const reinforce: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: { kind: 'none' },
    scale: { kind: 'none' },
    adjustments: [],
  },
  likelihood: SCORE_FUNCTION,
  regularisers: [],
  aggregation: 'sequence-sum',
  data: PLAIN_DATA,
};
