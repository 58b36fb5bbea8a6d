import { describe, expect, test } from 'vitest';
import { concat, prepare, wholeLoss } from '../../../tests/objective/goldenEpisodes.ts';
import { PART_OBJECTIVES } from '../../../tests/objective/partObjectives.ts';
import { atSampling, randomBatch } from '../../../tests/objective/randomBatch.ts';
import { STATISTIC_NAMES } from '../../../tests/objective/softmax.ts';
import { RandomStream } from '../../base/random.ts';
import { EMPTY_MEMORY } from '../../record/objectiveMemory.ts';
import { PRESET_NAMES } from '../../record/objectivePreset.ts';
import { tokenCountOf, type Trajectory } from './batch.ts';
import { couplingOf, isCoupled } from './coupling.ts';
import { lossOfPart, type TokenStatistics } from './lossOfPart.ts';
import type { Objective } from './parts.ts';
import { planBatch, type PlanContext } from './planBatch.ts';
import { PRESET_OBJECTIVES } from './presets/presetObjectives.ts';
import { addTallies, EMPTY_TALLY } from './tally.ts';

const ALL: [string, Objective][] = [...Object.entries(PRESET_OBJECTIVES), ...Object.entries(PART_OBJECTIVES)];
const context: PlanContext = { discount: 0.9, progress: 0.2, tokenLimit: 12, memory: EMPTY_MEMORY };

function pass(objective: Objective, batch: readonly Trajectory[], statistics: readonly TokenStatistics[]) {
  const plan = planBatch(objective, batch, context);
  return { plan, loss: wholeLoss({ objective, plan, statistics }) };
}

describe('micro-batches', () => {
  test.each(ALL)('%s: no split and no order changes a coefficient, and losses and tallies add up', (_, objective) => {
    const prepared = prepare(objective);
    const { plan, statistics, batch } = prepared;
    const whole = wholeLoss(prepared);
    const coupling = isCoupled(objective) ? { coupling: couplingOf(plan, concat(statistics).logProbs) } : {};
    const random = new RandomStream(3, 'split');
    const order = random.shuffled(batch.map((_, index) => index));
    const starts = batch.map((_, index) =>
      batch.slice(0, index).reduce((sum, trajectory) => sum + tokenCountOf(trajectory), 0),
    );
    let loss = 0;
    let tally = EMPTY_TALLY;
    while (order.length > 0) {
      const indices = order.splice(0, 1 + random.index(4));
      const part = lossOfPart(plan, indices, concat(indices.flatMap((index) => statistics[index] ?? [])), coupling);
      loss += part.loss;
      tally = addTallies(tally, part.tally);
      let token = 0;
      for (const index of indices) {
        const first = starts[index] ?? 0;
        const count = tokenCountOf(batch[index] ?? { turns: [] });
        for (const name of STATISTIC_NAMES) {
          expect([...part[name].subarray(token, token + count)]).toEqual([
            ...whole[name].subarray(first, first + count),
          ]);
        }
        token += count;
      }
    }
    expect(loss).toBeCloseTo(whole.loss, 12);
    expect(tally.tokens).toBe(whole.tally.tokens);
    expect(tally.ratio).toBeCloseTo(whole.tally.ratio, 9);
    expect([tally.ratioMin, tally.ratioMax]).toEqual([whole.tally.ratioMin, whole.tally.ratioMax]);
  });

  test.each(ALL)('%s: permuting the batch permutes the coefficients', (_, objective) => {
    // Bundles of scenarios are formed in the order of the batch: another order is another bundling.
    if (objective.kind === 'policy-gradient' && objective.credit.kind === 'quantile-risk') return;
    const { batch, statistics } = randomBatch(5, objective);
    const forward = pass(objective, batch, statistics);
    const backward = pass(objective, batch.toReversed(), statistics.toReversed());
    expect(backward.loss.loss).toBeCloseTo(forward.loss.loss, 10);
    const counts = batch.map(tokenCountOf);
    let first = 0;
    let last = counts.reduce((sum, count) => sum + count, 0);
    for (const count of counts) {
      last -= count;
      for (const name of STATISTIC_NAMES) {
        for (let token = 0; token < count; token++) {
          expect(backward.loss[name][last + token]).toBeCloseTo(forward.loss[name][first + token] ?? NaN, 10);
        }
      }
      first += count;
    }
  });
});

