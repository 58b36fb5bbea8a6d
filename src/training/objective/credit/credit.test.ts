import { describe, expect, test } from 'vitest';
import { generalisedAdvantages } from './gae.ts';
import { groupMeans, spreadByGroup, spreadOf } from './groupStatistics.ts';
import { sharpenedByNovelty } from './novelty.ts';
import { bundlesOf, empiricalQuantile, riskAdvantage, trackQuantile } from './quantileRisk.ts';
import { returnsToGo } from './returns.ts';
import { byLargest, byRootMeanSquare, bySpread, byWhitening, type Affine } from './scales.ts';
import { learnSeatAverages } from './seatAverage.ts';
import { binomial, setAdvantages, setScore } from './setAdvantages.ts';
import { attributeSharedTurns, ownerOf } from './sharedTurns.ts';
import { tokenReturns, turnSums } from './tokenReturns.ts';
import { valueLoss } from './valueLoss.ts';

describe('token returns', () => {
  test('without token rewards every token has its turn’s return', () => {
    expect(tokenReturns([5, 3], [2, 1], null)).toEqual([5, 5, 3]);
  });

  test('with them a token is worth what it and what follows earn: what was paid before it in the turn is gone', () => {
    // Turn 0 pays −1, −2 for its tokens and 10 at its end, turn 1 pays −4 and 6; discount 1/2 per turn.
    const tokenRewards = [-1, -2, -4];
    const rewards = [10, 6].map((reward, turn) => reward + (turnSums([2, 1], tokenRewards)[turn] ?? 0));
    const returns = returnsToGo(rewards, 0.5);
    expect(returns).toEqual([8, 2]); // 10 − 3 + 2/2, 6 − 4
    expect(tokenReturns(returns, [2, 1], tokenRewards)).toEqual([8, 9, 2]); // −2 + 10 + 1 from the second token on
  });

  test('turns without tokens are no trouble', () => {
    expect(turnSums([0, 2], [1, 2])).toEqual([0, 3]);
    expect(tokenReturns([7, 3], [0, 2], [1, 2])).toEqual([3, 2]);
  });
});

describe('group statistics', () => {
  test('mean and sample standard deviation, by hand', () => {
    expect(spreadOf([2, 4, 6])).toEqual({ count: 3, mean: 4, standardDeviation: 2 });
    expect(spreadOf([5])).toEqual({ count: 1, mean: 5, standardDeviation: 0 });
    expect(spreadOf([])).toEqual({ count: 0, mean: 0, standardDeviation: 0 });
  });

  test('are per group, and members without a value count for nothing', () => {
    const spreads = spreadByGroup(['a', 'b', 'a', 'b'], [1, 10, 3, null]);
    expect(spreads.get('a')).toMatchObject({ count: 2, mean: 2 });
    expect(spreads.get('b')).toMatchObject({ count: 1, mean: 10 });
    expect(groupMeans(['a', 'b', 'a', 'b'], [1, 10, 3, null])).toEqual([2, null, 2, null]);
  });
});

describe('seat averages', () => {
  test('start at the first mean and then move by 1 − decay', () => {
    const first = learnSeatAverages([null, null], [{ seat: 0, value: 2 }, { seat: 0, value: 4 }], 0.8); // prettier-ignore
    expect(first).toEqual([3, null]);
    const second = learnSeatAverages(first, [{ seat: 0, value: 8 }, { seat: 1, value: 1 }], 0.75); // prettier-ignore
    expect(second).toEqual([0.75 * 3 + 0.25 * 8, 1]);
    expect(learnSeatAverages(second, [], 0.75)).toEqual(second);
  });
});

describe('generalised advantages', () => {
  const rewards = [1, 2, 4];
  const values = [3, 5, 7];

  test('λ = 0 is the difference to the next value, λ = 1 the return minus the value', () => {
    const options = { discount: 0.5, valueAfterLast: 0 };
    expect(generalisedAdvantages(rewards, values, { ...options, lambda: 0 })).toEqual([0.5, 0.5, -3]);
    const returns = returnsToGo(rewards, 0.5);
    expect(generalisedAdvantages(rewards, values, { ...options, lambda: 1 })).toEqual(
      returns.map((value, turn) => value - (values[turn] ?? NaN)),
    );
  });

  test('after a cut-off the last value can go on: what followed is not taken for nothing', () => {
    const options = { discount: 1, lambda: 1 };
    const ended = generalisedAdvantages(rewards, values, { ...options, valueAfterLast: 0 });
    const open = generalisedAdvantages(rewards, values, { ...options, valueAfterLast: 7 });
    expect(open.map((value, turn) => value - (ended[turn] ?? NaN))).toEqual([7, 7, 7]);
  });

  test('no turns, no advantages; one value per turn', () => {
    expect(generalisedAdvantages([], [], { discount: 1, lambda: 1, valueAfterLast: 0 })).toEqual([]);
    expect(() => generalisedAdvantages([1], [], { discount: 1, lambda: 1, valueAfterLast: 0 })).toThrow(RangeError);
  });
});

