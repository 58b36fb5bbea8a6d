import { expect, test } from 'vitest';
import type { HostTensor, Weights } from './weights.ts';
import golden from '../../tests/fixtures/adamw.json' with { type: 'json' };
import { adamWStep, clipGlobalNorm, zeroMoments } from './adamW.ts';

const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 };
const row = (...values: number[]): HostTensor => ({ shape: [1, values.length], data: Float32Array.from(values) });
const weights = (tensors: Record<string, HostTensor>): Weights => new Map(Object.entries(tensors));
const valuesOf = (map: Weights, name: string) => [...(map.get(name)?.data ?? [])];

test('five steps of PyTorch’s AdamW with clipping', () => {
  const { maxGradientNorm, ...settings } = golden.settings;
  const named = (rows: readonly (readonly number[])[]) =>
    weights(Object.fromEntries(rows.map((values, index) => [`${index}`, row(...values)])));
  let parameters = named(golden.initial);
  let moments = zeroMoments(parameters);
  golden.steps.forEach((record, index) => {
    const { gradients, norm } = clipGlobalNorm(named(record.gradients), maxGradientNorm);
    expect(norm).toBeCloseTo(record.gradientNorm, 5);
    ({ parameters, moments } = adamWStep(parameters, gradients, moments, index + 1, settings));
    record.parametersAfter.forEach((values, name) =>
      values.forEach((value, element) => expect(valuesOf(parameters, `${name}`)[element]).toBeCloseTo(value, 5)),
    );
  });
});

test('the first step goes one learning rate against the sign of the gradient', () => {
  const parameters = weights({ w: row(1, 1, 1) });
  const { parameters: after } = adamWStep(
    parameters,
    weights({ w: row(5, -0.001, 0) }),
    zeroMoments(parameters),
    1,
    options,
  );
  [0.9, 1.1, 1].forEach((value, index) => expect(valuesOf(after, 'w')[index]).toBeCloseTo(value, 4));
});

test('decay shrinks matrices and leaves gains alone', () => {
  const parameters = weights({ matrix: row(2), gain: { shape: [1], data: Float32Array.of(2) } });
  const still = weights({ matrix: row(0), gain: { shape: [1], data: Float32Array.of(0) } });
  const { parameters: after } = adamWStep(parameters, still, zeroMoments(parameters), 1, {
    ...options,
    weightDecay: 0.5,
  });
  expect(valuesOf(after, 'matrix')[0]).toBeCloseTo(2 * (1 - 0.1 * 0.5), 6);
  expect(valuesOf(after, 'gain')).toEqual([2]);
});

test('a step leaves weights, gradients and moments as they were', () => {
  const parameters = weights({ w: row(1, 2) });
  const gradients = weights({ w: row(3, 4) });
  const moments = zeroMoments(parameters);
  const { moments: after } = adamWStep(parameters, gradients, moments, 1, options);
  clipGlobalNorm(gradients, 0.1);
  expect([valuesOf(parameters, 'w'), valuesOf(gradients, 'w')]).toEqual([[1, 2], [3, 4]]); // prettier-ignore
  expect([valuesOf(moments.first, 'w'), valuesOf(moments.second, 'w')]).toEqual([[0, 0], [0, 0]]); // prettier-ignore
  expect(valuesOf(after.first, 'w')[0]).toBeCloseTo(0.3, 6);
});

test('clipping keeps the direction, and small gradients as they are', () => {
  const { gradients, norm } = clipGlobalNorm(weights({ a: row(3), b: row(4) }), 1);
  expect(norm).toBe(5);
  expect(valuesOf(gradients, 'a')[0]).toBeCloseTo(0.6, 5);
  expect(valuesOf(gradients, 'b')[0]).toBeCloseTo(0.8, 5);
  expect(valuesOf(clipGlobalNorm(weights({ a: row(0.3) }), 1).gradients, 'a')).toEqual([Math.fround(0.3)]);
  expect(valuesOf(clipGlobalNorm(weights({ a: row(0) }), 1).gradients, 'a')).toEqual([0]);
});

test.each([NaN, Infinity])('a gradient of %s stops the update with an explanation', (value) => {
  expect(() => clipGlobalNorm(weights({ a: row(1, value) }), 1)).toThrow('not a finite number');
});

test('a missing or misshapen gradient is a bug and says so', () => {
  const parameters = weights({ w: row(1, 2) });
  expect(() => adamWStep(parameters, new Map(), zeroMoments(parameters), 1, options)).toThrow('no tensor named w');
  expect(() => adamWStep(parameters, weights({ w: row(1) }), zeroMoments(parameters), 1, options)).toThrow(RangeError);
  expect(() => adamWStep(parameters, parameters, zeroMoments(parameters), 0, options)).toThrow('step');
});
