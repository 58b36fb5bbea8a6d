import { expect, test } from 'vitest';
import { RandomStream } from '../../../base/random.ts';
import { explainedVariance, featureVector, learnReturns, predictReturns, ridgeCoefficients } from './linearBaseline.ts';
import type { TurnFeatures } from './linearBaseline.ts';

const turn: TurnFeatures = { seat: 1, leaveOneOutMean: 0.4, offerValue: 6, proposalValue: 8, turnsLeft: 4 };

function randomTurns(count: number, seed = 1): TurnFeatures[] {
  const random = new RandomStream(seed, 'turns');
  return Array.from({ length: count }, () => ({
    seat: random.index(2) === 0 ? 0 : 1,
    leaveOneOutMean: random.uniform(),
    offerValue: random.index(3) === 0 ? null : random.index(11),
    proposalValue: random.index(3) === 0 ? null : random.index(11),
    turnsLeft: 1 + random.index(5),
  }));
}

test('the features of a turn, by hand', () => {
  const expected = [1, 0.4, 0.6, 1, 0.8, 0.8, 0.48, 1];
  featureVector(turn).forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? NaN, 12));
  expect(featureVector({ ...turn, seat: 0, offerValue: null, proposalValue: null })).toEqual([
    1, 0.4, 0, 0, 0, 0.8, 0, 0,
  ]);
});

test('before the first batch the leave-one-out mean is the prediction', () => {
  expect(predictReturns(null, [turn, { ...turn, leaveOneOutMean: 0.9 }])).toEqual([0.4, 0.9]);
});

test('one turn seen once: w = x · y / (|x|² + 0.1)', () => {
  const state = learnReturns(null, [turn], [2]);
  const x = featureVector(turn);
  const squaredLength = x.reduce((sum, value) => sum + value * value, 0);
  ridgeCoefficients(state).forEach((value, index) => {
    expect(value).toBeCloseTo(((x[index] ?? 0) * 2) / (squaredLength + 0.1), 12);
  });
});

test('a linear return is learnt from enough turns', () => {
  const turns = randomTurns(20_000);
  const truth = [0.2, 0.5, 0.3, -0.1, 0.05, 0.1, 0.4, -0.2];
  const returnOf = (features: TurnFeatures) =>
    featureVector(features).reduce((sum, value, index) => sum + value * (truth[index] ?? 0), 0);
  const state = learnReturns(null, turns, turns.map(returnOf));
  ridgeCoefficients(state).forEach((value, index) => expect(value).toBeCloseTo(truth[index] ?? NaN, 2));
  const fresh = randomTurns(200, 2);
  expect(explainedVariance(fresh.map(returnOf), predictReturns(state, fresh))).toBeGreaterThan(0.999);
});

test('old batches fade: the count is decayed and the state is what a checkpoint can hold', () => {
  const once = learnReturns(null, randomTurns(10), new Array<number>(10).fill(1));
  const twice = learnReturns(once, randomTurns(5), new Array<number>(5).fill(1));
  expect(once[0]).toBe(10);
  expect(twice[0]).toBeCloseTo(0.8 * 10 + 5, 12);
  expect(JSON.parse(JSON.stringify(twice))).toEqual(twice);
  expect(() => predictReturns([1, 2, 3], [turn])).toThrow(RangeError);
});

test('learning leaves the given state untouched and an empty batch only fades it', () => {
  const state = learnReturns(null, [turn], [1]);
  const copy = [...state];
  expect(learnReturns(state, [], [])).toEqual(copy.map((value) => 0.8 * value));
  expect(state).toEqual(copy);
});

test('explained variance is 1 for the truth, 0 for a constant, negative for worse', () => {
  expect(explainedVariance([1, 2, 3], [1, 2, 3])).toBe(1);
  expect(explainedVariance([1, 2, 3], [9, 9, 9])).toBe(0);
  expect(explainedVariance([1, 2, 3], [3, 2, 1])).toBe(-3); // residuals −2, 0, 2: variance 8/3 against 2/3
  expect(explainedVariance([2, 2], [0, 5])).toBe(0);
  expect(explainedVariance([], [])).toBe(0);
});