describe('the value loss', () => {
  test('is half the mean squared error; unknown targets count for nothing', () => {
    const { loss, gradient } = valueLoss([1, 5, 3], [1, 5, 3], [3, null, 3], null, 2);
    expect(loss).toBe(1);
    expect([...gradient]).toEqual([-1, 0, 0]);
  });

  test('does not follow a prediction out of the clip range on the far side', () => {
    const { gradient, clippedShare } = valueLoss([2], [1], [0], 0.5, 1);
    expect([...gradient]).toEqual([2]); // (2 − 0)² is the larger error: kept
    expect(clippedShare).toBe(0);
    const far = valueLoss([2], [1], [3], 0.5, 1); // bounded to 1.5, further from 3 than 2 is
    expect([...far.gradient]).toEqual([0]);
    expect(far.clippedShare).toBe(1);
  });
});

describe('scales', () => {
  const apply = ({ shift, divisor }: Affine, values: readonly number[]) =>
    values.map((value) => (value - shift) / divisor);

  test('by hand', () => {
    expect(apply(byLargest([-4, 2]), [-4, 2])).toEqual([-1, 0.5]);
    const [small = NaN, large = NaN] = apply(byRootMeanSquare([1, 7]), [1, 7]);
    expect([small, large].map((value) => value * 5)).toEqual([expect.closeTo(1, 4), expect.closeTo(7, 4)]);
    const white = apply(byWhitening([2, 4, 6]), [2, 4, 6]);
    expect(white).toEqual([expect.closeTo(-1, 5), expect.closeTo(0, 12), expect.closeTo(1, 5)]);
    expect(apply(bySpread([2, 4, 6]), [3])).toEqual([expect.closeTo(1.5, 5)]);
  });

  test('values that are all alike stay finite, and nothing stays nothing', () => {
    for (const scale of [byLargest, byRootMeanSquare, byWhitening, bySpread]) {
      expect(apply(scale([0, 0]), [0])).toEqual([0]);
      expect(Number.isFinite(apply(scale([3, 3]), [3])[0])).toBe(true);
      expect(apply(scale([]), [])).toEqual([]);
    }
    expect(apply(byRootMeanSquare([3]), [3])[0]).toBeCloseTo(1, 5);
  });

  /** Computed with the arithmetic of the authors' preprocessing, discount 0.99. */
  const GOLDEN = [
    { name: 'A', rewards: [0, 1, 0, 1, 0.8], advantages: [0.99, 1, 0.643636, 0.650138, 0.29024] },
    { name: 'B', rewards: [0, 0, 0, 0, 0.1], advantages: [0.960596, 0.970299, 0.9801, 0.99, 1] },
    { name: 'C', rewards: [0, 0, 0, 0, 1], advantages: [0.960596, 0.970299, 0.9801, 0.99, 1] },
    { name: 'E', rewards: [0, 0, 0, 0, 0], advantages: [0, 0, 0, 0, 0] },
    { name: 'F', rewards: [1, 0, 1, 0.667], advantages: [1, 0.625636, 0.631955, 0.253874] },
  ];
  test.each(GOLDEN)('by the largest of the trajectory: golden vector $name of EPO', ({ rewards, advantages }) => {
    const returns = returnsToGo(rewards, 0.99);
    const computed = apply(byLargest(returns), returns);
    expect(computed).toHaveLength(advantages.length);
    computed.forEach((value, turn) => expect(value).toBeCloseTo(advantages[turn] ?? NaN, 6));
  });

  test('by the largest of the trajectory: one point and ten points train alike, the scale of the episode is lost', () => {
    const [poor, rich] = [[0.099, 0.1], [0.99, 1]].map((returns) => apply(byLargest(returns), returns)); // prettier-ignore
    poor?.forEach((value, turn) => expect(value).toBeCloseTo(rich?.[turn] ?? NaN, 12));
  });
});

