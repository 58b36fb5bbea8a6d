import { describe, expect, test } from 'vitest';
import { weightsOf } from '../../../cli/commands/weights.ts';
import { episodes, goldens, prepare, wholeLoss, type Golden } from '../../../tests/objective/goldenEpisodes.ts';
import { PART_OBJECTIVES } from '../../../tests/objective/partObjectives.ts';
import { STATISTIC_NAMES } from '../../../tests/objective/softmax.ts';
import { PRESET_NAMES } from '../../record/objectivePreset.ts';
import { tokenCountOf } from './batch.ts';
import { generalisedAdvantages } from './credit/gae.ts';
import { valueLoss } from './credit/valueLoss.ts';
import { studentQuantile } from './data/studentQuantile.ts';
import type { LossAndCoefficients } from './lossOfPart.ts';
import { sourcesOf } from './needs.ts';
import type { Objective } from './parts.ts';
import { PRESET_OBJECTIVES } from './presets/presetObjectives.ts';
import { klEstimate, ratioWeighted } from './regulariser/klEstimate.ts';
import { clippedSurrogate, dualClipped } from './stabiliser/clip.ts';

/** PyTorch's numbers are of all episodes of the file; those that an objective does not learn from have to be 0. */
function expectGolden(
  objective: Objective,
  result: Pick<LossAndCoefficients, 'loss' | (typeof STATISTIC_NAMES)[number]>,
  golden: Golden,
) {
  expect(Math.abs(result.loss - golden.loss)).toBeLessThan(1e-9);
  const known = sourcesOf(objective);
  for (const name of STATISTIC_NAMES) {
    let file = 0;
    let own = 0;
    for (const trajectory of episodes.batch) {
      const isUsed = known.has(trajectory.source);
      for (let token = 0; token < tokenCountOf(trajectory); token++) {
        const expected = golden[name]?.[file++] ?? 0;
        const actual = isUsed ? (result[name][own++] ?? NaN) : 0;
        expect(Math.abs(actual - expected), `${name} of token ${file}`).toBeLessThan(1e-9);
      }
    }
    expect(own).toBe(result[name].length);
  }
}

describe('presets agree with PyTorch’s autograd', () => {
  test('every preset has its golden numbers', () => {
    expect(Object.keys(goldens.presets).sort()).toEqual([...PRESET_NAMES].sort());
    for (const { logProb } of Object.values(goldens.presets)) {
      expect(logProb?.some((value) => Math.abs(value) > 1e-3)).toBe(true);
    }
  });

  test.each(PRESET_NAMES)('%s', (name) => {
    const objective = PRESET_OBJECTIVES[name];
    const golden = goldens.presets[name];
    if (!golden) throw new Error(`no golden numbers of ${name}`);
    expectGolden(objective, wholeLoss(prepare(objective)), golden);
    // The command prints the same numbers.
    const { loss, tokens } = weightsOf(name, episodes);
    const columns = Object.fromEntries(
      STATISTIC_NAMES.map((statistic) => [statistic, Float64Array.from(tokens[statistic])]),
    );
    expectGolden(objective, { loss, ...(columns as Record<(typeof STATISTIC_NAMES)[number], Float64Array>) }, golden);
  });
});

describe('parts that no preset uses agree with PyTorch’s autograd', () => {
  test('all of them are composed here', () => {
    expect(Object.keys(goldens.parts).sort()).toEqual(Object.keys(PART_OBJECTIVES).sort());
  });

  test.each(Object.entries(PART_OBJECTIVES))('%s', (name, objective) => {
    const golden = goldens.parts[name];
    if (!golden) throw new Error(`no golden numbers of ${name}`);
    expectGolden(objective, wholeLoss(prepare(objective)), golden);
  });
});

describe('formulas agree with PyTorch', () => {
  const { estimators, clips, gae, valueLoss: heads, students } = goldens.formulas;

  test('KL estimators and their slopes', () => {
    for (const { name, isRatioWeighted, logProb, base, value, slope } of estimators) {
      const plain = klEstimate(name, logProb, base);
      const own = isRatioWeighted ? ratioWeighted(plain, 1) : plain;
      expect(own.value).toBeCloseTo(value, 12);
      expect(own.slope).toBeCloseTo(slope, 12);
    }
  });

  test('clips, symmetric, asymmetric and dual', () => {
    for (const { ratio, advantage, low, high, dual, value, slope } of clips) {
      const clipped = clippedSurrogate(ratio, advantage, 1 - low, 1 + high);
      const own = dual === null ? clipped : dualClipped(clipped, advantage, dual);
      expect(own.value).toBeCloseTo(value, 12);
      expect(own.slope).toBeCloseTo(slope, 12);
    }
  });

  test('generalised advantages', () => {
    for (const { discount, lambda, after, rewards, values, advantages } of gae) {
      const own = generalisedAdvantages(rewards, values, { discount, lambda, valueAfterLast: after });
      own.forEach((advantage, turn) => expect(advantage).toBeCloseTo(advantages[turn] ?? NaN, 12));
    }
  });

  test('the value loss, clipped and not', () => {
    for (const { clipRange, values, old, targets, loss, gradient } of heads) {
      const own = valueLoss(values, old, targets, clipRange, values.length);
      expect(own.loss).toBeCloseTo(loss, 12);
      own.gradient.forEach((value, index) => expect(value).toBeCloseTo(gradient[index] ?? NaN, 12));
    }
  });

  test('quantiles of Student’s t', () => {
    for (const { level, degrees, quantile } of students)
      expect(studentQuantile(level, degrees)).toBeCloseTo(quantile, 6);
  });
});
