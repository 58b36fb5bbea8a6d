import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** BAPO (arXiv 2510.18927): ranges and target of the paper; steps and dual clip of the authors' code. */
export const bapo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio({
    kind: 'adaptive-bounds',
    low: { start: 0.6, end: 0.9, step: 0.05 },
    high: { start: 1.2, end: 3, step: 0.05 },
    positiveShare: 0.5,
    dual: 3,
  }),
  regularisers: [],
  aggregation: 'token-mean',
  data: PLAIN_DATA,
};
