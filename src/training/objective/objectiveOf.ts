import { AppError } from '../../base/errors.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { assertTrainable } from './checkObjective.ts';
import type {
  Aggregation,
  ContrastiveObjective,
  Credit,
  DataFilter,
  ExactKl,
  KlEstimate,
  KlInReward,
  Objective,
  PolicyGradientObjective,
  Regulariser,
  ReturnsCredit,
  Stabiliser,
} from './parts.ts';
import { PRESET_OBJECTIVES } from './presets/presetObjectives.ts';

/** The knobs that compose an objective. */
export type ObjectiveKnobs = Pick<
  RunConfig,
  | 'preset'
  | 'advantage'
  | 'aggregation'
  | 'klPenaltyPerNat'
  | 'klEstimator'
  | 'klTargetNats'
  | 'klSchedule'
  | 'clipLow'
  | 'clipHigh'
  | 'entropyBonusPerNat'
  | 'entropyTargetNats'
  | 'minimumPoints'
  | 'dynamicSampling'
  | 'episodesPerScenario'
>;

/**
 * The objective of a run: its preset, with the parts that the knobs replace.
 *
 * @param progress share of the run that is done, 0–1: a scheduled KL weight has fallen accordingly
 * @throws AppError `objective-knob` or `objective-refused`
 */
export function objectiveOf(knobs: ObjectiveKnobs, progress = 0): Objective {
  const preset = PRESET_OBJECTIVES[knobs.preset];
  const composed = preset.kind === 'contrastive' ? contrastive(preset, knobs) : policyGradient(preset, knobs);
  assertTrainable(composed);
  assertComparable(composed, knobs);
  return knobs.klSchedule === 'linear' ? withKlWeight(composed, 1 - progress) : composed;
}

/** A pull towards the base that fades lets self-play settle first and go all the way then. */
function withKlWeight(objective: Objective, share: number): Objective {
  const regularisers = objective.regularisers.map((regulariser) =>
    isKl(regulariser) ? { ...regulariser, coefficient: regulariser.coefficient * share } : regulariser,
  );
  return objective.kind === 'contrastive'
    ? { ...objective, regularisers, klWeight: objective.klWeight * share }
    : { ...objective, regularisers };
}

function policyGradient(preset: PolicyGradientObjective, knobs: ObjectiveKnobs): PolicyGradientObjective {
  return {
    ...preset,
    credit: knobs.advantage === 'preset' ? preset.credit : CREDITS[knobs.advantage],
    likelihood: clipped(preset, knobs),
    regularisers: regularisersOf(preset.regularisers, knobs),
    aggregation: aggregationOf(preset, knobs),
    data: { ...preset.data, filters: filtersOf(preset.data.filters, knobs) },
  };
}

/** Pairs compare whole returns: what shapes advantages one by one has no place here. */
function contrastive(preset: ContrastiveObjective, knobs: ObjectiveKnobs): ContrastiveObjective {
  for (const name of ['advantage', 'aggregation', 'clipLow', 'clipHigh', 'klEstimator'] as const) {
    if (knobs[name] !== 'preset') throw misplaced(name, knobs.preset, 'Its pairs leave no such choice.');
  }
  return {
    ...preset,
    klWeight: knobs.klPenaltyPerNat === 'preset' ? preset.klWeight : knobs.klPenaltyPerNat,
    regularisers: entropyTerms(preset.regularisers, knobs),
    data: { ...preset.data, filters: filtersOf(preset.data.filters, knobs) },
  };
}

const RETURNS: ReturnsCredit = {
  kind: 'returns',
  signal: 'reward-to-go',
  baseline: { kind: 'none' },
  scale: { kind: 'batch-rms' },
  adjustments: [],
};

