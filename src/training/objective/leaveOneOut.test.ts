import { expect, test } from 'vitest';
import { leaveOneOutAdvantages, leaveOneOutMeans, zeroSpreadGroupShare } from './leaveOneOut.ts';
import { returnsToGo } from './returns.ts';

test('each member is compared with the mean of the others of its group', () => {
  const members = [
    { group: 'a/0', firstReturn: 1 },
    { group: 'a/1', firstReturn: 100 },
    { group: 'a/0', firstReturn: 4 },
    { group: 'a/0', firstReturn: 7 },
    { group: 'a/1', firstReturn: 50 },
  ];
  expect(leaveOneOutMeans(members)).toEqual([5.5, 50, 4, 2.5, 100]);
});

test('the order of the batch does not matter', () => {
  const members = [1, 4, 7, 9].map((firstReturn, index) => ({ group: `g${index % 2}`, firstReturn }));
  expect(leaveOneOutMeans(members.toReversed())).toEqual(leaveOneOutMeans(members).toReversed());
});

test('first-turn advantages of a group add up to nothing', () => {
  const returns = [1, 4, 7, 9];
  const means = leaveOneOutMeans(returns.map((firstReturn) => ({ group: 'a', firstReturn })));
  const sum = returns.reduce(
    (total, value, index) => total + (leaveOneOutAdvantages([value], means[index] ?? null)[0] ?? NaN),
    0,
  );
  expect(sum).toBeCloseTo(0, 12);
});

test('a group of one, or of one that spoke, teaches nothing', () => {
  expect(leaveOneOutMeans([{ group: 'a', firstReturn: 3 }])).toEqual([null]);
  expect(leaveOneOutAdvantages([3, 2], null)).toEqual([0, 0]);
  expect(leaveOneOutMeans([{ group: 'a', firstReturn: 3 }, { group: 'a', firstReturn: null }])).toEqual([null, 3]); // prettier-ignore
});

test('a group whose members all did alike has advantages of exactly 0', () => {
  const means = leaveOneOutMeans([0.5, 0.5, 0.5].map((firstReturn) => ({ group: 'a', firstReturn })));
  expect(means.map((mean) => leaveOneOutAdvantages([0.5], mean))).toEqual([[0], [0], [0]]);
});

test('flat groups are counted once each', () => {
  const points = (group: string, ...values: number[]) => values.map((value) => ({ group, points: value }));
  expect(
    zeroSpreadGroupShare([...points('a', 5, 5), ...points('b', 5, 6), ...points('c', 0, 0, 0), ...points('d', 1, 2)]),
  ).toBe(0.5);
  expect(zeroSpreadGroupShare([])).toBe(0);
});

/**
 * A decision problem that can be enumerated: at each of at most two turns the policy stops or goes on with one and the
 * same probability `p = sigmoid(θ)` of stopping. Stopping at turn 1 pays 1; stopping at turn 2 pays 1 + `late`; not
 * stopping at all pays 0. So the policy decides how long an episode is.
 */
interface ToyEpisode {
  readonly rewards: readonly number[];
  /** d log-prob / dθ of each turn's action: 1 − p for stopping, −p for going on. */
  readonly scores: readonly number[];
  readonly probability: number;
}

function toyEpisodes(p: number, late: number): ToyEpisode[] {
  return [
    { rewards: [1], scores: [1 - p], probability: p },
    { rewards: [0, 1 + late], scores: [-p, 1 - p], probability: (1 - p) * p },
    { rewards: [0, 0], scores: [-p, -p], probability: (1 - p) * (1 - p) },
  ];
}

/** dE[reward]/dθ with E = p + (1 − p) p (1 + late) and dp/dθ = p (1 − p). */
function toyGradient(p: number, late: number): number {
  return (1 + (1 - 2 * p) * (1 + late)) * p * (1 - p);
}

/** Expected gradient estimate over every pair of episodes, for advantages computed from the pair. */
function expectedEstimate(p: number, late: number, advantagesOf: (pair: readonly ToyEpisode[]) => number[][]): number {
  const episodes = toyEpisodes(p, late);
  let expected = 0;
  for (const first of episodes) {
    for (const second of episodes) {
      const pair = [first, second];
      const advantages = advantagesOf(pair);
      const estimates = pair.map(({ scores }, row) =>
        scores.reduce((sum, score, turn) => sum + score * (advantages[row]?.[turn] ?? 0), 0),
      );
      expected += (first.probability * second.probability * ((estimates[0] ?? 0) + (estimates[1] ?? 0))) / 2;
    }
  }
  return expected;
}

const toys = [
  [0.5, 0.5],
  [0.5, 1],
  [0.3, 0],
  [0.8, 2],
] as const;

test.each(toys)(
  'reward-to-go minus leave-one-out is the true gradient of a game of variable length (p %f, late %f)',
  (p, late) => {
    const estimate = expectedEstimate(p, late, (pair) => {
      const returns = pair.map(({ rewards }) => returnsToGo(rewards, 1));
      const means = leaveOneOutMeans(returns.map((values) => ({ group: 'toy', firstReturn: values[0] ?? null })));
      return returns.map((values, row) => leaveOneOutAdvantages(values, means[row] ?? null));
    });
    expect(estimate).toBeCloseTo(toyGradient(p, late), 12);
  },
);

test.each(toys)('centring each turn’s reward among those who got that far is not (p %f, late %f)', (p, late) => {
  const estimate = expectedEstimate(p, late, (pair) =>
    pair.map(({ rewards }) => {
      const centred = rewards.map((reward, turn) => {
        const peers = pair.flatMap((episode) => episode.rewards[turn] ?? []);
        return reward - peers.reduce((sum, value) => sum + value, 0) / peers.length;
      });
      return returnsToGo(centred, 1);
    }),
  );
  const truth = toyGradient(p, late);
  expect(Math.abs(estimate * 2 - truth)).toBeGreaterThan(0.05 * Math.abs(truth)); // × G/(G − 1) repairs its scale, not its bias
  expect(Math.abs(estimate - truth)).toBeGreaterThan(0.05 * Math.abs(truth));
});
