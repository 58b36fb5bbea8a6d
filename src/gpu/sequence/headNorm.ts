import type { AttentionShape } from '../kernels/attentionShape.ts';
import { headNorm, headNormBackward, headNormGainGradient } from '../kernels/headNorm.ts';
import type { Plan } from '../plan.ts';

interface HeadNormBuffers {
  readonly info: GPUBuffer;
  /** [R, (H + 2G) S]. */
  readonly projected: GPUBuffer;
  /** [2, S]: of query heads, of key heads. */
  readonly gains: GPUBuffer;
  /** 1 / root mean square of each query and key head [R, H + G]: written by the forward pass, read by the backward pass. */
  readonly inverse: GPUBuffer;
}

export interface HeadNormCall extends HeadNormBuffers {
  /** [R, (H + 2G) S]: normed queries and keys, plain values. */
  readonly qkv: GPUBuffer;
  readonly epsilon: number;
}

export interface HeadNormBackwardCall extends HeadNormBuffers {
  /** [R, (H + 2G) S]: gradients of normed queries and keys, then of the projected ones, in place. */
  readonly dQkv: GPUBuffer;
  /** [2, S]; the gradient of the gains is added. Null where they are frozen. */
  readonly gainGradient: GPUBuffer | null;
}

/** RMSNorm of each query and key head on its own, before rotation (Qwen3, arXiv 2505.09388, section 2). */
export function recordHeadNorm(plan: Plan, shape: AttentionShape, call: HeadNormCall): void {
  const { info, projected, gains, qkv, inverse, epsilon } = call;
  const heads = shape.headCount + 2 * shape.keyValueHeadCount;
  const constants = { ...constantsOf(shape), EPSILON: epsilon };
  plan.add(headNorm, constants, [info, projected, gains, qkv, inverse], (rows) => Math.ceil((rows * heads) / 64));
}

/** Gradient of `recordHeadNorm`. */
export function recordHeadNormBackward(plan: Plan, shape: AttentionShape, call: HeadNormBackwardCall): void {
  const { info, projected, gains, inverse, dQkv, gainGradient } = call;
  const constants = constantsOf(shape);
  if (gainGradient) {
    plan.add(headNormGainGradient, constants, [info, projected, inverse, dQkv, gainGradient], () => 2 * shape.headSize);
  }
  const heads = shape.headCount + shape.keyValueHeadCount;
  plan.add(headNormBackward, constants, [info, projected, gains, inverse, dQkv], (rows) =>
    Math.ceil((rows * heads) / 64),
  );
}

const constantsOf = ({ headCount, keyValueHeadCount, headSize }: AttentionShape) => ({
  HEADS: headCount,
  GROUPS: keyValueHeadCount,
  SIZE: headSize,
});