describe('masks', () => {
  test.each(ALL)('%s: tokens that are not trained on, put in anywhere, change nothing', (_, objective) => {
    const { batch, statistics } = randomBatch(7, objective);
    const plain = pass(objective, batch, statistics);
    const random = new RandomStream(8, 'insert');
    const padded = batch.map((trajectory, index) =>
      withForcedTokens(trajectory, statistics[index] ?? atSampling(trajectory), random),
    );
    const stuffed = pass(
      objective,
      padded.map(({ trajectory }) => trajectory),
      padded.map(({ now }) => now),
    );
    expect(stuffed.loss.loss).toBeCloseTo(plain.loss.loss, 12);
    expect(stuffed.plan.memory).toEqual(plain.plan.memory);
    const mask = padded.flatMap(({ isOwn }) => isOwn);
    expect(mask.filter((own) => !own).length).toBeGreaterThan(20);
    for (const name of STATISTIC_NAMES) {
      const values = [...stuffed.loss[name]];
      expect(values.filter((_, token) => !mask[token]).every((value) => value === 0)).toBe(true); // exactly 0
      values
        .filter((_, token) => mask[token])
        .forEach((value, token) => expect(value).toBeCloseTo(plain.loss[name][token] ?? NaN, 12));
    }
  });

  test.each(PRESET_NAMES)('%s: what is written in a masked place does not matter', (name) => {
    const objective = PRESET_OBJECTIVES[name];
    const { batch, statistics } = randomBatch(9, objective);
    const masked = batch.map((trajectory) => ({
      ...trajectory,
      tokens: {
        ...trajectory.tokens,
        isTrained: Array.from(trajectory.tokens.logProbs, (_, token) => (token === 0 ? 0 : 1)),
      },
    }));
    const other = (values: ArrayLike<number> | null) =>
      values && Array.from(values, (value, token) => (token === 0 ? value * 0.5 - 0.3 : value));
    const changed = masked.map((trajectory) => ({
      ...trajectory,
      tokens: {
        ...trajectory.tokens,
        logProbs: other(trajectory.tokens.logProbs) ?? [],
        entropies: Array.from(trajectory.tokens.entropies, (value, token) => (token === 0 ? 2 * value : value)),
        baseLogProbs: other(trajectory.tokens.baseLogProbs),
        temperedLogProbs: other(trajectory.tokens.temperedLogProbs),
      },
    }));
    const one = pass(objective, masked, statistics).loss;
    const two = pass(
      objective,
      changed,
      statistics.map((now) => ({ ...now, logProbs: other(now.logProbs) ?? [] })),
    ).loss;
    expect(two.loss).toBe(one.loss);
    for (const statistic of STATISTIC_NAMES) expect([...two[statistic]]).toEqual([...one[statistic]]);
  });
});

describe('the first step of an on-policy update', () => {
  test.each(PRESET_NAMES)('%s: every ratio is 1, nothing is clipped, the policy has not moved', (name) => {
    const objective = PRESET_OBJECTIVES[name];
    const own = randomBatch(11, objective).batch.filter(({ source }) => source === 'policy');
    const { loss } = pass(objective, own, own.map(atSampling));
    expect([...loss.ratios].every((ratio) => ratio === 1)).toBe(true);
    expect(loss.tally).toMatchObject({
      clippedLow: 0,
      clippedHigh: 0,
      clippedDual: 0,
      logRatio: 0,
      ratioMin: 1,
      ratioMax: 1,
    });
  });

  test('there, every clipped objective has the gradient of the score function', () => {
    const ratios = PRESET_NAMES.filter((name) => {
      const objective = PRESET_OBJECTIVES[name];
      return objective.kind === 'policy-gradient' && objective.likelihood.kind === 'ratio' && name !== 'hapo';
    });
    expect(ratios.length).toBeGreaterThan(15);
    for (const name of ratios) {
      const objective: Objective = { ...PRESET_OBJECTIVES[name], regularisers: [] };
      const own = randomBatch(12, objective).batch.filter(({ source }) => source === 'policy');
      const { plan, loss } = pass(objective, own, own.map(atSampling));
      const expected = plan.trajectories.flatMap(({ advantages, weights }) =>
        [...advantages].map((advantage, token) => -advantage * (weights[token] ?? NaN)),
      );
      expect(loss.logProb).toHaveLength(expected.length);
      loss.logProb.forEach((value, token) => expect(value).toBeCloseTo(expected[token] ?? NaN, 12));
    }
  });
});

/** The trajectory with one to three forced tokens at random places of every turn, and their statistics. */
function withForcedTokens(trajectory: Trajectory, now: TokenStatistics, random: RandomStream) {
  const source: (number | null)[] = []; // the original token at each place; null: forced
  let token = 0;
  const turns = trajectory.turns.map((turn) => {
    const own: (number | null)[] = Array.from({ length: turn.tokenCount }, () => token++);
    const forced = 1 + random.index(3);
    for (let added = 0; added < forced; added++) own.splice(random.index(own.length + 1), 0, null);
    source.push(...own);
    return { ...turn, tokenCount: own.length };
  });
  const spread = (values: ArrayLike<number>) =>
    source.map((at) => (at === null ? -3 * random.uniform() : (values[at] ?? NaN)));
  const orNull = (values: ArrayLike<number> | null) => values && spread(values);
  const { tokens } = trajectory;
  return {
    trajectory: {
      ...trajectory,
      turns,
      tokens: {
        logProbs: spread(tokens.logProbs),
        entropies: spread(tokens.entropies).map(Math.abs),
        proximalLogProbs: orNull(tokens.proximalLogProbs),
        baseLogProbs: orNull(tokens.baseLogProbs),
        temperedLogProbs: orNull(tokens.temperedLogProbs),
        isTrained: source.map((at) => (at === null ? 0 : 1)),
      },
    },
    now: {
      logProbs: spread(now.logProbs),
      entropies: spread(now.entropies),
      klToBase: spread(now.klToBase),
      klFromBase: spread(now.klFromBase),
    },
    isOwn: source.map((at) => at !== null),
  };
}
