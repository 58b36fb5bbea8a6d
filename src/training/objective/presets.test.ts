import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { episodes, prepare, wholeLoss } from '../../../tests/objective/goldenEpisodes.ts';
import { atSampling, randomBatch, type RandomBatch } from '../../../tests/objective/randomBatch.ts';
import { STATISTIC_NAMES } from '../../../tests/objective/softmax.ts';
import { EMPTY_MEMORY } from '../../record/objectiveMemory.ts';
import { OBJECTIVE_PRESETS, PRESET_NAMES } from '../../record/objectivePreset.ts';
import { tokenCountOf, type Trajectory } from './batch.ts';
import { checkObjective } from './checkObjective.ts';
import type { Objective, PolicyGradientObjective, RatioLikelihood } from './parts.ts';
import { planBatch } from './planBatch.ts';
import { aepo } from './presets/aepo.ts';
import { arpo } from './presets/arpo.ts';
import { bapo } from './presets/bapo.ts';
import { clip, GROUP_NORMALISED } from './presets/blocks.ts';
import { capo } from './presets/capo.ts';
import { copg } from './presets/copg.ts';
import { critiqueGrpo } from './presets/critiqueGrpo.ts';
import { d3s } from './presets/d3s.ts';
import { dapo } from './presets/dapo.ts';
import { dcpo } from './presets/dcpo.ts';
import { defaultObjective } from './presets/default.ts';
import { drGrpo } from './presets/drGrpo.ts';
import { empo } from './presets/empo.ts';
import { epo } from './presets/epo.ts';
import { epoEntropy } from './presets/epoEntropy.ts';
import { grpo } from './presets/grpo.ts';
import { gspo } from './presets/gspo.ts';
import { hapo } from './presets/hapo.ts';
import { hpt } from './presets/hpt.ts';
import { icpo } from './presets/icpo.ts';
import { igpo } from './presets/igpo.ts';
import { polychromic } from './presets/polychromic.ts';
import { ppo } from './presets/ppo.ts';
import { PRESET_OBJECTIVES } from './presets/presetObjectives.ts';
import { rapo } from './presets/rapo.ts';
import { reinforce } from './presets/reinforce.ts';
import { reinforcePlusPlus } from './presets/reinforcePlusPlus.ts';
import { riskpo } from './presets/riskpo.ts';
import { rloo } from './presets/rloo.ts';
import { sft } from './presets/sft.ts';
import { tPpo } from './presets/tPpo.ts';
import { xrpo } from './presets/xrpo.ts';

type Change = (trajectory: Trajectory) => Trajectory;

function coefficientsOf(objective: Objective, { batch, statistics }: RandomBatch): number[] {
  const plan = planBatch(objective, batch, { discount: 0.9, progress: 0.2, tokenLimit: 12, memory: EMPTY_MEMORY });
  const loss = wholeLoss({ objective, plan, statistics });
  return STATISTIC_NAMES.flatMap((name) => [...loss[name]]);
}

/** Own episodes only, ratios away from 1; `change` makes the batch one on which two objectives should agree. */
function ownBatch(change: Change = (same) => same, hasMoved = true): RandomBatch {
  const { batch, statistics } = randomBatch(21, reinforce);
  const changed = batch.map(change);
  return { batch: changed, statistics: hasMoved ? statistics : changed.map(atSampling) };
}

function expectEqual(one: Objective, other: Objective, batch: RandomBatch = ownBatch(), factor = 1): void {
  const [left, right] = [coefficientsOf(one, batch), coefficientsOf(other, batch)];
  expect(right.some((value) => Math.abs(value) > 1e-3)).toBe(true);
  expect(left).toHaveLength(right.length);
  left.forEach((value, index) => expect(value).toBeCloseTo(factor * (right[index] ?? NaN), 10));
}

/** What the whole group-relative family has in common, with its aggregation. */
const groupClip = (aggregation: PolicyGradientObjective['aggregation']): PolicyGradientObjective => ({
  ...grpo,
  regularisers: [],
  aggregation,
});
const singleTokens: Change = (trajectory) => ({
  ...trajectory,
  turns: trajectory.turns.slice(0, 1).map((turn) => ({ ...turn, tokenCount: 1 })),
  tokens: {
    ...trajectory.tokens,
    logProbs: Array.from(trajectory.tokens.logProbs).slice(0, 1),
    entropies: Array.from(trajectory.tokens.entropies).slice(0, 1),
    proximalLogProbs: null,
    baseLogProbs: Array.from(trajectory.tokens.baseLogProbs ?? []).slice(0, 1),
    temperedLogProbs: null,
  },
});
const withRatio = (objective: PolicyGradientObjective, changes: Partial<RatioLikelihood>): PolicyGradientObjective => {
  if (objective.likelihood.kind !== 'ratio') throw new Error('no ratio');
  return { ...objective, likelihood: { ...objective.likelihood, ...changes } };
};
const withData = (objective: PolicyGradientObjective, changes: Partial<PolicyGradientObjective['data']>) => ({
  ...objective,
  data: { ...objective.data, ...changes },
});
const leaveOneOut: PolicyGradientObjective['credit'] = {
  ...GROUP_NORMALISED,
  baseline: { kind: 'leave-one-out' },
  scale: { kind: 'none' },
};

