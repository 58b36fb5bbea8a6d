import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { SCORE_FUNCTION } from './blocks.ts';

/** Supervised learning of filtered dialogues: the mean log-prob of the tokens of what went well. */
export const sft: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: { kind: 'imitation', minimumOutcome: 0.5 },
  likelihood: SCORE_FUNCTION,
  regularisers: [],
  aggregation: 'token-mean',
  data: { ...PLAIN_DATA, rollouts: [{ kind: 'demonstrate', perGroup: 1 }] },
};
