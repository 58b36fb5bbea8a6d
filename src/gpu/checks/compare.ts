import type { GoldenOutput } from './check.ts';
import { checkSign } from './inputs.ts';

/** How an output compares with what PyTorch says. */
export interface Comparison {
  /** Largest error relative to the largest expected magnitude; null where there is nothing to compare. */
  readonly error: number | null;
  /** For people, null when the output agrees. */
  readonly problem: string | null;
}

/**
 * Compares one output. Values and samples may be off by `tolerance · largest`; a projection over n values by
 * `tolerance · largest · √n`, which is how far n such errors add up when they are independent. One wrong element moves every
 * projection by its own error, so that it is seen wherever it lies.
 */
export function compareOutput(actual: Float32Array, golden: GoldenOutput, tolerance: number): Comparison {
  const count = golden.shape.reduce((product, size) => product * size, 1);
  if (actual.length !== count) return { error: null, problem: `has ${actual.length} values instead of ${count}` };
  const unreadable = actual.findIndex((value) => !Number.isFinite(value));
  if (unreadable >= 0) return { error: null, problem: `is ${actual[unreadable]} at ${unreadable}` };

  // An output that is zero throughout has no scale of its own: its error is absolute.
  const scale = golden.largest || 1;
  const compared = [
    ...pointwise(golden).map(([index, expected]) => ({
      where: `at index ${index}`,
      error: Math.abs((actual[index] ?? NaN) - expected) / scale,
    })),
    ...golden.projections.map((expected, projection) => ({
      where: `in projection ${projection}`,
      error: Math.abs(project(actual, projection) - expected) / (scale * Math.sqrt(count)),
    })),
  ];
  const worst = compared.reduce((a, b) => (b.error > a.error ? b : a), { where: '', error: 0 });
  const isClose = worst.error <= tolerance;
  return {
    error: worst.error,
    problem: isClose ? null : `is off by ${worst.error.toExponential(1)} of its largest value ${worst.where}`,
  };
}

function pointwise({ values, samples }: GoldenOutput): readonly (readonly [index: number, value: number])[] {
  return values ? [...values.entries()] : samples;
}

function project(values: Float32Array, projection: number): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += checkSign(projection, index) * (values[index] ?? NaN);
  return sum;
}
