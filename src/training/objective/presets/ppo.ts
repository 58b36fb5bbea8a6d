import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, tokenRatio } from './blocks.ts';

/** PPO (arXiv 1707.06347) with GAE over turns; its value function is a head on the policy's hidden state. */
export const ppo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'gae',
    lambda: 0.95,
    values: 'head',
    afterCutOff: 'nothing',
    scale: { kind: 'batch-whiten', over: 'tokens' },
  },
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'token-mean',
  data: PLAIN_DATA,
};
