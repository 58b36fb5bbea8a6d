import { expect, test } from 'vitest';
import { RandomStream } from '../base/random.ts';
import { roundRows } from './roundedWeights.ts';

const random = new RandomStream(1, 'rounding');
const rows = Float32Array.from({ length: 6 * 44 }, () => random.normal());

test.each([
  ['f32', 0],
  ['f16', 2 ** -11],
] as const)('%s is off by at most that share of each number', (precision, share) => {
  roundRows(precision, rows, 44).forEach((value, index) => {
    expect(Math.abs(value - (rows[index] ?? NaN))).toBeLessThanOrEqual(share * Math.abs(rows[index] ?? NaN));
  });
});

test.each([
  ['int8', 1 / 253],
  ['int4', 1 / 7.9],
] as const)('%s is off by at most that share of the largest of its 32 neighbours', (precision, share) => {
  const rounded = roundRows(precision, rows, 44);
  let differing = 0;
  for (let row = 0; row < 6; row++) {
    for (const [first, end] of [
      [0, 32],
      [32, 44],
    ] as const) {
      // prettier-ignore
      const group = rows.subarray(row * 44 + first, row * 44 + end);
      const largest = group.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      group.forEach((value, index) => {
        const stored = rounded[row * 44 + first + index] ?? NaN;
        expect(Math.abs(stored - value)).toBeLessThanOrEqual(largest * share);
        if (stored !== value) differing += 1;
      });
    }
  }
  expect(differing).toBeGreaterThan(200);
});

test('a number that a precision holds is not changed', () => {
  const scale = 0.03125;
  const bytes = Float32Array.from({ length: 32 }, (_, index) => (index === 0 ? 127 : index - 16) * scale);
  const nibbles = Float32Array.from({ length: 32 }, (_, index) => ((index % 16) - 8) * scale);
  expect(roundRows('int8', bytes, 32)).toEqual(bytes);
  expect(roundRows('int4', nibbles, 32)).toEqual(nibbles);
  const halves = Float32Array.of(1, -0.5, 65_504, 2 ** -24, -(2 ** -14), 0);
  expect(roundRows('f16', halves, 6)).toEqual(halves);
});
