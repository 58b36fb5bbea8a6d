import { describe, expect, test } from 'vitest';
import { contrastiveLoss } from './contrastivePairs.ts';
import { guidedSurrogate } from './guidedLikelihood.ts';
import { logRatios, oldLogProbs, stalenessFactor } from './importanceRatio.ts';

describe('log ratios', () => {
  const now = [-1, -2, -3, -4];
  const old = [-2, -2, -1, -4.5];
  const turns = [0, 0, 1, 1];
  const all = [1, 1, 1, 1];
  test('of tokens, turns and sequences, as sums and as means', () => {
    expect(logRatios({ kind: 'token' }, now, old, turns, all)).toEqual([1, 0, -2, 0.5]);
    expect(logRatios({ kind: 'turn', isLengthNormalised: false }, now, old, turns, all)).toEqual([1, 1, -1.5, -1.5]);
    expect(logRatios({ kind: 'turn', isLengthNormalised: true }, now, old, turns, all)).toEqual([
      0.5, 0.5, -0.75, -0.75,
    ]);
    expect(logRatios({ kind: 'sequence', isLengthNormalised: true }, now, old, turns, all)).toEqual(
      new Array(4).fill(-0.125),
    );
  });
  test('tokens that are not trained on have no part in a unit', () => {
    expect(logRatios({ kind: 'sequence', isLengthNormalised: true }, now, old, turns, [1, 0, 0, 1])).toEqual(
      new Array(4).fill(0.75),
    );
  });
});

test('stale data: a bounded factor, or none of what is too far', () => {
  const near = [-1, -1.1] as const;
  const far = [-1, -3] as const;
  expect(stalenessFactor({ kind: 'none' }, ...far)).toBe(1);
  expect(stalenessFactor({ kind: 'truncate', limit: 2 }, ...near)).toBeCloseTo(Math.exp(0.1), 12);
  expect(stalenessFactor({ kind: 'truncate', limit: 2 }, ...far)).toBe(2);
  expect(stalenessFactor({ kind: 'mask', low: 0.5, high: 2 }, ...near)).toBeCloseTo(Math.exp(0.1), 12);
  expect(stalenessFactor({ kind: 'mask', low: 0.5, high: 2 }, ...far)).toBe(0);
  const tokens = { logProbs: [-3], proximalLogProbs: [-1] };
  const ratio = { kind: 'ratio', unit: { kind: 'token' }, stabiliser: { kind: 'none' }, rejection: null } as const;
  expect(oldLogProbs({ ...ratio, staleness: { kind: 'none' } }, tokens)).toEqual([-3]);
  expect(oldLogProbs({ ...ratio, staleness: { kind: 'truncate', limit: 2 } }, tokens)).toEqual([-1]);
});

test('shaped likelihoods keep a gradient for what the policy finds unlikely', () => {
  const rule = { kind: 'shaped-probability', softening: 0.1 } as const;
  const unlikely = guidedSurrogate(rule, Math.log(0.01), 0, 1);
  expect(unlikely.value).toBeCloseTo(0.01 / 0.11, 12);
  expect(unlikely.slope).toBeCloseTo(0.001 / 0.0121, 12);
  const likely = guidedSurrogate(rule, Math.log(0.9), 0, 1);
  expect(likely.slope).toBeLessThan(0.1); // already there
  expect(unlikely.slope / 0.01).toBeGreaterThan(8); // the plain probability would have a slope of 0.01
  const ratio = guidedSurrogate({ kind: 'shaped-ratio', softening: 0.1 }, -1, -1, -2);
  expect(ratio.value).toBeCloseTo(-2 / 1.1, 12);
});

describe('contrastive pairs', () => {
  test('the loss of a pair is half each member’s, and its slope is the whole one', () => {
    const one = { earned: 3, logRatio: 0.5 };
    const other = { earned: 1, logRatio: -0.5 };
    // −Δr·Δℓ + ½β·Δℓ² = −2 + 0.2 with β = 0.4; d/dℓ = −(2 − 0.4).
    const [left, right] = [contrastiveLoss(one, [other], 0.4), contrastiveLoss(other, [one], 0.4)];
    expect(left.loss + right.loss).toBeCloseTo(-1.8, 12);
    expect(left.slope).toBeCloseTo(-1.6, 12);
    expect(right.slope).toBeCloseTo(1.6, 12);
  });
  test('a mean over pairs; alone there is nothing', () => {
    const own = { earned: 3, logRatio: 0 };
    const others = [{ earned: 1, logRatio: 0 }, { earned: 0, logRatio: 0 }]; // prettier-ignore
    expect(contrastiveLoss(own, others, 1).slope).toBe(-2.5);
    expect(contrastiveLoss(own, [], 1)).toEqual({ loss: 0, slope: 0 });
  });
});
