import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { SCORE_FUNCTION } from './blocks.ts';

/** The lab's own: reward-to-go minus a linear baseline, per turn, near the base by exact KL. */
export const defaultObjective: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: { kind: 'linear' },
    scale: { kind: 'batch-rms' },
    adjustments: [],
  },
  likelihood: SCORE_FUNCTION,
  regularisers: [
    { kind: 'exact-kl', direction: 'to-base', coefficient: 0.1, aggregation: 'turn-sum', outcomeWeight: 0 },
  ],
  aggregation: 'turn-sum',
  data: PLAIN_DATA,
};
