import { describe, expect, test } from 'vitest';
import { prepare, wholeLoss } from '../../../tests/objective/goldenEpisodes.ts';
import { randomBatch } from '../../../tests/objective/randomBatch.ts';
import { EMPTY_MEMORY } from '../../record/objectiveMemory.ts';
import type { Trajectory } from './batch.ts';
import type { Objective, PolicyGradientObjective } from './parts.ts';
import { planBatch, type PlanContext } from './planBatch.ts';
import { d3s } from './presets/d3s.ts';
import { dapo } from './presets/dapo.ts';
import { epoEntropy } from './presets/epoEntropy.ts';
import { hpt } from './presets/hpt.ts';
import { reinforce } from './presets/reinforce.ts';
import { riskpo } from './presets/riskpo.ts';
import { rloo } from './presets/rloo.ts';
import { sft } from './presets/sft.ts';
import { tPpo } from './presets/tPpo.ts';

const context: PlanContext = { discount: 1, progress: 0, tokenLimit: 12, memory: EMPTY_MEMORY };
const withBaseline = (baseline: 'linear' | 'seat-average'): PolicyGradientObjective => ({
  ...reinforce,
  credit: {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: baseline === 'linear' ? { kind: 'linear' } : { kind: 'seat-average', decay: 0.75 },
    scale: { kind: 'none' },
    adjustments: [],
  },
});
const earning = (batch: readonly Trajectory[], reward: (seat: 0 | 1) => number): Trajectory[] =>
  batch.map((trajectory) => ({
    ...trajectory,
    turns: trajectory.turns.map((turn, index) => ({ ...turn, reward: index === 0 ? reward(trajectory.seat) : 0 })),
  }));

describe('memory is read before it is updated', () => {
  const { batch } = randomBatch(41, reinforce);

  test('seat averages: the first batch meets 0, the second the first one’s means, the third a mixture', () => {
    const objective = withBaseline('seat-average');
    const first = planBatch(
      objective,
      earning(batch, (seat) => 1 + seat),
      context,
    );
    expect(first.turnAdvantages.map((turns) => turns?.[0])).toEqual(batch.map(({ seat }) => 1 + seat));
    expect(first.memory.seatAverages).toEqual([1, 2]);
    const second = planBatch(
      objective,
      earning(batch, () => 5),
      { ...context, memory: first.memory },
    );
    expect(second.turnAdvantages.map((turns) => turns?.[0])).toEqual(batch.map(({ seat }) => 4 - seat));
    expect(second.memory.seatAverages).toEqual([0.75 * 1 + 0.25 * 5, 0.75 * 2 + 0.25 * 5]);
  });

  test('the linear baseline: changing one return changes no prediction of its own batch, but those of the next', () => {
    const objective = withBaseline('linear');
    const start = planBatch(objective, batch, context).memory;
    const changed = batch.map((trajectory, index) =>
      index === 3 ? { ...trajectory, turns: trajectory.turns.map((turn) => ({ ...turn, reward: 9 })) } : trajectory,
    );
    const others = (plan: ReturnType<typeof planBatch>) =>
      plan.turnAdvantages.filter(
        (_, index) => batch[index]?.group !== batch[3]?.group && batch[index]?.seat !== batch[3]?.seat,
      );
    const [one, two] = [batch, changed].map((now) => planBatch(objective, now, { ...context, memory: start }));
    if (!one || !two) throw new Error('two plans');
    expect(others(two)).toEqual(others(one));
    expect(two.memory.linear).not.toEqual(one.memory.linear);
  });

  test('quantiles start at the first batch’s and are then tracked', () => {
    const { memory } = planBatch(riskpo, batch, context);
    const second = planBatch(riskpo, batch, { ...context, memory });
    expect(memory.quantiles).not.toBeNull();
    const moved = (second.memory.quantiles ?? []).map((value, index) =>
      Math.abs(value - (memory.quantiles?.[index] ?? NaN)),
    );
    for (const step of moved) expect(step).toBeLessThanOrEqual(0.1);
  });

  test('entropies are remembered by own-turn number, and only the policy’s', () => {
    const { memory } = planBatch(epoEntropy, batch, context);
    expect(memory.entropyHistory.length).toBe(Math.max(...batch.map(({ turns }) => turns.length)));
    expect(memory.entropy).toBeGreaterThan(0.1);
    expect(planBatch(reinforce, batch, context).memory.entropyHistory).toEqual([]);
  });

  test('a KL weight with a controller follows the KL from one update to the next', () => {
    const steered: Objective = {
      ...rloo,
      regularisers: [
        { kind: 'kl-in-reward', estimator: 'k1', coefficient: 0.05, controller: { target: 1e-3, horizon: 100 } },
      ],
    };
    const own = randomBatch(42, steered).batch.map((trajectory) => ({
      ...trajectory,
      tokens: { ...trajectory.tokens, baseLogProbs: Array.from(trajectory.tokens.logProbs, (value) => value - 1) }, // k1 = 1 each
    }));
    const { memory } = planBatch(steered, own, context);
    expect(memory.klCoefficient).toBeCloseTo(0.05 * (1 + (0.2 * own.length) / 100), 12);
    const first = planBatch(steered, own, context).returns;
    const second = planBatch(steered, own, { ...context, memory }).returns;
    expect(second[0]?.[0]).toBeLessThan(first[0]?.[0] ?? NaN);
    expect(planBatch(rloo, own, context).memory.klCoefficient).toBeNull(); // nothing to steer
  });
});

