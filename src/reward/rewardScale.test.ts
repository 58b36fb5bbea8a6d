import { describe, expect, test } from 'vitest';
import { blendedRewards, scaledRewards } from './rewardScale.ts';
import type { TurnReward } from './turnRewards.ts';

const turn = (reward: number, isCritical = false): TurnReward => ({
  reward,
  rewardParts: [{ name: 'part', value: reward }],
  isCritical,
});
const valuesOf = (sides: readonly (readonly TurnReward[])[]) => sides.map((turns) => turns.map(({ reward }) => reward));

describe('the scale of turn rewards', () => {
  const sides = [[turn(1), turn(-4)], [turn(2)], [turn(0), turn(0)]];

  test.each([
    ['none', [[1, -4], [2], [0, 0]]],
    ['dialogue-max', [[0.25, -1], [1], [0, 0]]],
    ['batch-max', [[0.25, -1], [0.5], [0, 0]]],
    // √((1 + 16 + 4 + 0 + 0) / 5) = √4.2
    ['batch-rms', [[1 / Math.sqrt(4.2), -4 / Math.sqrt(4.2)], [2 / Math.sqrt(4.2)], [0, 0]]],
  ] as const)('%s', (normalisation, expected) => {
    const scaled = scaledRewards(sides, normalisation);
    valuesOf(scaled).forEach((turns, side) =>
      turns.forEach((value, index) => expect(value).toBeCloseTo(expected[side]?.[index] ?? NaN)),
    );
    for (const { reward, rewardParts } of scaled.flat()) expect(rewardParts[0]?.value).toBe(reward);
  });

  test('of a batch is read from those sides that are learned from', () => {
    expect(valuesOf(scaledRewards(sides, 'batch-max', [[turn(2)]]))).toEqual([[0.5, -2], [1], [0, 0]]);
  });
});

describe('a blend', () => {
  test('is the weighted sum of its parts, each of which stays visible', () => {
    const blended = blendedRewards([
      { weight: 2, rewards: [turn(1), turn(0.5, true)] },
      { weight: -0.5, rewards: [turn(4), turn(2)] },
    ]);
    expect(valuesOf([blended])).toEqual([[0, 0]]);
    expect(blended.map(({ rewardParts }) => rewardParts.map(({ value }) => value))).toEqual([
      [2, -2],
      [1, -1],
    ]);
    expect(blended.map(({ isCritical }) => isCritical)).toEqual([false, true]);
  });
});
