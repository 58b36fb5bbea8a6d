import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, tokenRatio } from './blocks.ts';

/** RiskPO (arXiv 2510.00911): levels, weight, bundles and rate of the authors' script. */
export const riskpo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'quantile-risk',
    lowerLevel: 0.2,
    upperLevel: 0.9,
    tailWeight: 1.5,
    bundleSize: 5,
    trackingRate: 0.1,
  },
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'token-mean',
  data: PLAIN_DATA,
};