describe('what is left out', () => {
  test('has no advantage to show, weighs nothing, and need not be passed through the model', () => {
    const { batch } = randomBatch(43, dapo);
    const flat = batch.map((trajectory) =>
      trajectory.group === '0/0'
        ? { ...trajectory, turns: trajectory.turns.map((turn, index) => ({ ...turn, reward: index === 0 ? 0.5 : 0 })) }
        : trajectory,
    );
    // Without the length penalty, which would tell equal outcomes apart.
    const plan = planBatch({ ...dapo, data: { ...dapo.data, rewards: [] } }, flat, context);
    flat.forEach(({ group }, index) => {
      const isOut = group === '0/0';
      expect(plan.turnAdvantages[index] === null).toBe(isOut);
      expect(plan.trajectories[index]?.isUsed).toBe(!isOut);
      expect(plan.trajectories[index]?.weights.every((weight) => weight === 0)).toBe(isOut);
    });
    expect(plan.metrics['data/used_ratio']).toBeCloseTo(20 / 24, 12);
    expect(plan.trajectoryCount).toBe(20);
  });

  test('by down-sampling is half at first and nothing later', () => {
    const { batch } = randomBatch(44, d3s);
    const used = (progress: number) => planBatch(d3s, batch, { ...context, progress }).metrics['data/used_ratio'];
    expect(used(0)).toBeLessThanOrEqual(0.5);
    expect(used(0.5)).toBe(1);
  });

  test('by supervised learning is what went badly', () => {
    const { batch } = randomBatch(45, sft);
    const plan = planBatch(sft, batch, context);
    batch.forEach(({ source, outcome }, index) => {
      expect(plan.trajectories[index]?.isUsed).toBe(source === 'demonstration' || outcome >= 0.5);
    });
  });
});

test('HPT’s weight for demonstrations scales their tokens and nobody else’s', () => {
  const light: PolicyGradientObjective = {
    ...hpt,
    data: {
      ...hpt.data,
      demonstrations: { kind: 'when-failing', successOutcome: 0.5, gate: 0, imitationWeight: 0.25 },
    },
  };
  const [full, quarter] = [hpt, light].map((objective) => ({
    ...prepare(objective),
    ...wholeLoss(prepare(objective)),
  }));
  if (!full || !quarter) throw new Error('two objectives');
  let token = 0;
  let demonstrated = 0;
  for (const { source, tokens } of full.batch) {
    for (let at = 0; at < tokens.logProbs.length; at++, token++) {
      const factor = source === 'demonstration' ? 0.25 : 1;
      expect(quarter.logProb[token]).toBeCloseTo(factor * (full.logProb[token] ?? NaN), 12);
      if (source === 'demonstration' && full.logProb[token] !== 0) demonstrated += 1;
    }
  }
  expect(demonstrated).toBeGreaterThan(0);
});

test('a cut-off dialogue has no value targets; a finished one has its returns for λ = 1', () => {
  const { batch } = randomBatch(46, tPpo);
  const { valueTargets } = planBatch(tPpo, batch, context);
  batch.forEach(({ isCutOff }, index) => {
    expect(valueTargets[index]?.every((target) => (target === null) === isCutOff)).toBe(true);
  });
});

test('metrics have the names that others use, and curves that nobody has', () => {
  const { batch } = randomBatch(47, reinforce);
  const { metrics } = planBatch(withBaseline('seat-average'), batch, context);
  const earned = batch.map(({ turns }) => turns.reduce((sum, { reward }) => sum + reward, 0));
  expect(metrics['reward']).toBeCloseTo(earned.reduce((sum, value) => sum + value, 0) / earned.length, 12);
  expect(metrics).toMatchObject({ frac_reward_zero_std: 0, 'critic/vf_explained_var': 0, 'data/used_ratio': 1 });
  expect(Object.keys(metrics)).toEqual(
    expect.arrayContaining([
      'reward_std',
      'critic/advantages/mean',
      'critic/returns/max',
      'seat/return/0',
      'seat/baseline/1',
      'turn/reward/0',
      'turn/advantage/1',
    ]),
  );
  expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  expect(Object.values(planBatch(reinforce, [], context).metrics).every(Number.isFinite)).toBe(true);
});
