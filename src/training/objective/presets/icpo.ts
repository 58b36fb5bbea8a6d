import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** ICPO (arXiv 2510.26519): mixed-policy GRPO, reject sampling of the expert region, annealed bonus. */
export const icpo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'token-mean',
  data: {
    ...PLAIN_DATA,
    rewards: [{ kind: 'expert-bonus', bonus: 0.5 }],
    filters: [{ kind: 'reject-guided', minimumOutcome: 0.5 }],
    guided: { kind: 'shaped-ratio', softening: 0.1 },
    rollouts: [{ kind: 'in-context', share: 0.125, when: 'always' }],
  },
};
