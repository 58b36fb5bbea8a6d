import { describe, expect, test } from 'vitest';
import { episodes, prepare, wholeLoss } from '../../../tests/objective/goldenEpisodes.ts';
import { defaultRunConfig, RunConfig } from '../../record/runConfig.ts';
import { checkObjective } from './checkObjective.ts';
import { leaveOneOutMeans } from './credit/leaveOneOut.ts';
import { returnsToGo } from './credit/returns.ts';
import { assertSupplied, needsOf, NEEDS, sourcesOf } from './needs.ts';
import { objectiveOf, type ObjectiveKnobs } from './objectiveOf.ts';
import type { Objective } from './parts.ts';
import { planBatch } from './planBatch.ts';
import { PRESET_OBJECTIVES } from './presets/presetObjectives.ts';

const knobs = (changes: Partial<ObjectiveKnobs> = {}): ObjectiveKnobs => ({ ...defaultRunConfig(), ...changes });

describe('knobs', () => {
  test('untouched, every preset is what its file says', () => {
    for (const [name, objective] of Object.entries(PRESET_OBJECTIVES)) {
      expect(objectiveOf(RunConfig.parse({ preset: name }))).toEqual(objective);
    }
  });

  test('replace single parts', () => {
    const objective = objectiveOf(
      knobs({
        preset: 'grpo',
        advantage: 'leave-one-out',
        aggregation: 'token-mean',
        klPenaltyPerNat: 0.3,
        clipHigh: 0.4,
        entropyBonusPerNat: 0.01,
        entropyTargetNats: 1,
        minimumPoints: 4,
        dynamicSampling: 'on',
      }),
    );
    expect(objective).toMatchObject({
      credit: { baseline: { kind: 'leave-one-out' } },
      likelihood: { stabiliser: { low: 0.2, high: 0.4 } },
      aggregation: 'token-mean',
      data: { filters: [{ kind: 'dynamic-sampling' }, { kind: 'minimum-outcome', outcome: 0.4 }] },
    });
    expect(objective.regularisers).toEqual([
      { kind: 'kl-estimate', estimator: 'k3', coefficient: 0.3, isRatioWeighted: false, aggregation: null },
      { kind: 'entropy-bonus', coefficient: 0.01 },
      { kind: 'entropy-target', target: 1, rate: 0.01, maximum: 0.1 },
    ]);
  });

  test('the KL can be taken away, exchanged, and steered', () => {
    const terms = (changes: Partial<ObjectiveKnobs>) => objectiveOf(knobs(changes)).regularisers;
    expect(terms({ preset: 'grpo', klPenaltyPerNat: 0 })).toEqual([]);
    expect(terms({ preset: 'grpo', klEstimator: 'exact' })).toMatchObject([
      { kind: 'exact-kl', coefficient: 0.04, direction: 'to-base' },
    ]);
    expect(terms({ preset: 'dapo', klPenaltyPerNat: 0.2 })).toMatchObject([{ kind: 'exact-kl', coefficient: 0.2 }]);
    expect(terms({ preset: 'dapo', klPenaltyPerNat: 0.2, klEstimator: 'exact-forward' })).toMatchObject([
      { direction: 'from-base' },
    ]);
    expect(terms({ preset: 'rloo', klTargetNats: 6 })).toMatchObject([
      { kind: 'kl-in-reward', controller: { target: 6 } },
    ]);
    expect(terms({ preset: 'grpo', klEstimator: 'k3-weighted' })).toMatchObject([
      { estimator: 'k3', isRatioWeighted: true },
    ]);
  });

  test('a scheduled KL weight falls to zero with the last update, and only where one is scheduled', () => {
    const weightAt = (progress: number, changes: Partial<ObjectiveKnobs>) =>
      objectiveOf(knobs({ klPenaltyPerNat: 0.2, klSchedule: 'linear', ...changes }), progress).regularisers.map(
        (term) => 'coefficient' in term && term.coefficient,
      );
    expect(weightAt(0, {})).toEqual([0.2]);
    expect(weightAt(0.25, {})).toEqual([expect.closeTo(0.15)]);
    expect(weightAt(0.25, { klSchedule: 'constant' })).toEqual([0.2]);
    // Other regularisers keep theirs.
    expect(weightAt(0.5, { entropyBonusPerNat: 0.3 })).toEqual([expect.closeTo(0.1), 0.3]);
    expect(objectiveOf(knobs({ preset: 'copg', klPenaltyPerNat: 0.2, klSchedule: 'linear' }), 0.5)).toMatchObject({
      klWeight: 0.1,
    });
  });

  test('dynamic sampling can be switched off', () => {
    expect(objectiveOf(knobs({ preset: 'dapo', dynamicSampling: 'off' })).data.filters).toEqual([]);
  });

  const misplaced: readonly (readonly [string, Partial<ObjectiveKnobs>])[] = [
    ['a clip where nothing is clipped', { preset: 'reinforce', clipLow: 0.1 }],
    ['fixed bounds where they move', { preset: 'bapo', clipHigh: 0.1 }],
    ['an advantage for pairs', { preset: 'copg', advantage: 'linear' }],
    ['an estimator without a penalty', { preset: 'dapo', klEstimator: 'k3-in-loss' }],
    ['a KL target without a penalty', { preset: 'dapo', klTargetNats: 3 }],
    ['a KL target for a penalty in the loss', { preset: 'grpo', klTargetNats: 3 }],
    ['groups of one', { preset: 'grpo', episodesPerScenario: 1 }],
    ['sets as large as the group', { preset: 'polychromic', episodesPerScenario: 2 }],
  ];
  test.each(misplaced)('%s: refused with what, why and fix', (_, changes) => {
    expect(() => objectiveOf(knobs(changes))).toThrow(
      expect.objectContaining({
        code: 'objective-knob',
        what: expect.any(String),
        why: expect.any(String),
        fix: expect.any(String),
      }),
    );
  });
});

