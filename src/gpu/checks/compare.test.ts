import { expect, test } from 'vitest';
import type { GoldenOutput } from './check.ts';
import { compareOutput } from './compare.ts';
import { checkInput, checkSign } from './inputs.ts';

const COUNT = 129 * 1000;
const TOLERANCE = 1e-5;
const output = checkInput('output', COUNT);

function goldenOf(values: Float32Array): GoldenOutput {
  return {
    shape: [values.length],
    largest: values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    values: values.length <= 256 ? [...values] : null,
    projections: [0, 1].map((p) => values.reduce((sum, value, index) => sum + checkSign(p, index) * value, 0)),
    samples: values.length <= 256 ? [] : [[7, values[7] ?? NaN]],
  };
}
const changed = (change: (value: number, index: number) => number) =>
  compareOutput(output.map(change), goldenOf(output), TOLERANCE);

test('the same numbers have no error', () => {
  expect(changed((value) => value)).toEqual({ error: 0, problem: null });
});

test('independent errors within the tolerance pass, and larger ones fail', () => {
  const noise = checkInput('noise', COUNT);
  const disturbed = (size: number) => changed((value, index) => value + size * (noise[index] ?? NaN));
  expect(disturbed(0.5 * TOLERANCE).problem).toBeNull();
  expect(disturbed(100 * TOLERANCE).problem).toMatch(/off by/);
});

test('one wrong element among 129,000 is seen, wherever it is', () => {
  for (const wrong of [0, 64_321, COUNT - 1]) {
    expect(changed((value, index) => (index === wrong ? value + 0.01 : value)).problem).toMatch(/in projection/);
  }
});

test('two exchanged elements and one forgotten row are seen', () => {
  expect(
    changed((value, index) => (index === 5 || index === 6 ? (output[11 - index] ?? NaN) : value)).problem,
  ).not.toBeNull();
  expect(changed((value, index) => (index < 1000 ? 0 : value)).problem).not.toBeNull();
});

test('NaN, infinity and a wrong length fail without a number', () => {
  expect(changed((value, index) => (index === 9 ? NaN : value))).toEqual({ error: null, problem: 'is NaN at 9' });
  expect(changed((value, index) => (index === 9 ? Infinity : value)).problem).toBe('is Infinity at 9');
  expect(compareOutput(output.subarray(1), goldenOf(output), TOLERANCE).problem).toMatch(
    /128999 values instead of 129000/,
  );
});

test('small outputs are compared value by value, relative to the largest', () => {
  const golden = goldenOf(Float32Array.of(100, 1));
  expect(compareOutput(Float32Array.of(100, 1.0005), golden, TOLERANCE).problem).toBeNull();
  const wrong = compareOutput(Float32Array.of(100, 1.01), golden, TOLERANCE);
  expect(wrong.error).toBeCloseTo(1e-4);
  expect(wrong.problem).toMatch(/at index 1$/);
});

test('where zeros are expected, the error is absolute', () => {
  const golden = goldenOf(new Float32Array(3));
  expect(compareOutput(new Float32Array(3), golden, TOLERANCE)).toEqual({ error: 0, problem: null });
  expect(compareOutput(Float32Array.of(0, 0.001, 0), golden, TOLERANCE).error).toBeCloseTo(0.001);
});
