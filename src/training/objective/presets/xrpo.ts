import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** XRPO (arXiv 2510.06672): novelty in the weights, allocation and seeding in the rollouts. */
export const xrpo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: { ...GROUP_NORMALISED, adjustments: [{ kind: 'novelty', weight: 1, cap: 0.5 }] },
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'sequence-mean',
  data: {
    ...PLAIN_DATA,
    rollouts: [
      { kind: 'allocate', confidence: 0.95, explorationWeight: 0.1 },
      { kind: 'in-context', share: 0.25, when: 'group-failed' },
    ],
  },
};
