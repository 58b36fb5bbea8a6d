import * as kernels from '../gpu/kernels/kernels.ts';
import type { BufferPool, KernelLibrary, Workgroups } from '../gpu/plan.ts';
import { Plan } from '../gpu/plan.ts';
import type { ModelConfig } from './modelConfig.ts';
import type { PackedWeights } from './packedWeights.ts';

/** `info[0]` counts rows, `info[1]` drawn (or scored) rows: which of the two a kernel runs over. */
export const OVER_ROWS = 0;
export const OVER_DRAWS = 1;

/** What one layer computes from its input; the learner keeps these for the backward pass, the decoder reuses one set. */
export interface LayerBuffers {
  /** Input [R, D] and the state after attention [R, D]. */
  readonly input: GPUBuffer;
  readonly middle: GPUBuffer;
  readonly norm1: GPUBuffer;
  readonly inverse1: GPUBuffer;
  /** [R, (H + 2G) S]; queries are rotated in place. */
  readonly qkv: GPUBuffer;
  /** Cache [cache rows, G S]. */
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
  /** (log-sum, delta) [R, H, 2]. */
  readonly attentionStats: GPUBuffer;
  readonly attended: GPUBuffer;
  readonly norm2: GPUBuffer;
  readonly inverse2: GPUBuffer;
  readonly gateUp: GPUBuffer;
  readonly activated: GPUBuffer;
}

export interface ForwardBuffers {
  readonly info: GPUBuffer;
  readonly angles: GPUBuffer;
  /** One per layer, all the same or all different. */
  readonly layers: readonly LayerBuffers[];
  /** Output of the last layer [R, D]. */
  readonly output: GPUBuffer;
  /** Of the drawn rows: normed [N, D], its inverse norms [N], logits [N, V]. */
  readonly hidden: GPUBuffer;
  readonly inverse: GPUBuffer;
  readonly logits: GPUBuffer;
}

/** Buffers of one layer for `rowLimit` rows and a cache of `cacheRows`. */
export function createLayerBuffers(
  pool: BufferPool,
  config: ModelConfig,
  rowLimit: number,
  cacheRows: number,
): Omit<LayerBuffers, 'input'> {
  const { hiddenSize: D, intermediateSize: F, headSize: S, headCount: H, keyValueHeadCount: G } = config;
  return {
    middle: pool.create('middle', rowLimit * D),
    norm1: pool.create('norm1', rowLimit * D),
    inverse1: pool.create('inverse1', rowLimit),
    qkv: pool.create('qkv', rowLimit * (H + 2 * G) * S),
    keys: pool.create('keys', cacheRows * G * S),
    values: pool.create('values', cacheRows * G * S),
    attentionStats: pool.create('attentionStats', rowLimit * H * 2),
    attended: pool.create('attended', rowLimit * H * S),
    norm2: pool.create('norm2', rowLimit * D),
    inverse2: pool.create('inverse2', rowLimit),
    gateUp: pool.create('gateUp', rowLimit * 2 * F),
    activated: pool.create('activated', rowLimit * F),
  };
}

/** Rotary angles as (cos, sin) pairs [context, S / 2], computed in float64: WGSL's sin and cos are too coarse. */
export function ropeAngles(config: ModelConfig): Float32Array<ArrayBuffer> {
  const half = config.headSize / 2;
  const angles = new Float32Array(config.contextLength * half * 2);
  for (let position = 0; position < config.contextLength; position++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position / config.ropeTheta ** (pair / half);
      angles[(position * half + pair) * 2] = Math.cos(angle);
      angles[(position * half + pair) * 2 + 1] = Math.sin(angle);
    }
  }
  return angles;
}

/** One thread per element, 64 to a workgroup. */
export const perElement =
  (width: number): Workgroups =>
  (rows) =>
    Math.ceil((rows * width) / 64);

/** 8 × 8 outputs per thread (`kernels.TILE`), 4 × 4 threads to a workgroup. */
export const perTile =
  (outputs: number, over: number): Workgroups =>
  (rows, draws) => [Math.ceil(outputs / 32), Math.ceil((over === OVER_ROWS ? rows : draws) / 32)];

/** Records the forward pass: token ids in `info` → logits of the drawn rows. Source: Llama (arXiv 2302.13971). */
export function recordForward(
  library: KernelLibrary,
  config: ModelConfig,
  weights: PackedWeights,
  buffers: ForwardBuffers,
): Plan {
  const {
    hiddenSize: D,
    intermediateSize: F,
    headSize: S,
    headCount: H,
    keyValueHeadCount: G,
    vocabularySize: V,
  } = config;
  const { info, angles, layers, output, hidden, inverse, logits } = buffers;
  const plan = new Plan(library);
  const heads = { HEADS: H, GROUPS: G, SIZE: S };
  const norm = { WIDTH: D, EPSILON: config.rmsNormEpsilon };
  const first = layers[0];
  if (!first) throw new Error('a model has at least one layer');

  plan.add(kernels.embed, { WIDTH: D }, [info, weights.buffer('embed'), first.input], perElement(D / 4));
  layers.forEach((layer, index) => {
    const weight = (key: string) => weights.buffer(`${index}.${key}`);
    const linear = (outputs: number, inputs: number) => ({ N: outputs, K: inputs, COUNT_AT: OVER_ROWS });
    const next = layers[index + 1]?.input ?? output;
    plan.add(
      kernels.rmsNorm,
      { ...norm, GATHER: 0 },
      [info, layer.input, weight('norm1'), layer.norm1, layer.inverse1],
      (rows) => Math.ceil(rows / 32),
    );
    const qkvWidth = (H + 2 * G) * S;
    plan.add(
      kernels.matmul,
      linear(qkvWidth, D),
      [info, layer.norm1, weight('qkv'), layer.qkv],
      perTile(qkvWidth, OVER_ROWS),
    );
    plan.add(kernels.rope, heads, [info, angles, layer.qkv, layer.keys, layer.values], perElement(qkvWidth / 2));
    plan.add(
      kernels.attention(config),
      { ...heads, SCALE: 1 / Math.sqrt(S) },
      [info, layer.qkv, layer.keys, layer.values, layer.attended, layer.attentionStats],
      (rows) => Math.ceil((rows * G) / 32),
    );
    plan.add(
      kernels.matmulResidual,
      linear(D, H * S),
      [info, layer.attended, weight('out'), layer.middle, layer.input],
      perTile(D, OVER_ROWS),
    );
    plan.add(
      kernels.rmsNorm,
      { ...norm, GATHER: 0 },
      [info, layer.middle, weight('norm2'), layer.norm2, layer.inverse2],
      (rows) => Math.ceil(rows / 32),
    );
    plan.add(
      kernels.matmul,
      linear(2 * F, D),
      [info, layer.norm2, weight('gateUp'), layer.gateUp],
      perTile(2 * F, OVER_ROWS),
    );
    plan.add(kernels.swiglu, { WIDTH: F }, [info, layer.gateUp, layer.activated], perElement(F / 4));
    plan.add(
      kernels.matmulResidual,
      linear(D, F),
      [info, layer.activated, weight('down'), next, layer.middle],
      perTile(D, OVER_ROWS),
    );
  });
  plan.add(
    kernels.rmsNorm,
    { ...norm, GATHER: 1 },
    [info, output, weights.buffer('norm'), hidden, inverse],
    (_rows, draws) => Math.ceil(draws / 32),
  );
  plan.add(
    kernels.matmul,
    { N: V, K: D, COUNT_AT: OVER_DRAWS },
    [info, hidden, weights.buffer('head'), logits],
    perTile(V, OVER_DRAWS),
  );
  return plan;
}
