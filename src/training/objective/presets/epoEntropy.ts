import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** Entropy-regularised Policy Optimization (arXiv 2509.22576): coefficients and band of the authors' scripts. */
export const epoEntropy: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip()),
  regularisers: [
    { kind: 'entropy-bonus', coefficient: 0.001 },
    { kind: 'entropy-band', coefficient: 0.001, low: 0.5, high: 1.5, isPhased: true },
  ],
  aggregation: 'token-mean',
  data: PLAIN_DATA,
};