const CREDITS: Readonly<Record<Exclude<ObjectiveKnobs['advantage'], 'preset'>, Credit>> = {
  linear: { ...RETURNS, baseline: { kind: 'linear' } },
  'leave-one-out': { ...RETURNS, baseline: { kind: 'leave-one-out' } },
  'group-mean': { ...RETURNS, baseline: { kind: 'group-mean' }, scale: { kind: 'none' } },
  'group-normalised': { ...RETURNS, baseline: { kind: 'group-mean' }, scale: { kind: 'group-std', of: 'returns' } },
  'batch-mean': { ...RETURNS, baseline: { kind: 'batch-mean' } },
  'seat-average': { ...RETURNS, baseline: { kind: 'seat-average', decay: 0.8 } },
  'value-head': { ...RETURNS, baseline: { kind: 'value-head' } },
  paper: { ...RETURNS, scale: { kind: 'trajectory-max' } },
  'paper-batch-max': { ...RETURNS, scale: { kind: 'batch-max' } },
  'paper-whitened': { ...RETURNS, scale: { kind: 'batch-whiten', over: 'turns' } },
  none: { ...RETURNS, scale: { kind: 'none' } },
};

/** The paper's advantage brings the paper's mean over turns, unless an aggregation is chosen. */
function aggregationOf(preset: PolicyGradientObjective, { advantage, aggregation }: ObjectiveKnobs): Aggregation {
  if (aggregation !== 'preset') return aggregation;
  return advantage.startsWith('paper') ? 'turn-mean' : preset.aggregation;
}

function clipped(preset: PolicyGradientObjective, knobs: ObjectiveKnobs): PolicyGradientObjective['likelihood'] {
  const { likelihood } = preset;
  const { clipLow, clipHigh } = knobs;
  if (clipLow === 'preset' && clipHigh === 'preset') return likelihood;
  const stabiliser: Stabiliser | null = likelihood.kind === 'ratio' ? likelihood.stabiliser : null;
  if (likelihood.kind !== 'ratio' || stabiliser?.kind !== 'clip') {
    throw misplaced('clipLow', knobs.preset, 'It does not clip importance ratios between two fixed bounds.');
  }
  return {
    ...likelihood,
    stabiliser: {
      ...stabiliser,
      low: clipLow === 'preset' ? stabiliser.low : clipLow,
      high: clipHigh === 'preset' ? stabiliser.high : clipHigh,
    },
  };
}

type KlTerm = ExactKl | KlEstimate | KlInReward;

function isKl(regulariser: Regulariser): regulariser is KlTerm {
  return ['exact-kl', 'kl-estimate', 'kl-in-reward'].includes(regulariser.kind);
}

function regularisersOf(preset: readonly Regulariser[], knobs: ObjectiveKnobs): Regulariser[] {
  const own = preset.find(isKl) ?? null;
  const others = preset.filter((regulariser) => !isKl(regulariser));
  return entropyTerms([...klTerms(own, knobs), ...others], knobs);
}

/** The KL term: that of the preset, with another weight, or another estimator. */
function klTerms(own: KlTerm | null, knobs: ObjectiveKnobs): Regulariser[] {
  const { klPenaltyPerNat, klEstimator, klTargetNats } = knobs;
  const coefficient = klPenaltyPerNat === 'preset' ? (own?.coefficient ?? 0) : klPenaltyPerNat;
  if (klEstimator !== 'preset' && coefficient === 0) {
    throw misplaced('klEstimator', knobs.preset, 'It has no KL penalty to estimate: the KL weight is 0.');
  }
  if (coefficient === 0) {
    if (klTargetNats > 0) throw misplaced('klTargetNats', knobs.preset, 'It has no KL penalty to steer.');
    return [];
  }
  const term: Regulariser =
    klEstimator === 'preset' && own ? { ...own, coefficient } : ESTIMATORS[klEstimator](coefficient);
  if (klTargetNats === 0) return [term];
  if (term.kind !== 'kl-in-reward') {
    throw misplaced(
      'klTargetNats',
      knobs.preset,
      'Only a KL penalty in the reward has a weight that follows a target.',
    );
  }
  return [{ ...term, controller: { target: klTargetNats, horizon: 10_000 } }];
}

