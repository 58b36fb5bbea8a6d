import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, tokenRatio } from './blocks.ts';

/** Polychromic PPO (arXiv 2509.25424): pairs, so that groups of four leave something to compare with. */
export const polychromic: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: { kind: 'set', size: 2 },
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'sequence-mean',
  data: { ...PLAIN_DATA, rollouts: [{ kind: 'vine', statesPerEpisode: 1 }] },
};
