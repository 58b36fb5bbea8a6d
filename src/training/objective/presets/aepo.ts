import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** AEPO (arXiv 2510.08141): GRPO plus REINFORCE on samples that are hotter or colder than the policy. */
export const aepo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio({ kind: 'clip', low: 0.2, high: 0.2, dual: 3 }),
  regularisers: [
    {
      kind: 'tempered-reinforce',
      from: 'sampled',
      coefficient: 0.1,
      rule: { targetEntropy: 0.75, below: 1.2, above: 0.8 },
    },
  ],
  aggregation: 'token-mean',
  data: { ...PLAIN_DATA, rollouts: [{ kind: 'tempered', share: 0.25 }] },
};
