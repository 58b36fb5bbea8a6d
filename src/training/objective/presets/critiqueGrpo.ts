import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** Critique-GRPO (arXiv 2506.03106): refinements join their group; their tokens count by a shaped probability. */
export const critiqueGrpo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'token-mean',
  data: {
    ...PLAIN_DATA,
    guided: { kind: 'shaped-probability', softening: 0.1 },
    rollouts: [{ kind: 'refine', refinementsPerGroup: 1 }],
  },
};
