import { adamWStep, clipGlobalNorm, zeroMoments, type Moments } from '../policy/adamW.ts';
import type { StepOptions } from '../policy/engine.ts';
import { tensorNamed, type Weights } from '../policy/weights.ts';

/**
 * A linear value function on the policy's final hidden state, `V = w · h + b`, trained beside the policy and never through
 * it: its error moves w and b, not the states that it reads. It lives on the host; w has one number per hidden dimension.
 */
export interface ValueHead {
  /** `weight` [1, D] and `bias` [1]. */
  readonly parameters: Weights;
  readonly moments: Moments;
}

/** Predicts 0 of everything. */
export function zeroValueHead(hiddenSize: number): ValueHead {
  const parameters: Weights = new Map([
    ['weight', { shape: [1, hiddenSize], data: new Float32Array(hiddenSize) }],
    ['bias', { shape: [1], data: new Float32Array(1) }],
  ]);
  return { parameters, moments: zeroMoments(parameters) };
}

/** @param hidden states, [n, D] @returns values, length n */
export function valuesOf({ parameters }: ValueHead, hidden: Float32Array): number[] {
  const { data: weight } = tensorNamed(parameters, 'weight');
  const bias = tensorNamed(parameters, 'bias').data[0] ?? NaN;
  return statesOf(hidden, weight.length).map((state) =>
    state.reduce((sum, value, index) => sum + value * (weight[index] ?? NaN), bias),
  );
}

/** d loss / d (w, b); those of the parts of a batch add up to that of the whole. */
export interface ValueGradient {
  readonly weight: Float64Array;
  readonly bias: number;
}

export function zeroGradient({ parameters }: ValueHead): ValueGradient {
  return { weight: new Float64Array(tensorNamed(parameters, 'weight').data.length), bias: 0 };
}

/** @param hidden [n, D] @param slopes d loss / d value, length n */
export function withSlopes(sum: ValueGradient, hidden: Float32Array, slopes: Float64Array): ValueGradient {
  const weight = sum.weight.slice();
  statesOf(hidden, weight.length).forEach((state, index) => {
    const slope = slopes[index] ?? NaN;
    state.forEach((value, at) => (weight[at] = (weight[at] ?? NaN) + slope * value));
  });
  return { weight, bias: slopes.reduce((total, slope) => total + slope, sum.bias) };
}

/** The head after one step of AdamW; it keeps pace with the policy's optimizer. */
export function steppedHead(
  { parameters, moments }: ValueHead,
  { weight, bias }: ValueGradient,
  { step, maximumNorm, ...options }: StepOptions,
): ValueHead {
  const gradient: Weights = new Map([
    ['weight', { shape: [1, weight.length], data: Float32Array.from(weight) }],
    ['bias', { shape: [1], data: Float32Array.of(bias) }],
  ]);
  const { gradients } = clipGlobalNorm(gradient, maximumNorm);
  return adamWStep(parameters, gradients, moments, step, options);
}

function statesOf(hidden: Float32Array, hiddenSize: number): Float32Array[] {
  return Array.from({ length: hidden.length / hiddenSize }, (_, index) =>
    hidden.subarray(index * hiddenSize, (index + 1) * hiddenSize),
  );
}
