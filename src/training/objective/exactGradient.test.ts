import { describe, expect, test } from 'vitest';
import { trajectoryOf, wordsOf, type TabularPolicy } from '../../../tests/objective/tabularPolicy.ts';
import {
  expectedWorth,
  totalReward,
  toyEpisodes,
  toyPolicy,
  trueGradient,
  TURNS,
  type ToyEpisode,
} from '../../../tests/objective/toyGame.ts';
import { EMPTY_MEMORY, type ObjectiveMemory } from '../../record/objectiveMemory.ts';
import type { Trajectory } from './batch.ts';
import { couplingOf, isCoupled } from './coupling.ts';
import { baselineValues } from './credit/baselines.ts';
import { lossOfPart } from './lossOfPart.ts';
import { PLAIN_DATA, type Baseline, type Credit, type Objective, type PolicyGradientObjective } from './parts.ts';
import { planBatch } from './planBatch.ts';
import { copg } from './presets/copg.ts';
import { reinforce } from './presets/reinforce.ts';
import { rloo } from './presets/rloo.ts';

type Gradient = ReadonlyMap<string, readonly number[]>;

const policy = toyPolicy(1);
const base = toyPolicy(2);

interface Trial {
  readonly group: number;
  readonly discount?: number;
  readonly memory?: ObjectiveMemory;
  /** Who sampled; the policy itself unless said otherwise. */
  readonly sampler?: TabularPolicy;
  /** V of a turn, from the number of the turn and whether anything was said before. */
  readonly value?: (turn: number, episode: ToyEpisode) => number;
  readonly change?: (trajectory: Trajectory) => Trajectory;
}

/**
 * The expectation, over every group of episodes, of what gradient *ascent* would follow: minus the loss's gradient. Every
 * group is passed through the objective's own code, weighted with its probability.
 */
function expectedAscent(objective: Objective, trial: Trial): Map<string, number[]> {
  const { group, discount = 1, memory = EMPTY_MEMORY, sampler = policy, value, change = (same) => same } = trial;
  const episodes = toyEpisodes(sampler);
  const sum = new Map([...policy.logits].map(([state, logits]) => [state, logits.map(() => 0)]));
  forEachGroup(episodes, group, (members, probability) => {
    const batch = members.map((episode) => {
      const trajectory = trajectoryOf(episode, sampler, base);
      const turns = trajectory.turns.map((turn, index) => ({ ...turn, value: value ? value(index, episode) : null }));
      return change({ ...trajectory, turns });
    });
    const words = members.flatMap(wordsOf);
    const plan = planBatch(objective, batch, { discount, progress: 0, tokenLimit: 4, memory });
    const now = policy.statistics(words, base);
    const coupling = isCoupled(objective) ? { coupling: couplingOf(plan, now.logProbs) } : {};
    const loss = lossOfPart(
      plan,
      members.map((_, index) => index),
      now,
      coupling,
    );
    for (const [state, slopes] of policy.gradient(words, base, loss)) {
      const total = sum.get(state) ?? [];
      slopes.forEach((slope, index) => (total[index] = (total[index] ?? 0) - probability * slope));
    }
  });
  return sum;
}

function forEachGroup(
  episodes: readonly ToyEpisode[],
  size: number,
  visit: (members: readonly ToyEpisode[], probability: number) => void,
): void {
  const choose = (members: readonly ToyEpisode[], probability: number) => {
    if (members.length === size) return visit(members, probability);
    for (const episode of episodes) choose([...members, episode], probability * episode.probability);
  };
  choose([], 1);
}

function largestDifference(one: Gradient, other: Gradient, scale = 1): number {
  let largest = 0;
  for (const [state, slopes] of one) {
    slopes.forEach((slope, index) => {
      largest = Math.max(largest, Math.abs(slope - scale * (other.get(state)?.[index] ?? NaN)));
    });
  }
  return largest;
}

const composed = (changes: Partial<PolicyGradientObjective>): PolicyGradientObjective => ({ ...reinforce, ...changes });
const withBaseline = (baseline: Baseline): PolicyGradientObjective =>
  composed({
    credit: { kind: 'returns', signal: 'reward-to-go', baseline, scale: { kind: 'none' }, adjustments: [] },
  });
const truth = trueGradient(policy, (changed) => expectedWorth(changed));

