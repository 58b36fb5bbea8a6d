import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** GRPO (DeepSeekMath, arXiv 2402.03300), outcome supervision. */
export const grpo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip()),
  regularisers: [
    { kind: 'kl-estimate', estimator: 'k3', coefficient: 0.04, isRatioWeighted: false, aggregation: null },
  ],
  aggregation: 'sequence-mean',
  data: PLAIN_DATA,
};
