import { recordLinearBackward } from '../gpu/linear.ts';
import type { BufferPool, Plan } from '../gpu/plan.ts';
import {
  recordAttentionBackward,
  recordHeadNormBackward,
  recordRmsNormBackward,
  recordRopeBackward,
  recordSwigluBackward,
} from '../gpu/sequence.ts';
import { createBuffers, type Sizes } from './bufferSizes.ts';
import {
  isHeadNormed,
  reducedSizes,
  type LayerBuffers,
  type LayerPlace,
  type PlanContext,
  type SharedBuffers,
} from './forwardPlan.ts';
import { biasKey, type KernelWeights, type MatrixKind } from './kernelWeights.ts';
import type { ModelConfig } from './modelConfig.ts';
import type { TensorBuffers } from './tensorBuffers.ts';

/** Working memory of the backward pass; layers use it one after the other. */
export interface BackwardBuffers {
  /** Gradient of the residual stream [R, D]; every branch adds to it. Cleared before each replay. */
  readonly residual: GPUBuffer;
  readonly normed: GPUBuffer;
  readonly attended: GPUBuffer;
  readonly qkv: GPUBuffer;
  readonly activated: GPUBuffer;
  readonly gateUp: GPUBuffer;
  /** Gradient of `reduced` of one matrix; null without low-rank factors. */
  readonly reduced: GPUBuffer | null;
}

/** 32-bit elements of each, without that of low-rank factors. */
export function backwardSizes(config: ModelConfig, rows: number): Sizes<Exclude<keyof BackwardBuffers, 'reduced'>> {
  const { hiddenSize: D, intermediateSize: F, headSize: S, headCount: H, keyValueHeadCount: G } = config;
  return {
    residual: rows * D,
    normed: rows * D,
    attended: rows * H * S,
    qkv: rows * (H + 2 * G) * S,
    activated: rows * F,
    gateUp: rows * 2 * F,
  };
}

/** Of `BackwardBuffers.reduced`: matrices use it one after the other. */
export function reducedGradientSize(rows: number, rank: number): number {
  return Math.max(...Object.values<number>(reducedSizes(rows, rank)));
}

/** @param rank of low-rank factors; null where there are none */
export function createBackwardBuffers(
  pool: BufferPool,
  config: ModelConfig,
  rows: number,
  rank: number | null,
): BackwardBuffers {
  const reduced = rank === null ? null : pool.create('dReduced', reducedGradientSize(rows, rank));
  return { ...createBuffers(pool, backwardSizes(config, rows)), reduced };
}

/** Where gradients are added up: of all weights, or of the low-rank factors beside them. */
export interface GradientTarget {
  readonly isFull: boolean;
  readonly sums: TensorBuffers;
}

/** Gradient of the final normed states [N, D] → of the last layer's output, in `residual`. */
export function recordFinalNormBackward(
  plan: Plan,
  { config, style }: PlanContext,
  weights: KernelWeights,
  target: GradientTarget,
  info: GPUBuffer,
  { output, inverse, dHidden, residual }: { output: GPUBuffer; inverse: GPUBuffer; dHidden: GPUBuffer; residual: GPUBuffer }, // prettier-ignore
): void {
  recordRmsNormBackward(plan, style, {
    info,
    x: output,
    gain: weights.vector('norm'),
    inverse,
    dy: dHidden,
    dx: residual,
    gainGradient: target.isFull ? target.sums.buffer('norm') : null,
    width: config.hiddenSize,
    over: 'draws',
  });
}

/**
 * Backward pass of one layer: `residual` holds the gradient of its output, then that of its input.
 * @param hasInputGradient false where nothing before the layer is trained
 */
export function recordLayerBackward(
  plan: Plan,
  { config, style, tiles }: PlanContext,
  weights: KernelWeights,
  target: GradientTarget,
  index: number,
  { info, angles }: SharedBuffers,
  { input, keys, values }: Omit<LayerPlace, 'output'>,
  layer: LayerBuffers,
  backward: BackwardBuffers,
  hasInputGradient: boolean,
): void {
  const { hiddenSize, intermediateSize: width } = config;
  const { residual } = backward;
  const { isFull } = target;
  const linear = (kind: MatrixKind, x: GPUBuffer, dy: GPUBuffer, dx: GPUBuffer | null) => {
    const key = `${index}.${kind}`;
    const factors = weights.lowRank(key);
    const lowRank =
      factors && layer.reduced && backward.reduced
        ? {
            factors,
            reduced: layer.reduced[kind],
            dReduced: backward.reduced,
            aGradient: target.sums.buffer(`${key}.a`),
            bGradient: target.sums.buffer(`${key}.b`),
          }
        : null;
    const weightGradient = isFull ? target.sums.matrix(key) : null;
    const matrix = weights.matrix(key);
    const call = {
      info,
      over: 'rows',
      weights: matrix,
      x,
      dy,
      dx,
      weightGradient,
      biasGradient: isFull && matrix.bias ? target.sums.buffer(biasKey(key)) : null,
      lowRank,
      tiles,
    } as const;
    recordLinearBackward(plan, call);
  };
  const norm = (name: 'norm1' | 'norm2', x: GPUBuffer, inverse: GPUBuffer) => {
    const key = `${index}.${name}`;
    const gainGradient = isFull ? target.sums.buffer(key) : null;
    const flow = { x, gain: weights.vector(key), inverse, dy: backward.normed, dx: residual, gainGradient };
    recordRmsNormBackward(plan, style, { info, width: hiddenSize, over: 'rows', ...flow });
  };

  linear('down', layer.activated, residual, backward.activated);
  const { activated: dOut, gateUp: dGateUp } = backward;
  recordSwigluBackward(plan, { info, gateUp: layer.gateUp, width, dOut, dGateUp });
  linear('gateUp', layer.norm2, backward.gateUp, backward.normed);
  norm('norm2', layer.middle, layer.inverse2);

  linear('out', layer.attended, residual, backward.attended);
  const { qkv, attended: out, attentionStats: stats } = layer;
  const attention = { info, qkv, keys, values, out, stats, dOut: backward.attended, dQkv: backward.qkv };
  recordAttentionBackward(plan, style, config, attention);
  recordRopeBackward(plan, config, { info, angles, dQkv: backward.qkv });
  if (isHeadNormed(config)) {
    const key = `${index}.headNorm`;
    const gainGradient = isFull ? target.sums.buffer(key) : null;
    const { projected, headInverse: inverse } = layer;
    const gains = weights.vector(key);
    recordHeadNormBackward(plan, config, { info, projected, gains, inverse, dQkv: backward.qkv, gainGradient });
  }
  linear('qkv', layer.norm1, backward.qkv, hasInputGradient ? backward.normed : null);
  if (hasInputGradient) norm('norm1', input, layer.inverse1);
}