/** The value of the state before a turn of the toy, exact: what is to come from there on, undiscounted. */
function exactValue(turn: number): number {
  if (turn === TURNS) return 0;
  const reached = toyEpisodes(policy).filter(({ turns }) => turns.length > turn);
  const probability = reached.reduce((sum, episode) => sum + episode.probability, 0);
  const toCome = reached.reduce(
    (sum, { turns, probability: own }) =>
      sum + own * turns.slice(turn).reduce((total, { reward }) => total + reward, 0),
    0,
  );
  return toCome / probability;
}

test('the toy is what it should be: lengths vary, probabilities add up, the gradient is not 0', () => {
  const episodes = toyEpisodes(policy);
  expect(episodes).toHaveLength(10);
  expect(new Set(episodes.map(({ turns }) => turns.length)).size).toBe(2);
  expect(new Set(episodes.map((episode) => wordsOf(episode).length)).size).toBe(4);
  expect(episodes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  expect(Math.max(...[...truth.values()].flat().map(Math.abs))).toBeGreaterThan(0.05);
});

describe('the mean of the estimator is the enumerated gradient', () => {
  const unbiased: readonly (readonly [string, Objective, Trial])[] = [
    ['reward-to-go alone', reinforce, { group: 1 }],
    ['episode return alone', composed({ credit: { ...reinforceCredit(), signal: 'episode-return' } }), { group: 1 }],
    ['minus leave-one-out, pairs', withBaseline({ kind: 'leave-one-out' }), { group: 2 }],
    ['minus leave-one-out, threes', withBaseline({ kind: 'leave-one-out' }), { group: 3 }],
    [
      'minus a seat average of earlier batches',
      withBaseline({ kind: 'seat-average', decay: 0.8 }),
      { group: 2, memory: { ...EMPTY_MEMORY, seatAverages: [0.7, 9] } },
    ],
    [
      'minus the linear baseline of earlier batches',
      withBaseline({ kind: 'linear' }),
      { group: 2, memory: { ...EMPTY_MEMORY, linear: linearMemory() } },
    ],
    ['minus any value of the state', withBaseline({ kind: 'value-head' }), { group: 1, value: (turn) => 3 - 2 * turn }],
    ['generalised advantages, λ = 1, any values', gae(1), { group: 1, value: (turn) => 3 - 2 * turn }],
    ['generalised advantages, λ = 0.5, the true values', gae(0.5), { group: 1, value: exactValue }],
    ['contrastive pairs without KL', { ...copg, klWeight: 0 }, { group: 2 }],
    ['sets of one', { ...reinforce, credit: { kind: 'set', size: 1 } }, { group: 3 }],
  ];
  test.each(unbiased)('%s', (_, objective, trial) => {
    expect(largestDifference(expectedAscent(objective, trial), truth)).toBeLessThan(1e-8);
  });

  test('leave-one-out of a group of one is silent', () => {
    const ascent = expectedAscent(withBaseline({ kind: 'leave-one-out' }), { group: 1 });
    expect([...ascent.values()].flat().every((value) => value === 0)).toBe(true);
  });

  test('the group mean, itself included, gives (G − 1)/G of it', () => {
    const ascent = expectedAscent(withBaseline({ kind: 'group-mean' }), { group: 3 });
    expect(largestDifference(ascent, truth, 2 / 3)).toBeLessThan(1e-8);
  });

  test('with a discount it is that of the discounted return, up to the weight of later turns', () => {
    // Discounting the reward-to-go but not the turn (as everybody does) has the gradient of a surrogate; without a
    // second turn's weight it is exact in the first turn.
    const discounted = trueGradient(policy, (changed) =>
      expectedWorth(changed, ({ turns }) => turns.reduce((sum, { reward }, turn) => sum + 0.5 ** turn * reward, 0)),
    );
    const ascent = expectedAscent(reinforce, { group: 1, discount: 0.5 });
    for (const state of ['0', '0/said']) {
      expect(largestDifference(new Map([[state, ascent.get(state) ?? []]]), discounted)).toBeLessThan(1e-8);
    }
    const later = new Map([['1', ascent.get('1') ?? []]]);
    expect(
      largestDifference(later, new Map([['1', (discounted.get('1') ?? []).map((value) => 2 * value)]])),
    ).toBeLessThan(1e-8);
  });

  test('RLOO with k1 in the reward is the gradient of the return minus the trajectory’s KL', () => {
    const coefficient = 0.3;
    const objective: Objective = {
      ...rloo,
      regularisers: [{ kind: 'kl-in-reward', estimator: 'k1', coefficient, controller: null }],
    };
    const regularised = (changed: TabularPolicy) =>
      expectedWorth(changed, (episode) => {
        const kl = wordsOf(episode).reduce((sum, word) => sum + changed.logProb(word) - base.logProb(word), 0);
        return totalReward(episode) - coefficient * kl;
      });
    const ascent = expectedAscent(objective, { group: 2 });
    expect(largestDifference(ascent, trueGradient(policy, regularised))).toBeLessThan(1e-8);
    const perToken = composed({ regularisers: objective.regularisers }); // the same with reward-to-go, token by token
    expect(largestDifference(expectedAscent(perToken, { group: 1 }), trueGradient(policy, regularised))).toBeLessThan(
      1e-8,
    );
  });

  test('contrastive pairs with KL have the same gradient', () => {
    const regularised = (changed: TabularPolicy) =>
      expectedWorth(changed, (episode) => {
        const kl = wordsOf(episode).reduce((sum, word) => sum + changed.logProb(word) - base.logProb(word), 0);
        return totalReward(episode) - 0.3 * kl;
      });
    const ascent = expectedAscent({ ...copg, klWeight: 0.3 }, { group: 2 });
    expect(largestDifference(ascent, trueGradient(policy, regularised))).toBeLessThan(1e-8);
  });

  test('sequence ratios as products correct for episodes of another policy', () => {
    const objective = composed({
      credit: { ...reinforceCredit(), signal: 'episode-return' },
      likelihood: {
        kind: 'ratio',
        unit: { kind: 'sequence', isLengthNormalised: false },
        stabiliser: { kind: 'none' },
        staleness: { kind: 'none' },
        rejection: null,
      },
    });
    expect(largestDifference(expectedAscent(objective, { group: 1, sampler: base }), truth)).toBeLessThan(1e-8);
    // Without the ratio it is another gradient, so the test can fail.
    expect(largestDifference(expectedAscent(reinforce, { group: 1, sampler: base }), truth)).toBeGreaterThan(0.01);
  });

  test('sets of two out of three: the gradient of what a pair of episodes is worth', () => {
    const kindOf = (episode: ToyEpisode) => `${episode.turns.length}`;
    const objective: Objective = { ...reinforce, credit: { kind: 'set', size: 2 } };
    const ascent = expectedAscent(objective, {
      group: 3,
      change: (trajectory) => ({ ...trajectory, kind: `${trajectory.turns.length}` }),
    });
    const worth = (changed: TabularPolicy) => {
      const episodes = toyEpisodes(changed);
      let sum = 0;
      for (const one of episodes) {
        for (const other of episodes) {
          const diversity = kindOf(one) === kindOf(other) ? 0.5 : 1;
          sum += (one.probability * other.probability * diversity * (totalReward(one) + totalReward(other))) / 2;
        }
      }
      return sum;
    };
    expect(largestDifference(ascent, trueGradient(policy, worth))).toBeLessThan(1e-8);
  });

  test('strategies branched from one state: the gradient from there on, with the shared turn masked', () => {
    // Every episode goes on after the first turn; only the second turn is trained.
    const goesOn = (turns: ToyEpisode['turns']) => turns.length > 1;
    const conditional = (changed: TabularPolicy) => {
      const reached = toyEpisodes(changed).filter(({ turns }) => goesOn(turns));
      const total = reached.reduce((sum, { probability }) => sum + probability, 0);
      return reached.reduce((sum, { probability, turns }) => sum + (probability / total) * (turns[1]?.reward ?? 0), 0);
    };
    const ascent = new Map([...policy.logits].map(([state, logits]) => [state, logits.map(() => 0)]));
    const branches = toyEpisodes(policy).filter(({ turns }) => goesOn(turns));
    const total = branches.reduce((sum, { probability }) => sum + probability, 0);
    const objective = withBaseline({ kind: 'leave-one-out' });
    forEachGroup(
      branches.map((branch) => ({ ...branch, probability: branch.probability / total })),
      2,
      (members, probability) => {
        const batch = members.map((episode) => {
          const branch = { turns: episode.turns.slice(1) };
          return trajectoryOf(branch, policy, base, { group: 'e@1/0' });
        });
        const words = members.flatMap((episode) => wordsOf({ turns: episode.turns.slice(1) }));
        const plan = planBatch(objective, batch, { discount: 1, progress: 0, tokenLimit: 4, memory: EMPTY_MEMORY });
        const loss = lossOfPart(plan, [0, 1], policy.statistics(words, base));
        for (const [state, slopes] of policy.gradient(words, base, loss)) {
          const own = ascent.get(state) ?? [];
          slopes.forEach((slope, index) => (own[index] = (own[index] ?? 0) - probability * slope));
        }
      },
    );
    const expected = trueGradient(policy, conditional);
    for (const state of ['1', '1/said']) {
      expect(largestDifference(new Map([[state, ascent.get(state) ?? []]]), expected)).toBeLessThan(1e-8);
    }
  });
});

describe('what is known to be biased is', () => {
  test('a baseline per turn number: refused, and its estimate has another mean', () => {
    const objective = withBaseline({ kind: 'turn-index-mean' });
    expect(() => expectedAscent(objective, { group: 2 })).toThrow('turn number');
    // What it would have done, by hand: reward-to-go minus the mean of those who got as far, in groups of two.
    const ascent = new Map([...policy.logits].map(([state, logits]) => [state, logits.map(() => 0)]));
    forEachGroup(toyEpisodes(policy), 2, (members, probability) => {
      const batch = members.map((episode) => trajectoryOf(episode, policy, base));
      const returns = batch.map(({ turns }) =>
        turns.map((_, turn) => turns.slice(turn).reduce((sum, { reward }) => sum + reward, 0)),
      );
      const baseline = baselineValues(
        { kind: 'turn-index-mean' },
        {
          batch,
          returns,
          rewards: returns,
          tokenRewards: null,
          takesPart: [true, true],
          discount: 1,
          memory: EMPTY_MEMORY,
        },
      );
      members.forEach((episode, index) =>
        episode.turns.forEach(({ words }, turn) => {
          const advantage = (returns[index]?.[turn] ?? 0) - (baseline[index]?.[turn] ?? 0);
          for (const { state, word } of words) {
            const own = ascent.get(state) ?? [];
            const probabilities = policy
              .logitsAt(state)
              .map((_, other) => Math.exp(policy.logProb({ state, word: other })));
            probabilities.forEach((chance, other) => {
              own[other] = (own[other] ?? 0) + (probability * advantage * ((other === word ? 1 : 0) - chance)) / 2;
            });
          }
        }),
      );
    });
    expect(largestDifference(ascent, truth)).toBeGreaterThan(0.02);
    expect(largestDifference(ascent, truth, 0.5)).toBeGreaterThan(0.02); // the scale of a group mean does not explain it
  });

  test('dividing by the length of a trajectory: another direction, which a constant divisor has not', () => {
    const cosine = (objective: Objective) => {
      const ascent = [...expectedAscent(objective, { group: 1 })].flatMap(([, slopes]) => slopes);
      const exact = [...truth].flatMap(([, slopes]) => slopes);
      const dot = (a: readonly number[], b: readonly number[]) =>
        a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
      return dot(ascent, exact) / Math.sqrt(dot(ascent, ascent) * dot(exact, exact));
    };
    expect(cosine(composed({ aggregation: 'constant' }))).toBeCloseTo(1, 9);
    expect(cosine(composed({ aggregation: 'sequence-mean' }))).toBeLessThan(0.99);
  });

  test('values that are not the policy’s, with λ below 1', () => {
    const ascent = expectedAscent(gae(0.5), { group: 1, value: (turn) => 5 * turn });
    expect(largestDifference(ascent, truth)).toBeGreaterThan(0.01);
  });
});

function reinforceCredit() {
  return {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: { kind: 'none' },
    scale: { kind: 'none' },
    adjustments: [],
  } as const satisfies Credit;
}

function gae(lambda: number): PolicyGradientObjective {
  return composed({
    credit: { kind: 'gae', lambda, values: 'head', afterCutOff: 'nothing', scale: { kind: 'none' } },
    data: PLAIN_DATA,
  });
}

/** Any coefficients do: what matters is that they do not depend on the batch. */
function linearMemory(): number[] {
  return Array.from({ length: 73 }, (_, index) => {
    const [row, column] = [Math.floor((index - 1) / 8), (index - 1) % 8];
    if (index === 0) return 10;
    return index <= 64 ? (row === column ? 5 : 0.1) : 1 + 0.3 * (index - 65);
  });
}
