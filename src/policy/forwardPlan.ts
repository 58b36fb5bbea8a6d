import type { GpuDevice } from '../gpu/device.ts';
import { recordLinear, type TileChooser } from '../gpu/linear.ts';
import type { BufferPool, KernelLibrary, Plan } from '../gpu/plan.ts';
import { recordAttention, recordHeadNorm, recordRmsNorm, recordRope, recordSwiglu } from '../gpu/sequence.ts';
import type { KernelStyle } from '../gpu/style.ts';
import { createBuffers, type Sizes } from './bufferSizes.ts';
import type { KernelWeights, MatrixKind } from './kernelWeights.ts';
import { MATRIX_KINDS } from './kernelWeights.ts';
import type { ModelConfig } from './modelConfig.ts';
import { rotaryFrequencies } from './rotary.ts';

/** What every plan of an engine is recorded with. */
export interface PlanContext {
  readonly gpu: GpuDevice;
  readonly library: KernelLibrary;
  readonly config: ModelConfig;
  readonly style: KernelStyle;
  /** `train`: whole sequences, packed. `decode`: a few tokens of many, over a cache. */
  readonly purpose: 'train' | 'decode';
  /** How products are divided; one chooser for all products of a plan. */
  readonly tiles: TileChooser;
}

/** What one layer computes from its input; the learner keeps these for the backward pass, the decoder reuses one set. */
export interface LayerBuffers {
  /** The state after attention [R, D]. */
  readonly middle: GPUBuffer;
  readonly norm1: GPUBuffer;
  readonly inverse1: GPUBuffer;
  /** Queries, keys and values before the norms of heads [R, (H + 2G) S], and what these divide by [R, H + G]; else empty. */
  readonly projected: GPUBuffer;
  readonly headInverse: GPUBuffer;
  /** [R, (H + 2G) S]; queries are rotated in place. */
  readonly qkv: GPUBuffer;
  /** (log-sum, delta) [R, H, 2]. */
  readonly attentionStats: GPUBuffer;
  readonly attended: GPUBuffer;
  readonly norm2: GPUBuffer;
  readonly inverse2: GPUBuffer;
  readonly gateUp: GPUBuffer;
  readonly activated: GPUBuffer;
  /** x · Aᵀ of each matrix with low-rank factors, [R, modules · rank]; null without. */
  readonly reduced: Readonly<Record<MatrixKind, GPUBuffer>> | null;
}

/** Where a layer reads its input, keeps its keys and writes its output. */
export interface LayerPlace {
  /** [R, D]. */
  readonly input: GPUBuffer;
  /** [R, D]; may be the input. */
  readonly output: GPUBuffer;
  /** [cache rows, G S]. */
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
}

/** What all layers read. */
export interface SharedBuffers {
  readonly info: GPUBuffer;
  readonly angles: GPUBuffer;
}

export const isHeadNormed = ({ attentionVariant }: ModelConfig) => attentionVariant === 'headNormed';

/** 32-bit elements of a layer's buffers for `rows` rows, without those of low-rank factors. */
export function layerSizes(config: ModelConfig, rows: number): Sizes<Exclude<keyof LayerBuffers, 'reduced'>> {
  const { hiddenSize: D, intermediateSize: F, headSize: S, headCount: H, keyValueHeadCount: G } = config;
  return {
    middle: rows * D,
    norm1: rows * D,
    inverse1: rows,
    projected: isHeadNormed(config) ? rows * (H + 2 * G) * S : 0,
    headInverse: isHeadNormed(config) ? rows * (H + G) : 0,
    qkv: rows * (H + 2 * G) * S,
    attentionStats: rows * H * 2,
    attended: rows * H * S,
    norm2: rows * D,
    inverse2: rows,
    gateUp: rows * 2 * F,
    activated: rows * F,
  };
}

/** Modules that lie in each matrix. */
const MODULES: Readonly<Record<MatrixKind, number>> = { qkv: 3, out: 1, gateUp: 2, down: 1 };

/** Of `LayerBuffers.reduced`. */
export function reducedSizes(rows: number, rank: number): Sizes<MatrixKind> {
  const entries = MATRIX_KINDS.map((kind) => [kind, rows * rank * MODULES[kind]] as const);
  return Object.fromEntries(entries) as Record<MatrixKind, number>; // every kind has an entry
}

