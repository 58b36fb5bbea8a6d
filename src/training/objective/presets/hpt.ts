import { PLAIN_DATA, type PolicyGradientObjective } from '../parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './blocks.ts';

/** Hybrid Post-Training (arXiv 2509.04419): demonstrations where no own dialogue succeeds, else group-relative RL. */
export const hpt: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: { ...GROUP_NORMALISED, scale: { kind: 'none' } },
  likelihood: tokenRatio(clip()),
  regularisers: [],
  aggregation: 'token-mean',
  data: {
    ...PLAIN_DATA,
    demonstrations: { kind: 'when-failing', successOutcome: 0.5, gate: 0, imitationWeight: 1 },
    rollouts: [{ kind: 'demonstrate', perGroup: 1 }],
  },
};
