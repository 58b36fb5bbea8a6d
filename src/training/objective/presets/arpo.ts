import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** ARPO (arXiv 2507.19849): branches at uncertain turns, hard attribution of shared turns. */
export const arpo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: { ...GROUP_NORMALISED, adjustments: [{ kind: 'shared-turns' }] },
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'sequence-mean',
  data: { ...PLAIN_DATA, rollouts: [{ kind: 'branch', base: 0.5, gain: 1, threshold: 0.5 }] },
};
