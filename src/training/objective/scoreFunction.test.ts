import { expect, test } from 'vitest';
import { klTokenWeight, paperTokenWeights, turnTokenWeights } from './scoreFunction.ts';
import { paperAdvantages } from './paperAdvantage.ts';
import { returnsToGo } from './returns.ts';

test('per turn: every token of a turn weighs the same, divided by the turns of the whole batch', () => {
  const turns = [
    { advantage: 2, tokenCount: 3 },
    { advantage: -1, tokenCount: 1 },
  ];
  expect(turnTokenWeights(turns, 4)).toEqual([-0.5, -0.5, -0.5, 0.25]);
});

test('paper: a mean over tokens, over turns, over trajectories', () => {
  const turns = [
    { advantage: 1, tokenCount: 2 },
    { advantage: 0.5, tokenCount: 1 },
  ];
  expect(paperTokenWeights(turns, 1)).toEqual([-0.25, -0.25, -0.25]);
  expect(paperTokenWeights(turns, 2)).toEqual([-0.125, -0.125, -0.125]);
});

test('the loss of golden vector A is that of the authors’ trainer', () => {
  const tokenLogProbs = [[-1, -2], [-0.5], [-0.2, -0.4, -0.6], [-1.5], [-0.1, -0.3]];
  const advantages = paperAdvantages(returnsToGo([0, 1, 0, 1, 0.8], 0.99));
  const turns = tokenLogProbs.map((tokens, turn) => ({
    advantage: advantages[turn] ?? NaN,
    tokenCount: tokens.length,
  }));
  const weights = paperTokenWeights(turns, 1);
  const loss = tokenLogProbs.flat().reduce((sum, logProb, token) => sum + logProb * (weights[token] ?? NaN), 0);
  expect(loss).toBeCloseTo(0.6551418136, 9);
});

test('the KL penalty of a batch is its sum over tokens per turn', () => {
  expect(klTokenWeight(0.1, 50)).toBeCloseTo(0.002, 15);
  expect(klTokenWeight(0, 50)).toBe(0);
});
