import { describe, expect, test } from 'vitest';
import { learnEntropies, outsideBand, phaseWeight } from './entropyBand.ts';
import { nextEntropyCoefficient, regulatingTemperature } from './entropyTarget.ts';
import { nextKlCoefficient } from './klController.ts';
import { klEstimate, ratioWeighted } from './klEstimate.ts';
import { outcomeWeights } from './outcomeWeights.ts';

test('KL estimators by hand: x = log 2', () => {
  const at = (name: 'k1' | 'k2' | 'k3') => klEstimate(name, -1 - Math.LN2, -1);
  expect(at('k1')).toEqual({ value: expect.closeTo(-Math.LN2, 12), slope: 1 });
  expect(at('k2')).toEqual({ value: expect.closeTo(Math.LN2 ** 2 / 2, 12), slope: expect.closeTo(-Math.LN2, 12) });
  expect(at('k3')).toEqual({ value: expect.closeTo(1 - Math.LN2, 12), slope: expect.closeTo(-1, 12) });
  expect(ratioWeighted({ value: 3, slope: 1 }, 2)).toEqual({ value: 6, slope: 8 });
  for (const name of ['k1', 'k2', 'k3'] as const) expect(klEstimate(name, -2, -2).value).toBeCloseTo(0, 15);
});

describe('the KL controller', () => {
  const rule = { target: 6, horizon: 100 };
  test('raises the weight above the target and lowers it below, by at most a fifth per horizon', () => {
    expect(nextKlCoefficient(0.2, 6, rule, 50)).toBe(0.2);
    expect(nextKlCoefficient(0.2, 6.6, rule, 50)).toBeCloseTo(0.2 * 1.05, 12);
    expect(nextKlCoefficient(0.2, 600, rule, 50)).toBeCloseTo(0.2 * 1.1, 12);
    expect(nextKlCoefficient(0.2, 0, rule, 50)).toBeCloseTo(0.2 * 0.9, 12);
  });
});

test('the entropy coefficient climbs below the target, falls above it, and stays in its range', () => {
  const rule = { target: 1, rate: 0.1, maximum: 0.5 };
  expect(nextEntropyCoefficient(0.2, 0.5, rule)).toBeCloseTo(0.25, 12);
  expect(nextEntropyCoefficient(0.2, 1.5, rule)).toBeCloseTo(0.15, 12);
  expect(nextEntropyCoefficient(0.02, 9, rule)).toBe(0);
  expect(nextEntropyCoefficient(0.49, 0, rule)).toBe(0.5);
  const temperature = { targetEntropy: 0.75, below: 1.2, above: 0.8 };
  expect([regulatingTemperature(0.5, temperature), regulatingTemperature(0.75, temperature)]).toEqual([1.2, 0.8]);
});

describe('the entropy band', () => {
  const band = { low: 0.5, high: 1.5 };
  test('is a hinge whose gradient points back into the band', () => {
    expect(outsideBand(2, 1, band)).toEqual({ value: 0.5, slope: 1 }); // too high: descending lowers it
    expect(outsideBand(0.25, 1, band)).toEqual({ value: 0.25, slope: -1 });
    expect(outsideBand(1, 1, band)).toEqual({ value: 0, slope: 0 });
  });
  test('its middle is the plain mean over updates, per own-turn number', () => {
    const first = learnEntropies([], [2, 1]);
    expect(first).toEqual([{ mean: 2, updates: 1 }, { mean: 1, updates: 1 }]); // prettier-ignore
    expect(learnEntropies(first, [4, null, 3])).toEqual([{ mean: 3, updates: 2 }, { mean: 1, updates: 1 }, { mean: 3, updates: 1 }]); // prettier-ignore
  });
  test('its weight falls slowly, then fast', () => {
    expect(phaseWeight(0)).toBe(1);
    expect(phaseWeight(0.49)).toBeGreaterThan(0.8);
    expect(phaseWeight(0.5)).toBeCloseTo(0.8, 12);
    expect(phaseWeight(1)).toBeCloseTo(0.8 * Math.exp(-3), 12);
  });
});

test('outcome weights have mean 1 and favour what went well', () => {
  const weights = outcomeWeights([0, 1], 1);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(2, 12);
  expect((weights[1] ?? NaN) / (weights[0] ?? NaN)).toBeCloseTo(Math.E, 12);
  expect(outcomeWeights([0.2, 0.9], 0)).toEqual([1, 1]);
});
