import { AppError } from '../../base/errors.ts';
import type { Bindable, BufferPool } from '../plan.ts';
import { groupsPerRow, packRows, wordsPerRow, type Precision } from '../quantise.ts';

/** A linear layer's weights [N, K] on the device, Hugging Face's [out, in], in blocks of rows that fit into one binding. */
export interface LinearWeights {
  readonly precision: Precision;
  readonly N: number;
  readonly K: number;
  readonly blocks: readonly WeightBlock[];
  /** [N], float32. */
  readonly bias: Bindable | null;
}

export interface WeightBlock {
  readonly firstRow: number;
  readonly rowCount: number;
  /** `quantise.ts` says how numbers lie in words. */
  readonly words: Bindable;
  /** One float32 per group of 32, for the integers. */
  readonly scales: Bindable | null;
}

/** Blocks and views begin at multiples of so many rows: then all of their buffers begin at a multiple of 256 bytes. */
export const ROW_STEP = 64;

export interface LinearWeightsOptions {
  readonly label: string;
  readonly precision: Precision;
  readonly N: number;
  readonly K: number;
  readonly hasBias?: boolean;
  /** Of one block; what the device allows in one binding, when absent. */
  readonly blockBytes?: number;
}

/** Zeros (for the integers: scales of zero), owned by `pool`. @throws AppError `linear-shape` */
export function createLinearWeights(
  device: GPUDevice,
  pool: BufferPool,
  { label, precision, N, K, hasBias = false, blockBytes = bindingLimit(device) }: LinearWeightsOptions,
): LinearWeights {
  if (K % 4 !== 0) {
    throw new AppError('linear-shape', {
      what: 'The kernels cannot run this model.',
      why: `${label} has ${K} inputs, which is not a multiple of 4.`,
      fix: 'Choose a model whose sizes are multiples of 4 (all published models are).',
    });
  }
  const rowWords = wordsPerRow(precision, K);
  const rowsPerBlock = Math.max(ROW_STEP, Math.floor(blockBytes / (rowWords * 4) / ROW_STEP) * ROW_STEP);
  const blocks = Array.from({ length: Math.ceil(N / rowsPerBlock) }, (_, index): WeightBlock => {
    const firstRow = index * rowsPerBlock;
    const rowCount = Math.min(rowsPerBlock, N - firstRow);
    return {
      firstRow,
      rowCount,
      words: pool.create(label, rowCount * rowWords),
      scales: isQuantised(precision) ? pool.create(`${label} scales`, rowCount * groupsPerRow(K)) : null,
    };
  });
  return { precision, N, K, blocks, bias: hasBias ? pool.create(`${label} bias`, N) : null };
}

/** Of all blocks and the bias: what `createLinearWeights` takes from a pool. */
export function linearBytes(precision: Precision, N: number, K: number, hasBias = false): number {
  const scales = isQuantised(precision) ? groupsPerRow(K) : 0;
  return 4 * (N * (wordsPerRow(precision, K) + scales) + (hasBias ? N : 0));
}

/** Stores rows from `firstRow` on, rounded to the weights' precision. Call it with a few thousand rows at a time. */
export function writeRows(device: GPUDevice, weights: LinearWeights, firstRow: number, rows: Float32Array): void {
  const { precision, K } = weights;
  const end = firstRow + rows.length / K;
  for (const block of weights.blocks) {
    const from = Math.max(firstRow, block.firstRow);
    const to = Math.min(end, block.firstRow + block.rowCount);
    if (from >= to) continue;
    const { words, scales } = packRows(precision, rows.subarray((from - firstRow) * K, (to - firstRow) * K), K);
    const row = from - block.firstRow;
    write(device, block.words, row * wordsPerRow(precision, K) * 4, words);
    if (scales && block.scales) write(device, block.scales, row * groupsPerRow(K) * 4, scales);
  }
}

export function writeBias(device: GPUDevice, weights: LinearWeights, bias: Float32Array<ArrayBuffer>): void {
  if (!weights.bias) throw new Error('these weights have no bias');
  write(device, weights.bias, 0, bias);
}

/** The rows first … first + count - 1 as weights of their own: a view. @param first a multiple of 64 */
export function rowsOf(weights: LinearWeights, first: number, count: number): LinearWeights {
  if (first % ROW_STEP !== 0) throw new Error(`rowsOf: ${first} is not a multiple of ${ROW_STEP}`);
  const { precision, K } = weights;
  const part = (bound: Bindable, row: number, rows: number, rowBytes: number): GPUBufferBinding => {
    const { buffer, offset } = placeOf(bound);
    return { buffer, offset: offset + row * rowBytes, size: Math.max(4, rows * rowBytes) };
  };
  const blocks = weights.blocks.flatMap((block): WeightBlock[] => {
    const from = Math.max(first, block.firstRow);
    const rowCount = Math.min(first + count, block.firstRow + block.rowCount) - from;
    if (rowCount <= 0) return [];
    const row = from - block.firstRow;
    const words = part(block.words, row, rowCount, wordsPerRow(precision, K) * 4);
    const scales = block.scales && part(block.scales, row, rowCount, groupsPerRow(K) * 4);
    return [{ firstRow: from - first, rowCount, words, scales }];
  });
  return { precision, N: count, K, blocks, bias: weights.bias && part(weights.bias, first, count, 4) };
}

function placeOf(bound: Bindable): { readonly buffer: GPUBuffer; readonly offset: number } {
  return 'buffer' in bound ? { buffer: bound.buffer, offset: bound.offset ?? 0 } : { buffer: bound, offset: 0 };
}

function write(
  device: GPUDevice,
  bound: Bindable,
  offset: number,
  data: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
) {
  const place = placeOf(bound);
  device.queue.writeBuffer(place.buffer, place.offset + offset, data);
}

const isQuantised = (precision: Precision) => precision === 'int8' || precision === 'int4';

function bindingLimit({ limits }: GPUDevice): number {
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}
