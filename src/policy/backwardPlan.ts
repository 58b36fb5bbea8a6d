import * as kernels from '../gpu/kernels/kernels.ts';
import type { BufferPool, KernelLibrary } from '../gpu/plan.ts';
import { Plan } from '../gpu/plan.ts';
import { OVER_DRAWS, OVER_ROWS, perElement, type ForwardBuffers } from './forwardPlan.ts';
import type { ModelConfig } from './modelConfig.ts';
import type { PackedWeights } from './packedWeights.ts';

/** What the backward pass writes besides the weight gradients. */
export interface BackwardBuffers {
  /** Per scored row: statistics [N, 8] and the four coefficients [N, 4]. */
  readonly stats: GPUBuffer;
  readonly coefficients: GPUBuffer;
  readonly baseLogits: GPUBuffer;
  /** Gradient of the residual stream [R, D]; every branch adds to it. Cleared before each replay. */
  readonly residual: GPUBuffer;
  /** Scratch: [N, D], [R, D], [R, H S], [R, (H + 2G) S], [R, F], [R, 2F]. */
  readonly hidden: GPUBuffer;
  readonly normed: GPUBuffer;
  readonly attended: GPUBuffer;
  readonly qkv: GPUBuffer;
  readonly activated: GPUBuffer;
  readonly gateUp: GPUBuffer;
  /** Which rows hold which token (`embedGradient.wgsl`). */
  readonly tokenUses: GPUBuffer;
}

export function createBackwardBuffers(pool: BufferPool, config: ModelConfig, rowLimit: number): BackwardBuffers {
  const {
    hiddenSize: D,
    intermediateSize: F,
    headSize: S,
    headCount: H,
    keyValueHeadCount: G,
    vocabularySize: V,
  } = config;
  return {
    stats: pool.create('stats', rowLimit * 8),
    coefficients: pool.create('coefficients', rowLimit * 4),
    baseLogits: pool.create('baseLogits', rowLimit * V),
    residual: pool.create('dResidual', rowLimit * D),
    hidden: pool.create('dHidden', rowLimit * D),
    normed: pool.create('dNormed', rowLimit * D),
    attended: pool.create('dAttended', rowLimit * H * S),
    qkv: pool.create('dQkv', rowLimit * (H + 2 * G) * S),
    activated: pool.create('dActivated', rowLimit * F),
    gateUp: pool.create('dGateUp', rowLimit * 2 * F),
    tokenUses: pool.create('tokenUses', 1 + rowLimit * 4),
  };
}

/** Records the backward pass of `recordForward`: coefficients per scored token in, gradients added to `gradients`. */
export function recordBackward(
  library: KernelLibrary,
  config: ModelConfig,
  weights: PackedWeights,
  gradients: PackedWeights,
  forward: ForwardBuffers,
  backward: BackwardBuffers,
): Plan {
  const {
    hiddenSize: D,
    intermediateSize: F,
    headSize: S,
    headCount: H,
    keyValueHeadCount: G,
    vocabularySize: V,
  } = config;
  const { info, angles } = forward;
  const heads = { HEADS: H, GROUPS: G, SIZE: S };
  const plan = new Plan(library);

  /** dx = dy · w and dw += dyᵀ · x of one linear layer. */
  const linear = (key: string, over: number, N: number, K: number, x: GPUBuffer, dy: GPUBuffer, dx: GPUBuffer) => {
    const shape = { N, K, COUNT_AT: over };
    plan.add(kernels.matmulInputGradient, shape, [info, dy, weights.buffer(key), dx], (rows, draws) => [
      Math.ceil(K / 32),
      Math.ceil((over === OVER_ROWS ? rows : draws) / 32),
    ]);
    plan.add(kernels.matmulWeightGradient, shape, [info, dy, x, gradients.buffer(key)], () => [
      Math.ceil(K / 32),
      Math.ceil(N / 32),
    ]);
  };
  const norm = (key: string, gather: number, x: GPUBuffer, inverse: GPUBuffer, dy: GPUBuffer) => {
    const shape = { WIDTH: D, GATHER: gather };
    plan.add(kernels.rmsNormGainGradient, shape, [info, x, inverse, dy, gradients.buffer(key)], () =>
      Math.ceil(D / 16),
    );
    plan.add(
      kernels.rmsNormBackward,
      shape,
      [info, x, weights.buffer(key), inverse, dy, backward.residual],
      (rows, draws) => Math.ceil((gather === 1 ? draws : rows) / 32),
    );
  };

  plan.add(
    kernels.logitGradient,
    { V },
    [info, backward.stats, backward.coefficients, backward.baseLogits, forward.logits],
    (_rows, draws) => Math.ceil((draws * V) / 64),
  );
  linear('head', OVER_DRAWS, V, D, forward.hidden, forward.logits, backward.hidden);
  norm('norm', 1, forward.output, forward.inverse, backward.hidden);

  for (const [index, layer] of [...forward.layers.entries()].reverse()) {
    const key = (name: string) => `${index}.${name}`;
    linear(key('down'), OVER_ROWS, D, F, layer.activated, backward.residual, backward.activated);
    plan.add(
      kernels.swigluBackward,
      { WIDTH: F },
      [info, layer.gateUp, backward.activated, backward.gateUp],
      perElement(F / 4),
    );
    linear(key('gateUp'), OVER_ROWS, 2 * F, D, layer.norm2, backward.gateUp, backward.normed);
    norm(key('norm2'), 0, layer.middle, layer.inverse2, backward.normed);

    linear(key('out'), OVER_ROWS, D, H * S, layer.attended, backward.residual, backward.attended);
    const scaled = { ...heads, SCALE: 1 / Math.sqrt(S) };
    const { qkv, keys, values, attended, attentionStats } = layer;
    plan.add(
      kernels.attentionQueryGradient(config),
      scaled,
      [info, qkv, keys, values, attended, backward.attended, attentionStats, backward.qkv],
      (rows) => Math.ceil((rows * G) / 32),
    );
    plan.add(
      kernels.attentionKeyValueGradient(config),
      scaled,
      [info, qkv, keys, values, backward.attended, attentionStats, backward.qkv],
      (rows) => Math.ceil((rows * G) / 32),
    );
    plan.add(kernels.ropeBackward, heads, [info, angles, backward.qkv], perElement(((H + G) * S) / 2));
    linear(key('qkv'), OVER_ROWS, (H + 2 * G) * S, D, layer.norm1, backward.qkv, backward.normed);
    norm(key('norm1'), 0, layer.input, layer.inverse1, backward.normed);
  }
  plan.add(
    kernels.embedGradient,
    { WIDTH: D },
    [backward.tokenUses, backward.residual, gradients.buffer('embed')],
    perElement(D),
  );
  return plan;
}

/** Records the per-token statistics from the logits of policy and base. */
export function recordStats(
  library: KernelLibrary,
  config: ModelConfig,
  forward: ForwardBuffers,
  backward: BackwardBuffers,
): Plan {
  const plan = new Plan(library);
  plan.add(
    kernels.tokenStats,
    { V: config.vocabularySize },
    [forward.info, forward.logits, backward.baseLogits, backward.stats],
    (_rows, draws) => draws,
  );
  return plan;
}
