import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, tokenRatio } from './blocks.ts';

/** IGPO (arXiv 2510.14967): information gains as turn rewards, with a baseline on the reward-to-go. */
export const igpo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: { kind: 'leave-one-out' },
    scale: { kind: 'group-std', of: 'turn-rewards' },
    adjustments: [],
  },
  likelihood: tokenRatio(clip()),
  regularisers: [
    { kind: 'kl-estimate', estimator: 'k3', coefficient: 0.001, isRatioWeighted: false, aggregation: null },
  ],
  aggregation: 'sequence-mean',
  data: { ...PLAIN_DATA, rewards: [{ kind: 'belief-gain' }] },
};