/** @param rank of low-rank factors; null where there are none */
export function createLayerBuffers(
  pool: BufferPool,
  config: ModelConfig,
  rows: number,
  rank: number | null,
): LayerBuffers {
  const reduced = rank === null ? null : createBuffers(pool, reducedSizes(rows, rank));
  return { ...createBuffers(pool, layerSizes(config, rows)), reduced };
}

/** Rotary angles as (cos, sin) pairs [context, S / 2], computed in float64: WGSL's sin and cos are too coarse. */
export function ropeAngles(config: ModelConfig): Float32Array<ArrayBuffer> {
  const frequencies = rotaryFrequencies(config);
  const half = frequencies.length;
  const angles = new Float32Array(config.contextLength * half * 2);
  for (let position = 0; position < config.contextLength; position++) {
    frequencies.forEach((frequency, pair) => {
      const angle = position * frequency;
      angles[(position * half + pair) * 2] = Math.cos(angle);
      angles[(position * half + pair) * 2 + 1] = Math.sin(angle);
    });
  }
  return angles;
}

/** One layer. Source: Llama (arXiv 2302.13971). @param hasOutput false where only what lies before the output is wanted */
export function recordLayer(
  plan: Plan,
  { config, style, tiles, purpose }: PlanContext,
  weights: KernelWeights,
  index: number,
  { info, angles }: SharedBuffers,
  { input, output, keys, values }: LayerPlace,
  layer: LayerBuffers,
  hasOutput = true,
): void {
  const { hiddenSize, intermediateSize } = config;
  const norm = (name: 'norm1' | 'norm2', x: GPUBuffer, y: GPUBuffer, inverse: GPUBuffer) => {
    const gain = weights.vector(`${index}.${name}`);
    const shape = { width: hiddenSize, epsilon: config.rmsNormEpsilon, over: 'rows' } as const;
    recordRmsNorm(plan, style, { info, x, gain, y, inverse, ...shape });
  };
  const linear = (kind: MatrixKind, x: GPUBuffer, y: GPUBuffer, residual: GPUBuffer | null = null) => {
    const factors = weights.lowRank(`${index}.${kind}`);
    const lowRank = factors && layer.reduced && { factors, reduced: layer.reduced[kind] };
    recordLinear(plan, {
      info,
      over: 'rows',
      weights: weights.matrix(`${index}.${kind}`),
      x,
      y,
      residual,
      lowRank,
      tiles,
    });
  };

  norm('norm1', input, layer.norm1, layer.inverse1);
  linear('qkv', layer.norm1, isHeadNormed(config) ? layer.projected : layer.qkv);
  if (isHeadNormed(config)) {
    const { projected, qkv, headInverse: inverse } = layer;
    const gains = weights.vector(`${index}.headNorm`);
    recordHeadNorm(plan, config, { info, projected, gains, qkv, inverse, epsilon: config.rmsNormEpsilon });
  }
  recordRope(plan, config, { info, angles, qkv: layer.qkv, keys, values });
  const { qkv, attended: out, attentionStats: stats } = layer;
  recordAttention(plan, style, config, { info, qkv, keys, values, out, stats }, purpose);
  linear('out', layer.attended, layer.middle, input);
  norm('norm2', layer.middle, layer.norm2, layer.inverse2);
  linear('gateUp', layer.norm2, layer.gateUp);
  recordSwiglu(plan, { info, gateUp: layer.gateUp, width: intermediateSize, out: layer.activated });
  if (hasOutput) linear('down', layer.activated, output, layer.middle);
}

/** Output of the last layer [R, D] → normed states of the drawn (or scored) rows [N, D]. */
export function recordFinalNorm(
  plan: Plan,
  { config, style }: PlanContext,
  weights: KernelWeights,
  info: GPUBuffer,
  output: GPUBuffer,
  { hidden, inverse }: { readonly hidden: GPUBuffer; readonly inverse: GPUBuffer },
): void {
  recordRmsNorm(plan, style, {
    info,
    x: output,
    gain: weights.vector('norm'),
    y: hidden,
    inverse,
    width: config.hiddenSize,
    epsilon: config.rmsNormEpsilon,
    over: 'draws',
  });
}
