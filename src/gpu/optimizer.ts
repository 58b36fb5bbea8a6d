import { adamW } from './kernels/adamW.ts';
import { squaredNorm, squaredNormTotal } from './kernels/squaredNorm.ts';
import type { Bindable, Plan } from './plan.ts';
import { uniformWords } from './uniformWords.ts';

/** Numbers on the device. */
interface Tensor {
  readonly buffer: Bindable;
  readonly count: number;
}

/** What AdamW changes; all four have `count` elements. A matrix in several blocks is several of these. */
export interface TrainedTensor {
  readonly parameter: Bindable;
  /** Zero after the step. */
  readonly gradient: Bindable;
  readonly first: Bindable;
  readonly second: Bindable;
  readonly count: number;
  /** Whether weight decay applies: to matrices, not to gains and biases. */
  readonly decays: boolean;
}

/** The options of one step, and where its gradient's norm is clipped. */
export interface StepSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** 1 for the first step. */
  readonly step: number;
  readonly maximumNorm: number;
}

/** Elements that one workgroup of `squaredNorm` squares, and the sums that it leaves. */
const SQUARED = 16_384;
const SUMS = 64;
/** Elements of one workgroup of `adamW`. */
const STEPPED = 256;

/** Elements of the scratch buffer of `recordSquaredNorm`. */
export function squaredNormScratch(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + Math.ceil(count / SQUARED) * SUMS, 0);
}

/**
 * The Euclidean norm of all tensors together: `norm` holds the sum of squares and its root. The order of additions is fixed,
 * in sums of at most 64 terms: the relative error stays below 1e-6 at 10^7 elements. Norms above 1.8e19 overflow.
 */
export function recordSquaredNorm(plan: Plan, tensors: readonly Tensor[], scratch: GPUBuffer, norm: GPUBuffer): void {
  let first = 0;
  for (const { buffer, count } of tensors) {
    const blocks = Math.ceil(count / SQUARED);
    plan.add(squaredNorm, {}, [uniformWords(plan.library, 'part', [count, first]), buffer, scratch], () => blocks);
    first += blocks * SUMS;
  }
  plan.add(squaredNormTotal, {}, [uniformWords(plan.library, 'part', [first, 0]), scratch, norm], () => 1);
}

/** Elements of the buffer that `adamWSettings` fills. */
export const SETTINGS_WORDS = 9;

/** The settings of one step as the kernel takes them. Everything that float32 would spoil is computed here. */
export function adamWSettings(settings: StepSettings): Float32Array<ArrayBuffer> {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, maximumNorm } = settings;
  if (!(Number.isInteger(step) && step >= 1)) throw new RangeError(`adamW: step must be >= 1, got ${step}`);
  const words = new Float32Array(SETTINGS_WORDS);
  words.set([beta1, 1 - beta1, beta2, 1 - beta2]);
  words.set(
    [learningRate / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step), epsilon, learningRate * weightDecay],
    4,
  );
  words.set([maximumNorm], 8);
  return words;
}

/**
 * One step of AdamW in the order of PyTorch's (`adamWStep` says the same on the host) with the gradient clipped by the norm
 * that `recordSquaredNorm` left, and all gradients back to zero. A norm that is not finite changes nothing else: read it.
 *
 * @param settings `adamWSettings`, written before each replay
 */
export function recordAdamW(plan: Plan, tensors: readonly TrainedTensor[], settings: GPUBuffer, norm: GPUBuffer): void {
  for (const { parameter, gradient, first, second, count, decays } of tensors) {
    const part = uniformWords(plan.library, 'part', [count, Number(decays)]);
    const buffers = [settings, part, norm, parameter, gradient, first, second];
    plan.add(adamW, {}, buffers, () => Math.ceil(count / STEPPED));
  }
}
