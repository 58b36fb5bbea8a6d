import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** EMPO (arXiv 2504.05812): GRPO on agreement instead of rewards. It shrinks diversity: a baseline, not a recommendation. */
export const empo: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'sequence-mean',
  data: { ...PLAIN_DATA, rewards: [{ kind: 'agreement' }] },
};
