import { expect, test } from 'vitest';
import { rotaryFrequencies } from './rotary.ts';

test('plain frequencies are powers of theta', () => {
  expect([...rotaryFrequencies({ headSize: 6, ropeTheta: 1000 })].map((value) => value.toPrecision(6))).toEqual([
    '1.00000',
    '0.100000',
    '0.0100000',
  ]);
});

test('scaled frequencies: short wavelengths stay, long ones are divided, halfway between it is the mean of both', () => {
  const ropeScaling = {
    factor: 8,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 3,
    originalContextLength: 2 * Math.PI * 20,
  };
  // In the original context these frequencies turn 20, 2 and 0.2 times.
  const scaled = [...rotaryFrequencies({ headSize: 6, ropeTheta: 1000, ropeScaling })];
  expect(scaled[0]).toBe(1);
  expect(scaled[1]).toBeCloseTo((0.1 + 0.1 / 8) / 2, 12);
  expect(scaled[2]).toBeCloseTo(0.01 / 8, 12);
});