describe('configs from before presets', () => {
  /** As it was saved: explicit parts, and no preset. */
  const old = (advantage: 'linear' | 'leave-one-out' | 'paper', klPenaltyPerNat: number) => {
    const saved: Record<string, unknown> = { ...defaultRunConfig(), advantage, klPenaltyPerNat };
    for (const knob of [
      'preset',
      'aggregation',
      'klEstimator',
      'klTargetNats',
      'clipLow',
      'clipHigh',
      'entropyBonusPerNat',
      'entropyTargetNats',
      'minimumPoints',
      'dynamicSampling',
    ])
      delete saved[knob];
    return objectiveOf(RunConfig.parse(saved));
  };

  test('the old defaults are the new default', () =>
    expect(old('linear', 0.1)).toEqual(objectiveOf(defaultRunConfig())));

  test('no KL weight, no KL', () => expect(old('linear', 0).regularisers).toEqual([]));

  test.each(['leave-one-out', 'paper'] as const)('%s trains with the coefficients it had', (advantage) => {
    const prepared = prepare(old(advantage, 0.3), { discount: 0.9 });
    const { batch } = prepared;
    const { logProb, klToBase } = wholeLoss(prepared);
    const returns = batch.map(({ turns }) =>
      returnsToGo(
        turns.map(({ reward }) => reward),
        0.9,
      ),
    );
    const means = leaveOneOutMeans(
      batch.map(({ group }, index) => ({ group, firstReturn: returns[index]?.[0] ?? null })),
    );
    const raw = returns.map((values, index) => values.map((value) => value - (means[index] ?? value)));
    const squares = raw.flat();
    const unit = Math.sqrt(squares.reduce((sum, value) => sum + value * value, 0) / squares.length) + 1e-6;
    // Turns and tokens that are masked in the shared episodes did not exist then: leave those trajectories out.
    let token = 0;
    let checked = 0;
    const turnsInBatch = batch.reduce((sum, { turns, tokens }) => {
      let first = 0;
      return (
        sum +
        turns.filter(({ tokenCount }) => {
          const own = Array.from({ length: tokenCount }, () => tokens.isTrained?.[first++] ?? 1);
          return own.some((bit) => bit === 1);
        }).length
      );
    }, 0);
    batch.forEach(({ turns, tokens }, row) => {
      const isWhole = Array.from(tokens.isTrained ?? []).every((bit) => bit === 1);
      const largest = Math.max(...(returns[row] ?? []).map(Math.abs));
      turns.forEach(({ tokenCount }, turn) => {
        for (let at = 0; at < tokenCount; at++, token++) {
          if (!isWhole) continue;
          const expected =
            advantage === 'paper'
              ? -(returns[row]?.[turn] ?? NaN) / largest / (tokenCount * turns.length * batch.length)
              : -(raw[row]?.[turn] ?? NaN) / unit / turnsInBatch;
          expect(logProb[token]).toBeCloseTo(expected, 12);
          expect(klToBase[token]).toBeCloseTo(0.3 / turnsInBatch, 12);
          checked += 1;
        }
      });
    });
    expect(checked).toBeGreaterThan(30);
  });
});

