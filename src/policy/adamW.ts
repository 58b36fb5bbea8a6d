import { AppError } from '../base/errors.ts';
import { tensorNamed, type HostTensor, type Weights } from './weights.ts';

/** Running means of the gradient and of its square, by weight name. */
export interface Moments {
  readonly first: Weights;
  readonly second: Weights;
}

export interface AdamWOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled, on matrices (rank 2) only: gains of norms keep their size. */
  readonly weightDecay: number;
}

/** Moments before the first step. */
export function zeroMoments(parameters: Weights): Moments {
  const zeros = () => mapTensors(parameters, ({ shape, data }) => ({ shape, data: new Float32Array(data.length) }));
  return { first: zeros(), second: zeros() };
}

/**
 * What to scale all gradients by, so that their joint Euclidean norm is at most `maximumNorm`, as PyTorch's
 * `clip_grad_norm_` does: `min(1, maximum / (norm + 1e-6))`.
 *
 * @throws AppError `gradient-not-finite`, before anything is changed
 */
export function clipScale(norm: number, maximumNorm: number): number {
  if (!Number.isFinite(norm)) {
    throw new AppError('gradient-not-finite', {
      what: 'The gradient of this update is not a finite number.',
      why: 'A probability or a loss overflowed, most often because the learning rate is too high.',
      fix: 'Lower the learning rate or raise the KL penalty, and continue from the last checkpoint: the weights are untouched.',
    });
  }
  return Math.min(1, maximumNorm / (norm + 1e-6));
}

/** @returns gradients scaled to `maximumNorm` at most, and the norm before. @throws as `clipScale` does */
export function clipGlobalNorm(gradients: Weights, maximumNorm: number): { gradients: Weights; norm: number } {
  let sumOfSquares = 0;
  for (const { data } of gradients.values()) {
    for (const value of data) sumOfSquares += value * value;
  }
  const norm = Math.sqrt(sumOfSquares);
  const scale = clipScale(norm, maximumNorm);
  return {
    gradients: mapTensors(gradients, ({ shape, data }) => ({ shape, data: data.map((value) => value * scale) })),
    norm,
  };
}

/**
 * One step of AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101, algorithm 2; in the order of PyTorch's `AdamW`):
 * `θ ← θ − η·λ·θ`, `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `θ ← θ − η · m̂ / (sqrt(v̂) + ε)`, with
 * `m̂ = m / (1 − β₁ᵗ)` and `v̂ = v / (1 − β₂ᵗ)`. Returns new maps: an update that is aborted has changed nothing.
 *
 * @param step t, 1 for the first step
 */
export function adamWStep(
  parameters: Weights,
  gradients: Weights,
  moments: Moments,
  step: number,
  options: AdamWOptions,
): { parameters: Weights; moments: Moments } {
  if (!(Number.isInteger(step) && step >= 1)) throw new RangeError(`adamWStep: step must be >= 1, got ${step}`);
  const next = {
    parameters: new Map<string, HostTensor>(),
    first: new Map<string, HostTensor>(),
    second: new Map<string, HostTensor>(),
  };
  for (const [name, parameter] of parameters) {
    const stepped = stepTensor(
      parameter,
      tensorNamed(gradients, name),
      tensorNamed(moments.first, name),
      tensorNamed(moments.second, name),
      step,
      options,
    );
    next.parameters.set(name, { shape: parameter.shape, data: stepped.parameter });
    next.first.set(name, { shape: parameter.shape, data: stepped.first });
    next.second.set(name, { shape: parameter.shape, data: stepped.second });
  }
  return { parameters: next.parameters, moments: { first: next.first, second: next.second } };
}

function stepTensor(
  parameter: HostTensor,
  gradient: HostTensor,
  firstMoment: HostTensor,
  secondMoment: HostTensor,
  step: number,
  { learningRate, beta1, beta2, epsilon, weightDecay }: AdamWOptions,
) {
  const length = parameter.data.length;
  const result = {
    parameter: new Float32Array(length),
    first: new Float32Array(length),
    second: new Float32Array(length),
  };
  const kept = parameter.shape.length === 2 ? 1 - learningRate * weightDecay : 1;
  const [correction1, correction2] = [1 - beta1 ** step, 1 - beta2 ** step];
  for (let index = 0; index < length; index++) {
    const slope = at(gradient, index);
    const first = beta1 * at(firstMoment, index) + (1 - beta1) * slope;
    const second = beta2 * at(secondMoment, index) + (1 - beta2) * slope * slope;
    const direction = first / correction1 / (Math.sqrt(second / correction2) + epsilon);
    result.parameter[index] = kept * at(parameter, index) - learningRate * direction;
    result.first[index] = first;
    result.second[index] = second;
  }
  return result;
}

/** @throws RangeError when a gradient or moment is shorter than its parameter */
function at({ data }: HostTensor, index: number): number {
  const value = data[index];
  if (value === undefined)
    throw new RangeError('adamWStep: gradients and moments must have the shapes of the parameters');
  return value;
}

function mapTensors(weights: Weights, map: (tensor: HostTensor) => HostTensor): Map<string, HostTensor> {
  return new Map([...weights].map(([name, tensor]) => [name, map(tensor)]));
}
