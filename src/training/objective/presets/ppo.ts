import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, tokenRatio } from './blocks.ts';

/** PPO (arXiv 1707.06347) with GAE over turns; the linear baseline is its value function. */
export const ppo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'gae',
    lambda: 0.95,
    values: 'linear',
    afterCutOff: 'nothing',
    scale: { kind: 'batch-whiten', over: 'tokens' },
  },
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'token-mean',
  data: PLAIN_DATA,
};