describe('novelty', () => {
  const rule = { weight: 2, cap: 0.5 };
  test('raises what was good and unlikelier than its group, up to the cap', () => {
    const slightly = sharpenedByNovelty(4, Math.log(0.5), Math.log(0.55), rule); // η = 1.1
    expect(slightly).toBeCloseTo(4 + 2 * 0.1, 12);
    expect(sharpenedByNovelty(4, -3, -1, rule)).toBe(6);
  });
  test('leaves what was bad, or likelier than its group', () => {
    expect(sharpenedByNovelty(-4, -3, -1, rule)).toBe(-4);
    expect(sharpenedByNovelty(4, -1, -3, rule)).toBe(4);
    expect(sharpenedByNovelty(0, -3, -1, rule)).toBe(0);
  });
});

describe('shared turns', () => {
  const fork = (parent: number, sharedTurns: number) => ({ fork: { parent, sharedTurns } });
  test('get the mean of the branches, own turns keep their advantage', () => {
    const batch = [{ fork: null }, fork(0, 1), fork(1, 2), { fork: null }];
    expect(attributeSharedTurns(batch, [[3, 3], [6, 6, 6], [9, 9, 9], [1]])).toEqual([
      [6, 3], // turn 0 belongs to three branches
      [6, 7.5, 6], // turn 1 of the first branch is shared by the second, which forked later
      [6, 7.5, 9],
      [1],
    ]);
    expect([0, 1, 2].map((turn) => ownerOf(batch, 2, turn))).toEqual([0, 1, 2]);
  });
});

describe('quantile risk', () => {
  const levels = { lowerLevel: 0.2, upperLevel: 0.9, tailWeight: 1.5 };
  test('by hand: below, between and above the quantiles', () => {
    expect(riskAdvantage(1, [2, 4], levels)).toBeCloseTo((1.5 * (-1 / 0.2) - 2 / 0.7) / 2.5, 12);
    expect(riskAdvantage(3, [2, 4], levels)).toBeCloseTo((1 - 2) / 0.7 / 2.5, 12);
    expect(riskAdvantage(9, [2, 4], levels)).toBe(0);
  });
  test('tracking settles where the share of smaller scores is the level', () => {
    expect(trackQuantile(5, 0.3, [1, 9], 0.1)).toBeCloseTo(5 + 0.1 * (0.3 - 0.5), 12);
    expect(trackQuantile(5, 0.5, [1, 9], 0.1)).toBe(5);
  });
  test('empirical quantiles interpolate', () => {
    expect([0, 0.5, 0.75, 1].map((level) => empiricalQuantile([4, 1, 3], level))).toEqual([1, 3, 3.5, 4]);
  });
  test('bundles take one dialogue from each of several scenarios, every dialogue once', () => {
    expect(bundlesOf([[0, 1], [2, 3, 4], [5]], 2)).toEqual([[0, 2], [1, 3], [4], [5]]); // prettier-ignore
  });
});

describe('sets', () => {
  const member = (earned: number, kind: string | null) => ({ earned, kind });
  test('are worth their mean times the share of distinct kinds; unknown kinds are unlike all', () => {
    expect(setScore([member(1, 'a'), member(3, 'a')])).toBe(1);
    expect(setScore([member(1, 'a'), member(3, 'b')])).toBe(2);
    expect(setScore([member(1, null), member(3, null)])).toBe(2);
  });
  test('a rare kind gains, the one that everybody has loses', () => {
    const [usual = NaN, , rare = NaN] = setAdvantages([member(1, 'a'), member(1, 'a'), member(1, 'b')], 2);
    // Pairs: aa ½, ab 1, ab 1. With the rare one 1, without it ½; with a usual one ¾, without it 1.
    expect(rare).toBeCloseTo(2 * (1 - 0.5), 12);
    expect(usual).toBeCloseTo(2 * (0.75 - 1), 12);
  });
  test('a group no larger than a set is silent, and too many sets are refused', () => {
    expect(setAdvantages([member(1, 'a'), member(2, 'b')], 2)).toEqual([0, 0]);
    expect(() => setAdvantages(new Array(40).fill(member(1, 'a')), 8)).toThrow('more than 20000');
    expect([binomial(5, 2), binomial(4, 0), binomial(3, 5)]).toEqual([10, 1, 0]);
  });
});
