import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, tokenRatio } from './blocks.ts';

/** REINFORCE++ (arXiv 2501.03262): token rewards with k1, whitened over the batch, PPO's clip. */
export const reinforcePlusPlus: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: { kind: 'none' },
    scale: { kind: 'batch-whiten', over: 'tokens' },
    adjustments: [],
  },
  likelihood: tokenRatio(clip()),
  regularisers: [{ kind: 'kl-in-reward', estimator: 'k1', coefficient: 0.01, controller: null }],
  aggregation: 'token-mean',
  data: PLAIN_DATA,
};
