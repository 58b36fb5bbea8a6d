import { expect, test } from 'vitest';
import { tokenWeights, trainedPerTurn } from './aggregation.ts';

/** Two trajectories: turns of 1 and 3 tokens, and one of 2; a third has none, nor has a turn of the first. */
const counts = [[1, 0, 3], [2], [0]];

test('each aggregation by hand', () => {
  expect(tokenWeights('token-mean', counts, 10)).toEqual([[1 / 6, 0, 1 / 6], [1 / 6], [0]]);
  expect(tokenWeights('turn-mean', counts, 10)).toEqual([[1 / 4, 0, 1 / 12], [1 / 4], [0]]);
  expect(tokenWeights('turn-sum', counts, 10)).toEqual([[1 / 3, 0, 1 / 3], [1 / 3], [0]]);
  expect(tokenWeights('sequence-mean', counts, 10)).toEqual([[1 / 8, 0, 1 / 8], [1 / 4], [0]]);
  expect(tokenWeights('sequence-sum', counts, 10)).toEqual([[1 / 2, 0, 1 / 2], [1 / 2], [0]]);
  expect(tokenWeights('constant', counts, 10)).toEqual([[1 / 20, 0, 1 / 20], [1 / 20], [0]]);
});

test('means weigh 1 in all', () => {
  for (const aggregation of ['token-mean', 'turn-mean', 'sequence-mean'] as const) {
    const total = tokenWeights(aggregation, counts, 10)
      .flatMap((turns, row) => turns.map((weight, turn) => weight * (counts[row]?.[turn] ?? 0)))
      .reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(1, 12);
  }
});

test('the loss of golden vector A is that of EPO’s authors', () => {
  const logProbs = [[-1, -2], [-0.5], [-0.2, -0.4, -0.6], [-1.5], [-0.1, -0.3]];
  const advantages = [0.99, 1, 0.6436363636, 0.6501380952, 0.2902400868];
  const [weights] = tokenWeights('turn-mean', [logProbs.map((turn) => turn.length)], 10);
  const loss = logProbs
    .flatMap((turn, index) => turn.map((logProb) => -(weights?.[index] ?? NaN) * (advantages[index] ?? NaN) * logProb))
    .reduce((sum, value) => sum + value, 0);
  expect(loss).toBeCloseTo(0.6551418136, 6);
});

test('an empty batch has no weights', () => expect(tokenWeights('token-mean', [], 10)).toEqual([]));

test('trained tokens are counted turn by turn', () => {
  const turn = (tokenCount: number) => ({ reward: 0, tokenCount, situation: null, value: null, belief: null });
  const trajectory = { turns: [turn(2), turn(3)] };
  expect(trainedPerTurn([trajectory], [Uint8Array.of(1, 0, 1, 1, 1)])).toEqual([[1, 3]]);
});
