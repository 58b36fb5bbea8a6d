import type { PolicyGradientObjective } from '../parts.ts';
import { ppo } from './ppo.ts';

/** Truncated PPO (arXiv 2506.15050): after a cut-off the last value goes on (EGAE). */
export const tPpo: PolicyGradientObjective = {
  ...ppo,
  credit: {
    kind: 'gae',
    lambda: 0.95,
    values: 'head',
    afterCutOff: 'last-value',
    scale: { kind: 'batch-whiten', over: 'tokens' },
  },
};