describe('each preset at its neutral setting is the simpler one that it extends', () => {
  test('default: before it has learnt anything its baseline is leave-one-out', () => {
    if (defaultObjective.credit.kind !== 'returns') throw new Error('credit');
    const { credit } = defaultObjective;
    expectEqual(defaultObjective, { ...defaultObjective, credit: { ...credit, baseline: { kind: 'leave-one-out' } } });
  });

  test('EPO: where every turn is worth the same it is supervised learning with its mean over turns', () => {
    const lastTurnPays: Change = (trajectory) => ({
      ...trajectory,
      turns: trajectory.turns.map((turn, index) => ({
        ...turn,
        reward: index === trajectory.turns.length - 1 ? 0.7 : 0.07,
      })),
    });
    // Reward-to-go 0.7 from every turn on: 0.07 + 0.9 · 0.7 = 0.7.
    expectEqual(
      epo,
      { ...sft, credit: { kind: 'imitation', minimumOutcome: 0 }, aggregation: 'turn-mean' },
      ownBatch(lastTurnPays),
    );
  });

  test('entropy-regularised EPO: without its two entropy terms it is group-normalised clipping', () => {
    expectEqual({ ...epoEntropy, regularisers: [] }, groupClip('token-mean'));
  });

  test('REINFORCE++: without whitening and KL, at the first step, REINFORCE', () => {
    const neutral: Objective = {
      ...reinforcePlusPlus,
      credit: reinforce.credit,
      regularisers: [{ kind: 'kl-in-reward', estimator: 'k1', coefficient: 0, controller: null }],
      aggregation: 'sequence-sum',
    };
    expectEqual(
      neutral,
      reinforce,
      ownBatch((same) => same, false),
    );
  });

  test('RLOO: without KL, and CoPG without its KL, are one another', () => {
    expectEqual({ ...copg, klWeight: 0 }, { ...rloo, regularisers: [] });
  });

  test('RLOO: without KL it is REINFORCE with a leave-one-out baseline on whole returns', () => {
    expectEqual({ ...rloo, regularisers: [] }, { ...reinforce, credit: leaveOneOut });
  });

  test('GRPO: without KL, spread and length it is Dr. GRPO', () => {
    const neutral: Objective = { ...groupClip('constant'), credit: { ...GROUP_NORMALISED, scale: { kind: 'none' } } };
    expectEqual(neutral, drGrpo);
  });

  test('Dr. GRPO: at the first step it is REINFORCE with the group’s mean, up to its divisor', () => {
    const centred: Objective = { ...reinforce, credit: { ...GROUP_NORMALISED, scale: { kind: 'none' } } };
    expectEqual(
      drGrpo,
      centred,
      ownBatch((same) => same, false),
      1 / 12,
    );
  });

  test('PPO: with λ = 1 and values of 0, at the first step, REINFORCE', () => {
    const neutral: Objective = {
      ...ppo,
      credit: { kind: 'gae', lambda: 1, values: 'head', afterCutOff: 'nothing', scale: { kind: 'none' } },
      aggregation: 'sequence-sum',
    };
    const zeroValues: Change = (trajectory) => ({
      ...trajectory,
      turns: trajectory.turns.map((turn) => ({ ...turn, value: 0 })),
    });
    expectEqual(neutral, reinforce, ownBatch(zeroValues, false));
  });

  test('GSPO: on dialogues of one token it is GRPO with the same clip and without KL', () => {
    const batch = ownBatch(singleTokens);
    const first = { ...batch, statistics: batch.statistics.map((now) => cut(now, 1)) };
    expectEqual(gspo, withRatio(groupClip('sequence-mean'), { stabiliser: clip(3e-4, 4e-4) }), first);
  });

  test('DAPO: with a symmetric clip, no filter and no length penalty, GRPO per token', () => {
    const neutral = withRatio(withData(dapo, { rewards: [], filters: [] }), { stabiliser: clip() });
    expectEqual(neutral, groupClip('token-mean'));
  });

  test('RiskPO: the whole range of single dialogues, without a tail, is whitening the returns', () => {
    if (riskpo.credit.kind !== 'quantile-risk') throw new Error('credit');
    const neutral: Objective = {
      ...riskpo,
      credit: { ...riskpo.credit, lowerLevel: 0, upperLevel: 1, tailWeight: 0, bundleSize: 1 },
    };
    const whitened: Objective = {
      ...riskpo,
      credit: { ...GROUP_NORMALISED, baseline: { kind: 'none' }, scale: { kind: 'batch-whiten', over: 'turns' } },
    };
    const oneTurn: Change = (trajectory) => {
      const tokenCount = tokenCountOf(trajectory);
      return { ...trajectory, turns: trajectory.turns.slice(0, 1).map((turn) => ({ ...turn, tokenCount })) };
    };
    expectEqual(neutral, whitened, ownBatch(oneTurn));
  });

  test('AEPO and DCPO: with a coefficient of 0, GRPO per token with a dual clip', () => {
    const dual = withRatio(groupClip('token-mean'), { stabiliser: { kind: 'clip', low: 0.2, high: 0.2, dual: 3 } });
    for (const preset of [aepo, dcpo]) {
      const regularisers = preset.regularisers.map((regulariser) => ({ ...regulariser, coefficient: 0 }));
      expectEqual({ ...preset, regularisers }, dual);
    }
  });

  test('BAPO: bounds that cannot move are a clip', () => {
    const fixed = withRatio(bapo, {
      stabiliser: {
        kind: 'adaptive-bounds',
        low: { start: 0.8, end: 0.8, step: 0.1 },
        high: { start: 1.2, end: 1.2, step: 0.1 },
        positiveShare: 0.5,
        dual: null,
      },
    });
    expectEqual(fixed, groupClip('token-mean'));
  });

  test('D³S: once relaxed, GRPO per token', () => {
    const relaxed = withData(d3s, {
      filters: [{ kind: 'down-sample', trajectoryShare: 0.5, tokenShare: 0.5, relaxedAfter: 0.1 }],
    });
    expectEqual(relaxed, groupClip('token-mean'));
  });

  test('IGPO: where beliefs never change only the outcome pays', () => {
    const unmoved: Change = (trajectory) => ({
      ...trajectory,
      turns: trajectory.turns.map((turn, index) => ({
        ...turn,
        belief: 0.4,
        reward: index === trajectory.turns.length - 1 ? turn.reward : 0,
      })),
    });
    expectEqual(igpo, withData(igpo, { rewards: [] }), ownBatch(unmoved));
  });

  test('XRPO: without weight for novelty, GRPO without KL', () => {
    expectEqual(
      { ...xrpo, credit: { ...GROUP_NORMALISED, adjustments: [{ kind: 'novelty', weight: 0, cap: 1 }] } },
      groupClip('sequence-mean'),
    );
  });

  test('ARPO: without branches, GRPO without KL', () => expectEqual(arpo, groupClip('sequence-mean')));

  test('Polychromic: sets of one are leave-one-out', () => {
    const single: Objective = { ...polychromic, credit: { kind: 'set', size: 1 } };
    expectEqual(single, { ...polychromic, credit: leaveOneOut });
  });

  test('ICPO and Critique-GRPO: without guided dialogues, GRPO per token', () => {
    expectEqual(icpo, groupClip('token-mean'));
    expectEqual(critiqueGrpo, groupClip('token-mean'));
  });

  test('HPT: where nobody needs a demonstration, group-relative RL', () => {
    const centred: Objective = { ...groupClip('token-mean'), credit: { ...GROUP_NORMALISED, scale: { kind: 'none' } } };
    expectEqual(hpt, centred);
  });

  test('SFT: keeping everything is REINFORCE in which every dialogue earned 1', () => {
    const one: Change = (trajectory) => ({
      ...trajectory,
      turns: trajectory.turns.map((turn, index) => ({ ...turn, reward: index === 0 ? 1 : 0 })),
    });
    const ones: Objective = {
      ...reinforce,
      credit: { ...GROUP_NORMALISED, baseline: { kind: 'none' }, scale: { kind: 'none' } },
      aggregation: 'token-mean',
    };
    expectEqual({ ...sft, credit: { kind: 'imitation', minimumOutcome: 0 } }, ones, ownBatch(one));
  });

  test('T-PPO: where nothing is cut off, PPO', () => {
    expectEqual(
      tPpo,
      ppo,
      ownBatch((trajectory) => ({ ...trajectory, isCutOff: false })),
    );
  });

  test('RAPO: without its KL, GRPO without KL; with all outcomes alike, the plain forward KL', () => {
    expectEqual({ ...rapo, regularisers: [] }, groupClip('sequence-mean'));
    const plain: Objective = {
      ...rapo,
      regularisers: [
        { kind: 'exact-kl', direction: 'from-base', coefficient: 0.01, aggregation: null, outcomeWeight: 0 },
      ],
    };
    expectEqual(
      rapo,
      plain,
      ownBatch((trajectory) => ({ ...trajectory, outcome: 0.5 })),
    );
  });

  test('CAPO: rejecting nothing, GRPO without KL', () => {
    const neutral = withRatio(capo, { rejection: { kind: 'movement', threshold: 1, share: 0 } });
    expectEqual(neutral, groupClip('sequence-mean'));
  });

  test('HAPO: where all tokens are equally uncertain and all dialogues equally long, GRPO per token', () => {
    const neutral = withData(hapo, { rewards: [], filters: [] });
    const batch = ownBatch((trajectory) => {
      const single = singleTokens(trajectory);
      return { ...single, tokens: { ...single.tokens, entropies: [1] } };
    });
    expectEqual(neutral, groupClip('token-mean'), { ...batch, statistics: batch.statistics.map((now) => cut(now, 1)) });
  });

  test('EMPO: where the rewards are the agreement, GRPO without KL', () => {
    const kinds = randomBatch(21, reinforce).batch;
    const agreement: Change = (trajectory) => {
      const group = kinds.filter(({ group: other }) => other === trajectory.group);
      const share = group.filter(({ kind }) => kind === trajectory.kind).length / group.length;
      const last = trajectory.turns.length - 1;
      return {
        ...trajectory,
        turns: trajectory.turns.map((turn, index) => ({ ...turn, reward: index === last ? share : 0 })),
      };
    };
    expectEqual(empo, groupClip('sequence-mean'), ownBatch(agreement));
  });
});

