import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { aepo } from './aepo.ts';

/** DCPO (Distribution-Centric Policy Optimization, 2026): AEPO's term on the policy's own samples, by importance weights. */
export const dcpo: PolicyGradientObjective = {
  ...aepo,
  regularisers: [
    {
      kind: 'tempered-reinforce',
      from: 'weighted',
      coefficient: 0.1,
      rule: { targetEntropy: 0.5, below: 1.2, above: 0.8 },
    },
  ],
  data: PLAIN_DATA,
};
