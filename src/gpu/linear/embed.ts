import { embedGradientKernel, embedKernel } from '../kernels/embed.ts';
import { shapeBuffer } from '../kernels/matmulShape.ts';
import type { Plan } from '../plan.ts';
import { groupsPerRow } from '../quantise.ts';
import { named, PLAIN_SHAPE } from './dispatch.ts';
import type { LinearWeights } from './weights.ts';

export interface EmbedCall {
  readonly info: GPUBuffer;
  /** [V, D]. */
  readonly weights: LinearWeights;
  /** [R, D]. */
  readonly x: GPUBuffer;
}

/** `x[r] = weights[token(r)]`. */
export function recordEmbed(plan: Plan, { info, weights, x }: EmbedCall): void {
  const { K, precision } = weights;
  const { kernel, constants, bindings } = embedKernel(precision);
  for (const { firstRow, rowCount, words, scales } of weights.blocks) {
    const shape = { ...PLAIN_SHAPE, inputs: K, first: firstRow, count: rowCount, groups: groupsPerRow(K) };
    const buffers = [shapeBuffer(plan.library, shape), ...named(bindings, { info, words, scales, x })];
    plan.add(kernel, constants, buffers, (rows) => Math.ceil((rows * K) / 4 / 64));
  }
}

export interface EmbedGradientCall {
  /** Which rows hold which token (`kernels/embed.ts`). */
  readonly tokenUses: GPUBuffer;
  /** [R, D]. */
  readonly dx: GPUBuffer;
  /** Float32 sums [V, D], added to. */
  readonly weightGradient: LinearWeights;
}

/** `gradient[token] += Σ dx[r]` over the rows that hold the token. */
export function recordEmbedGradient(plan: Plan, { tokenUses, dx, weightGradient }: EmbedGradientCall): void {
  const { kernel, constants, bindings } = embedGradientKernel;
  const { K, blocks } = weightGradient;
  for (const { firstRow, rowCount, words } of blocks) {
    const shape = { ...PLAIN_SHAPE, inputs: K, first: firstRow, count: rowCount };
    const buffers = [shapeBuffer(plan.library, shape), ...named(bindings, { uses: tokenUses, dx, gradient: words })];
    plan.add(kernel, constants, buffers, (rows) => Math.ceil((rows * K) / 64));
  }
}
