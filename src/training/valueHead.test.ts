import { describe, expect, test } from 'vitest';
import { RandomStream } from '../base/random.ts';
import { tensorNamed, type Weights } from '../policy/weights.ts';
import { steppedHead, valuesOf, withSlopes, zeroGradient, zeroValueHead, type ValueHead } from './valueHead.ts';

const OPTIONS = { learningRate: 0.05, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 };
const random = new RandomStream(1, 'value head');
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const weightsOf = (weight: Float32Array, bias: number): Weights =>
  new Map([
    ['weight', { shape: [1, weight.length], data: weight }],
    ['bias', { shape: [1], data: Float32Array.of(bias) }],
  ]);

describe('a value head', () => {
  test('predicts nothing at first, then w · h + b of each state', () => {
    expect(valuesOf(zeroValueHead(3), Float32Array.of(1, 2, 3, 4, 5, 6))).toEqual([0, 0]);
    const head: ValueHead = { ...zeroValueHead(3), parameters: weightsOf(Float32Array.of(1, 0, -2), 0.5) };
    expect(valuesOf(head, Float32Array.of(1, 2, 3, 4, 5, 6))).toEqual([1 - 6 + 0.5, 4 - 12 + 0.5]);
  });

  test('has the gradient that finite differences say, and parts add up', () => {
    const [states, weight] = [numbers(12), numbers(4)];
    const slopes = Float64Array.of(0.3, -1, 2);
    const totalAt = (parameters: Weights) =>
      valuesOf({ ...zeroValueHead(4), parameters }, states).reduce(
        (sum, v, index) => sum + v * (slopes[index] ?? NaN),
        0,
      );
    const none = zeroGradient(zeroValueHead(4));
    const { weight: ofWeight, bias } = withSlopes(none, states, slopes);
    ofWeight.forEach((slope, at) => {
      const moved = (by: number) =>
        totalAt(
          weightsOf(
            weight.map((value, index) => value + (index === at ? by : 0)),
            0.25,
          ),
        );
      expect((moved(0.5) - moved(-0.5)) / 1).toBeCloseTo(slope, 5); // linear: any distance will do
    });
    expect(bias).toBeCloseTo(1.3, 12);
    const first = withSlopes(none, states.subarray(0, 4), slopes.subarray(0, 1));
    const both = withSlopes(first, states.subarray(4), slopes.subarray(1));
    both.weight.forEach((slope, at) => expect(slope).toBeCloseTo(ofWeight[at] ?? NaN, 12));
    expect(both.bias).toBeCloseTo(bias, 12);
    expect(none).toEqual(zeroGradient(zeroValueHead(4))); // sums are new objects
  });

  test('learns a linear value; the head that it was is left as it was', () => {
    const states = numbers(40);
    const truth: ValueHead = { ...zeroValueHead(4), parameters: weightsOf(Float32Array.of(0.5, -0.3, 0.2, 0), 0.7) };
    const targets = valuesOf(truth, states);
    const errorOf = (head: ValueHead) =>
      valuesOf(head, states).reduce((sum, value, index) => sum + (value - (targets[index] ?? NaN)) ** 2 / 10, 0);
    const start = zeroValueHead(4);
    let head = start;
    for (let step = 1; step <= 200; step++) {
      const slopes = Float64Array.from(
        valuesOf(head, states),
        (value, index) => (value - (targets[index] ?? NaN)) / 10,
      );
      head = steppedHead(head, withSlopes(zeroGradient(head), states, slopes), { ...OPTIONS, step, maximumNorm: 1 });
    }
    expect(errorOf(start)).toBeGreaterThan(0.3);
    expect(errorOf(head)).toBeLessThan(1e-3);
    expect(start).toEqual(zeroValueHead(4));
    expect(tensorNamed(head.moments.second, 'weight').data.some((value) => value > 0)).toBe(true);
  });
});
