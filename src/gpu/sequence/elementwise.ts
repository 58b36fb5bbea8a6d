import { rope, ropeBackward, swiglu, swigluBackward } from '../kernels/elementwise.ts';
import type { AttentionShape } from '../kernels/attentionShape.ts';
import type { Plan, Workgroups } from '../plan.ts';

/** Kernels of one thread per element are the same in both styles. */
const perElement =
  (elementsPerRow: number): Workgroups =>
  (rows) =>
    Math.ceil((rows * elementsPerRow) / 64);

export interface RopeCall {
  readonly info: GPUBuffer;
  /** (cos, sin) of each pair [context, headSize / 2]. */
  readonly angles: GPUBuffer;
  /** [R, (H + 2G) S]; queries are rotated in place. */
  readonly qkv: GPUBuffer;
  /** [cache rows, G S]; receive rotated keys and plain values at kvStart + position. */
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
}

/** Rotary positions (RoFormer, arXiv 2104.09864), with halves rotated as Hugging Face's Llama does. */
export function recordRope(plan: Plan, shape: AttentionShape, { info, angles, qkv, keys, values }: RopeCall): void {
  const { headSize: S, headCount: H, keyValueHeadCount: G } = shape;
  const elements = ((H + 2 * G) * S) / 4;
  plan.add(rope, { HEADS: H, GROUPS: G, SIZE: S }, [info, angles, qkv, keys, values], perElement(elements));
}

/** Turns the gradients of rotated queries and keys in `dQkv` back, in place. */
export function recordRopeBackward(
  plan: Plan,
  shape: AttentionShape,
  { info, angles, dQkv }: { readonly info: GPUBuffer; readonly angles: GPUBuffer; readonly dQkv: GPUBuffer },
): void {
  const { headSize: S, headCount: H, keyValueHeadCount: G } = shape;
  plan.add(ropeBackward, { HEADS: H, GROUPS: G, SIZE: S }, [info, angles, dQkv], perElement(((H + G) * S) / 4));
}

export interface SwigluCall {
  readonly info: GPUBuffer;
  /** [R, 2 width]: gate first, then up. */
  readonly gateUp: GPUBuffer;
  /** A multiple of 4. */
  readonly width: number;
}

/** `out = silu(gate) · up` (arXiv 2002.05202); out [R, width]. */
export function recordSwiglu(plan: Plan, { info, gateUp, width, out }: SwigluCall & { readonly out: GPUBuffer }): void {
  plan.add(swiglu, { WIDTH: width }, [info, gateUp, out], perElement(width / 4));
}

/** dOut [R, width] → dGateUp [R, 2 width]. */
export function recordSwigluBackward(
  plan: Plan,
  { info, gateUp, width, dOut, dGateUp }: SwigluCall & { readonly dOut: GPUBuffer; readonly dGateUp: GPUBuffer },
): void {
  plan.add(swigluBackward, { WIDTH: width }, [info, gateUp, dOut, dGateUp], perElement(width / 4));
}