describe('presets', () => {
  test('no two have equal coefficients on the shared episodes', () => {
    const all = PRESET_NAMES.map((name) => {
      const prepared = prepare(PRESET_OBJECTIVES[name]);
      const loss = wholeLoss(prepared);
      let own = 0;
      // By the file's tokens, so that objectives of different sources can be compared.
      const known = new Set(prepared.batch.map(({ tokens }) => tokens.logProbs));
      const perToken = episodes.batch.flatMap((trajectory) =>
        Array.from(trajectory.tokens.logProbs, () => {
          const at = known.has(trajectory.tokens.logProbs) ? own++ : -1;
          return STATISTIC_NAMES.map((statistic) => loss[statistic][at] ?? 0);
        }),
      );
      return { name, values: perToken.flat() };
    });
    for (const [index, { name, values }] of all.entries()) {
      for (const other of all.slice(index + 1)) {
        const difference = Math.max(...values.map((value, at) => Math.abs(value - (other.values[at] ?? NaN))));
        expect(difference, `${name} and ${other.name}`).toBeGreaterThan(1e-6);
      }
    }
  });

  test.each(OBJECTIVE_PRESETS)(
    '$name has a label, a section with formula, logs and deviations, and nothing to refuse',
    ({ name, label, about }) => {
      expect(label).not.toBe('');
      expect(about).not.toBe('');
      expect(checkObjective(PRESET_OBJECTIVES[name]).filter(({ severity }) => severity === 'refused')).toEqual([]);
      const sections = readFileSync('docs/algorithms.md', 'utf8').split(/^## /m);
      const section = sections.find((text) => text.startsWith(`\`${name}\``));
      expect(section, `docs/algorithms.md needs a section "## \`${name}\`"`).toBeDefined();
      expect(section).toContain('```');
      expect(section).toMatch(/^Logs/m);
      expect(section).toMatch(/^Deviations/m);
    },
  );

  test('names and objectives are the same list', () => {
    expect(Object.keys(PRESET_OBJECTIVES)).toEqual([...PRESET_NAMES]);
    expect(new Set(Object.values(PRESET_OBJECTIVES)).size).toBe(PRESET_NAMES.length);
  });
});

function cut(now: RandomBatch['statistics'][number], count: number): RandomBatch['statistics'][number] {
  const first = (values: ArrayLike<number>) => Array.from(values).slice(0, count);
  return {
    logProbs: first(now.logProbs),
    entropies: first(now.entropies),
    klToBase: first(now.klToBase),
    klFromBase: first(now.klFromBase),
  };
}
