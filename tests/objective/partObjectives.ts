import {
  PLAIN_DATA,
  type Baseline,
  type PolicyGradientObjective,
  type RatioLikelihood,
  type Regulariser,
  type ReturnsCredit,
} from '../../src/training/objective/parts.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from '../../src/training/objective/presets/blocks.ts';
import { epo } from '../../src/training/objective/presets/epo.ts';
import { reinforce } from '../../src/training/objective/presets/reinforce.ts';
import { rloo } from '../../src/training/objective/presets/rloo.ts';

const RETURNS: ReturnsCredit = {
  kind: 'returns',
  signal: 'reward-to-go',
  baseline: { kind: 'none' },
  scale: { kind: 'none' },
  adjustments: [],
};
const baseline = (kind: Baseline): PolicyGradientObjective => ({
  ...reinforce,
  credit: { ...RETURNS, baseline: kind },
});
const grouped = (
  likelihood: RatioLikelihood,
  changes: Partial<PolicyGradientObjective> = {},
): PolicyGradientObjective => ({
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood,
  regularisers: [],
  aggregation: 'token-mean',
  data: PLAIN_DATA,
  ...changes,
});
const regularised = (regulariser: Regulariser): PolicyGradientObjective => ({
  ...reinforce,
  regularisers: [regulariser],
});
const estimate = (estimator: 'k1' | 'k2' | 'k3', isRatioWeighted: boolean) =>
  regularised({ kind: 'kl-estimate', estimator, coefficient: 0.2, isRatioWeighted, aggregation: null });

/** Parts that no preset uses, composed as `tools/golden/objective.py` writes them out; the names are the same. */
export const PART_OBJECTIVES: Readonly<Record<string, PolicyGradientObjective>> = {
  'baseline seat-average': baseline({ kind: 'seat-average', decay: 0.8 }),
  'baseline batch-mean': baseline({ kind: 'batch-mean' }),
  'baseline value-head': baseline({ kind: 'value-head' }),
  'gae of a value head': {
    ...reinforce,
    credit: { kind: 'gae', lambda: 0.8, values: 'head', afterCutOff: 'nothing', scale: { kind: 'none' } },
  },
  'gae of the linear baseline': {
    ...reinforce,
    credit: { kind: 'gae', lambda: 0.8, values: 'linear', afterCutOff: 'nothing', scale: { kind: 'none' } },
  },
  'scale batch-max': { ...epo, credit: { ...RETURNS, scale: { kind: 'batch-max' } } },
  'scale batch-whiten': { ...epo, credit: { ...RETURNS, scale: { kind: 'batch-whiten', over: 'turns' } } },
  'stabiliser truncated-weight': grouped(tokenRatio({ kind: 'truncated-weight', low: 0.3, high: 0.3 })),
  'ratio per turn': grouped(
    { ...tokenRatio(clip(0.1, 0.15)), unit: { kind: 'turn', isLengthNormalised: true } },
    { aggregation: 'turn-sum' },
  ),
  'staleness truncate': grouped({ ...tokenRatio(clip()), staleness: { kind: 'truncate', limit: 1.1 } }),
  'staleness mask': grouped({ ...tokenRatio(clip()), staleness: { kind: 'mask', low: 0.8, high: 1.25 } }),
  'rejection by ratio': grouped({
    ...tokenRatio({ kind: 'none' }),
    rejection: { kind: 'ratio', low: 0.75, high: 1.3 },
  }),
  'kl k1 in reward': rloo,
  'kl k2 in loss': estimate('k2', false),
  'kl k1 weighted': estimate('k1', true),
  'kl k3 weighted': estimate('k3', true),
  'entropy target': regularised({ kind: 'entropy-target', target: 1, rate: 0.01, maximum: 0.1 }),
  'demonstration kl': regularised({ kind: 'demonstration-kl', coefficient: 0.3 }),
  'filter minimum-outcome': {
    ...epo,
    data: { ...PLAIN_DATA, filters: [{ kind: 'minimum-outcome', outcome: 0.5 }] },
  },
};