describe('what an objective needs', () => {
  test('many presets have none', () => {
    for (const name of [
      'default',
      'epo',
      'epo-entropy',
      'reinforce',
      'dr-grpo',
      'gspo',
      'dapo',
      'riskpo',
      'd3s',
      'xrpo',
      'sft',
      'rapo',
      'capo',
      'hapo',
    ] as const) {
      expect([...needsOf(PRESET_OBJECTIVES[name])], name).toEqual([]);
    }
  });

  test('the others say what', () => {
    const needs = (name: keyof typeof PRESET_OBJECTIVES) => [...needsOf(PRESET_OBJECTIVES[name])];
    expect(needs('grpo')).toEqual(['base-log-probs']);
    expect(needs('rloo')).toEqual(['base-log-probs-at-sampling']);
    expect(needs('bapo')).toEqual(['whole-batch-first']);
    expect(needs('copg')).toEqual(['base-log-probs', 'whole-batch-first']);
    expect(needs('aepo')).toEqual(['tempered']);
    expect(needs('dcpo')).toEqual(['tempered-log-probs']);
    expect(needs('igpo')).toEqual(['base-log-probs', 'beliefs']);
    expect(needs('arpo')).toEqual(['forks']);
    expect(needs('icpo')).toEqual(['guided']);
    expect(needs('hpt')).toEqual(['demonstration']);
    expect(needs('empo')).toEqual(['kinds']);
    expect(needs('ppo')).toEqual(['values']);
    const all = new Set(Object.values(PRESET_OBJECTIVES).flatMap((objective) => [...needsOf(objective)]));
    expect(all).toEqual(new Set(NEEDS));
  });

  test('a run that lacks something is refused before it starts, with the way out', () => {
    expect(() => assertSupplied('grpo', PRESET_OBJECTIVES.grpo, new Set())).toThrow(
      expect.objectContaining({ code: 'objective-unsupplied', fix: expect.stringContaining('exact') }),
    );
    expect(() => assertSupplied('icpo', PRESET_OBJECTIVES.icpo, new Set())).toThrow('sampled with a hint');
    expect(() => assertSupplied('icpo', PRESET_OBJECTIVES.icpo, new Set(['guided']))).not.toThrow();
    expect([...sourcesOf(PRESET_OBJECTIVES.sft)]).toEqual(['policy', 'demonstration']);
  });

  test('a batch that lacks something is refused too, and one that holds something unknown', () => {
    const own = episodes.batch.filter(({ source }) => source === 'policy');
    const bare = own.map((trajectory) => ({
      ...trajectory,
      tokens: { ...trajectory.tokens, baseLogProbs: null, temperedLogProbs: null },
    }));
    expect(() => planBatch(PRESET_OBJECTIVES.rloo, bare, episodes.context)).toThrow('base model’s log-probs');
    expect(() => planBatch(PRESET_OBJECTIVES.dcpo, bare, episodes.context)).toThrow('second temperature');
    expect(() => planBatch(PRESET_OBJECTIVES.grpo, episodes.batch, episodes.context)).toThrow(
      'does not learn from guided',
    );
    const blind = own.map((trajectory) => ({
      ...trajectory,
      turns: trajectory.turns.map((turn) => ({ ...turn, belief: null })),
    }));
    expect(() => planBatch(PRESET_OBJECTIVES.igpo, blind, episodes.context)).toThrow('a belief before every turn');
  });
});

describe('what is wrong or risky about a composition', () => {
  const { grpo, reinforce } = PRESET_OBJECTIVES;
  const findings = (objective: Objective) =>
    checkObjective(objective).map(({ severity, what }) => `${severity}: ${what}`);
  if (grpo.kind !== 'policy-gradient' || reinforce.kind !== 'policy-gradient') throw new Error('presets');
  const { likelihood } = grpo;
  if (likelihood.kind !== 'ratio') throw new Error('grpo takes ratios');

  test('k3 in the loss is a warning; the exact KL is none', () => {
    expect(findings(grpo)).toEqual([expect.stringMatching(/^warning: .*k3/)]);
    expect(findings(PRESET_OBJECTIVES.default)).toEqual([]);
  });

  test('whitening without a baseline per seat is a warning', () => {
    expect(findings(PRESET_OBJECTIVES['reinforce-plus-plus'])).toEqual([expect.stringMatching(/^warning: Whitening/)]);
  });

  test('a KL in the reward of a credit that adds up no rewards, and stale sequences, are refused', () => {
    const pointless: Objective = {
      ...reinforce,
      credit: { kind: 'imitation', minimumOutcome: 0.5 },
      regularisers: [{ kind: 'kl-in-reward', estimator: 'k1', coefficient: 1, controller: null }],
    };
    expect(findings(pointless)).toEqual([expect.stringMatching(/^refused: A KL penalty in the reward/)]);
    const stale: Objective = {
      ...grpo,
      regularisers: [],
      likelihood: {
        ...likelihood,
        unit: { kind: 'sequence', isLengthNormalised: true },
        staleness: { kind: 'truncate', limit: 2 },
      },
    };
    expect(findings(stale)).toEqual([expect.stringMatching(/^refused: Stale data/)]);
  });
});
