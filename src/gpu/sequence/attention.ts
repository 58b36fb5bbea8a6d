import { attentionDecode, decodeHeads, DECODE_THREADS } from '../kernels/attentionDecode.ts';
import {
  attentionKeyValueGradientSerial,
  attentionQueryGradientSerial,
  attentionSerial,
  decodeTile,
  serialConstants,
  serialRows,
  serialTile,
  type SerialTile,
} from '../kernels/attentionSerial.ts';
import { attentionConstants, type AttentionShape } from '../kernels/attentionShape.ts';
import { attentionTiled, FORWARD_BLOCK, TILE, tiledConstants } from '../kernels/attentionTiled.ts';
import {
  attentionKeyValueGradientTiled,
  attentionQueryGradientTiled,
  gradientBlock,
} from '../kernels/attentionTiledGradients.ts';
import { neighboursOn, type Neighbours } from '../kernels/neighbours.ts';
import { reductionConstants } from '../kernels/workgroupReduce.ts';
import type { Kernel, Plan, Workgroups } from '../plan.ts';
import type { KernelStyle } from '../style.ts';
import { reductionOf, type SubgroupUse } from './subgroups.ts';

/** Buffers of attention: see `AttentionShape` for what they hold. */
export interface AttentionBuffers extends SubgroupUse {
  readonly info: GPUBuffer;
  readonly qkv: GPUBuffer;
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
  readonly out: GPUBuffer;
  /** The forward pass writes log Σ exp, the backward pass delta. */
  readonly stats: GPUBuffer;
}

export interface AttentionBackwardCall extends AttentionBuffers {
  /** [R, H S]. */
  readonly dOut: GPUBuffer;
  /** [R, (H + 2G) S]: gradients of rotated queries, rotated keys and values, overwritten. */
  readonly dQkv: GPUBuffer;
}

/** @param purpose `train` where the cache row of a token is its row of the batch, and sequences lie one after the other */
export function recordAttention(
  plan: Plan,
  style: KernelStyle,
  shape: AttentionShape,
  call: AttentionBuffers,
  purpose: 'train' | 'decode',
): void {
  const { info, qkv, keys, values, out, stats } = call;
  const buffers = [info, qkv, keys, values, out, stats];
  if (style === 'serial') {
    const neighbours = neighboursOf(plan, call);
    const tile = purpose === 'decode' ? decodeTile(shape, neighbours) : serialTile(shape, 'queries', neighbours);
    addSerial(plan, shape, tile, attentionSerial(shape, tile), shape.headCount / tile.heads, buffers);
  } else if (purpose === 'train') {
    addTiled(plan, shape, FORWARD_BLOCK, attentionTiled(shape), shape.headCount, buffers);
  } else {
    const reduction = reductionOf(plan, call, DECODE_THREADS);
    const heads = decodeHeads(shape);
    const constants = { ...attentionConstants(shape), ...reductionConstants(reduction), AT_ONCE: heads };
    const workgroups: Workgroups = (rows) => (rows * shape.headCount) / heads;
    plan.add(attentionDecode(shape, reduction), constants, buffers, workgroups);
  }
}

/** Gradient of `recordAttention` for training. */
export function recordAttentionBackward(
  plan: Plan,
  style: KernelStyle,
  shape: AttentionShape,
  call: AttentionBackwardCall,
): void {
  const { info, qkv, keys, values, out, stats, dOut, dQkv } = call;
  const ofQueries = [info, qkv, keys, values, out, dOut, stats, dQkv];
  const ofKeys = [info, qkv, keys, values, dOut, stats, dQkv];
  const { headCount, keyValueHeadCount } = shape;
  if (style === 'serial') {
    const neighbours = neighboursOf(plan, call);
    const queries = serialTile(shape, 'queries', neighbours);
    addSerial(plan, shape, queries, attentionQueryGradientSerial(shape, queries), headCount / queries.heads, ofQueries);
    const held = serialTile(shape, 'keys', neighbours);
    addSerial(plan, shape, held, attentionKeyValueGradientSerial(shape, held), keyValueHeadCount, ofKeys);
  } else {
    const block = gradientBlock(shape);
    addTiled(plan, shape, block, attentionQueryGradientTiled(shape), headCount, ofQueries);
    addTiled(plan, shape, block, attentionKeyValueGradientTiled(shape), keyValueHeadCount, ofKeys);
  }
}

function neighboursOf({ library }: Plan, { usesSubgroups = true }: SubgroupUse): Neighbours {
  const neighbours = neighboursOn(library.device.adapterInfo, library.device.features);
  return neighbours === 'quad' && !usesSubgroups ? 'four' : neighbours;
}

function addSerial(
  plan: Plan,
  shape: AttentionShape,
  tile: SerialTile,
  kernel: Kernel,
  slices: number,
  buffers: readonly GPUBuffer[],
): void {
  const constants = { ...attentionConstants(shape), ...serialConstants(tile) };
  plan.add(kernel, constants, buffers, (rows) => Math.ceil(rows / serialRows(tile)) * slices);
}

function addTiled(
  plan: Plan,
  shape: AttentionShape,
  block: number,
  kernel: Kernel,
  units: number,
  buffers: readonly GPUBuffer[],
): void {
  const constants = { ...attentionConstants(shape), ...tiledConstants(shape, block) };
  plan.add(kernel, constants, buffers, (rows) => Math.ceil(rows / TILE) * units);
}