const exactKl =
  (direction: 'to-base' | 'from-base') =>
  (coefficient: number): Regulariser => {
    return { kind: 'exact-kl', direction, coefficient, aggregation: null, outcomeWeight: 0 };
  };
const klInLoss =
  (estimator: 'k2' | 'k3', isRatioWeighted: boolean) =>
  (coefficient: number): Regulariser => {
    return { kind: 'kl-estimate', estimator, coefficient, isRatioWeighted, aggregation: null };
  };

/** A KL weight for a preset that has none means the exact KL. */
const ESTIMATORS: Readonly<Record<ObjectiveKnobs['klEstimator'], (coefficient: number) => Regulariser>> = {
  preset: exactKl('to-base'),
  exact: exactKl('to-base'),
  'exact-forward': exactKl('from-base'),
  'k1-in-reward': (coefficient) => ({ kind: 'kl-in-reward', estimator: 'k1', coefficient, controller: null }),
  'k2-in-loss': klInLoss('k2', false),
  'k3-in-loss': klInLoss('k3', false),
  'k3-weighted': klInLoss('k3', true),
};

/** An entropy knob replaces the preset's term of that kind; 0 takes it away. */
function entropyTerms(regularisers: readonly Regulariser[], knobs: ObjectiveKnobs): Regulariser[] {
  const { entropyBonusPerNat, entropyTargetNats } = knobs;
  const kept = regularisers.filter(({ kind }) => kind !== 'entropy-bonus' || entropyBonusPerNat === 'preset');
  const bonus: Regulariser[] =
    entropyBonusPerNat === 'preset' || entropyBonusPerNat === 0
      ? []
      : [{ kind: 'entropy-bonus', coefficient: entropyBonusPerNat }];
  const target: Regulariser[] =
    entropyTargetNats === 0 ? [] : [{ kind: 'entropy-target', target: entropyTargetNats, rate: 0.01, maximum: 0.1 }];
  return [...kept, ...bonus, ...target];
}

function filtersOf(preset: readonly DataFilter[], { minimumPoints, dynamicSampling }: ObjectiveKnobs): DataFilter[] {
  const kept = preset.filter(({ kind }) => kind !== 'dynamic-sampling' || dynamicSampling === 'preset');
  const sampling: DataFilter[] = dynamicSampling === 'on' ? [{ kind: 'dynamic-sampling' }] : [];
  const minimum: DataFilter[] = minimumPoints > 0 ? [{ kind: 'minimum-outcome', outcome: minimumPoints / 10 }] : [];
  return [...kept, ...sampling, ...minimum];
}

/** @throws AppError `objective-knob` when a group has nobody to be compared with */
function assertComparable(objective: Objective, { episodesPerScenario, preset }: ObjectiveKnobs): void {
  const least = smallestGroup(objective);
  if (episodesPerScenario >= least) return;
  throw new AppError('objective-knob', {
    what: `The objective "${preset}" cannot learn from ${episodesPerScenario} ${episodesPerScenario === 1 ? 'dialogue' : 'dialogues'} per scenario.`,
    why: 'It compares the dialogues of a scenario with one another.',
    fix: `Set "Episodes per scenario" to ${least} or more, or choose the linear baseline.`,
  });
}

function smallestGroup(objective: Objective): number {
  if (objective.kind === 'contrastive') return 2;
  const { credit } = objective;
  if (credit.kind === 'set') return credit.size + 1;
  const compares = ['leave-one-out', 'group-mean', 'group-token-mean'];
  return credit.kind === 'returns' && compares.includes(credit.baseline.kind) ? 2 : 1;
}

function misplaced(knob: keyof ObjectiveKnobs, preset: string, why: string): AppError {
  return new AppError('objective-knob', {
    what: `The knob "${knob}" has no place in the objective "${preset}".`,
    why,
    fix: 'Set it to "preset" (or 0), or choose another preset.',
  });
}
