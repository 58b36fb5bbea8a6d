import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** RAPO (arXiv 2510.03865): forward KL, weighted by how the dialogue did in its group. */
export const rapo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip()),
  regularisers: [{ kind: 'exact-kl', direction: 'from-base', coefficient: 0.01, aggregation: null, outcomeWeight: 1 }],
  aggregation: 'sequence-mean',
  data: PLAIN_DATA,
};
