import { AppError } from '../base/errors.ts';

/**
 * How the numbers of a linear layer are stored. Every product computes in float32 with the stored numbers: rounding happens
 * once, here. With m the largest magnitude of a group, a stored number is off by at most
 * - `f32`: nothing;
 * - `f16`: 2⁻¹¹ of itself, or 2⁻²⁵ where it is below 2⁻¹⁴;
 * - `int8`: m / 254, and float32's rounding;
 * - `int4`: m / 16, but m / 8 for numbers beyond 7/8 of m whose sign is not that of the group's largest.
 *
 * Groups are 32 neighbours of one row, the last one filled up with zeros, each with one scale. `int8` and `int4` are
 * GGUF's blocks Q8_0 and Q4_0 with the scale in float32 (GGUF rounds it to 16 bits), so that its files fit without loss:
 * https://github.com/ggml-org/llama.cpp, ggml-quants.c, quantize_row_q8_0_ref and quantize_row_q4_0_ref.
 */
export type Precision = 'f32' | 'f16' | 'int8' | 'int4';

export const PRECISIONS: readonly Precision[] = ['f32', 'f16', 'int8', 'int4'];

/** Numbers that share a scale. */
export const GROUP_SIZE = 32;

/** Rows as they lie on the device. */
export interface PackedRows {
  /** `wordsPerRow` a row. `int4`: byte j of a group holds number j in its low half and number j + 16 in its high half. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** One per group, for the integers. */
  readonly scales: Float32Array<ArrayBuffer> | null;
}

export function groupsPerRow(columns: number): number {
  return Math.ceil(columns / GROUP_SIZE);
}

/** 32-bit words of one row, without scales. */
export function wordsPerRow(precision: Precision, columns: number): number {
  switch (precision) {
    case 'f32':
      return columns;
    case 'f16':
      return columns / 2;
    case 'int8':
      return groupsPerRow(columns) * (GROUP_SIZE / 4);
    case 'int4':
      return groupsPerRow(columns) * (GROUP_SIZE / 8);
  }
}

/** @param rows [rows, columns]. @throws AppError `weights-range` when a number is not finite, or too large for `f16` */
export function packRows(precision: Precision, rows: Float32Array, columns: number): PackedRows {
  switch (precision) {
    case 'f32':
      return { words: bitsOf(rows), scales: null };
    case 'f16':
      return { words: packHalves(rows), scales: null };
    case 'int8':
      return packGroups(rows, columns, 8, quantiseToBytes);
    case 'int4':
      return packGroups(rows, columns, 4, quantiseToNibbles);
  }
}

/** Quantises one group into `words`, which are zero. @returns its scale */
type QuantiseGroup = (group: Float32Array, words: Uint32Array) => number;

function packGroups(rows: Float32Array, columns: number, bits: number, quantise: QuantiseGroup): PackedRows {
  const groups = groupsPerRow(columns);
  const rowCount = rows.length / columns;
  const groupWords = (GROUP_SIZE * bits) / 32;
  const words = new Uint32Array(rowCount * groups * groupWords);
  const scales = new Float32Array(rowCount * groups);
  const group = new Float32Array(GROUP_SIZE);
  for (let index = 0; index < scales.length; index++) {
    const row = Math.floor(index / groups);
    const first = (index % groups) * GROUP_SIZE;
    const end = Math.min(first + GROUP_SIZE, columns);
    group.fill(0);
    group.set(rows.subarray(row * columns + first, row * columns + end));
    scales[index] = quantise(group, words.subarray(index * groupWords, (index + 1) * groupWords));
  }
  return { words, scales };
}

/** GGUF's Q8_0: `d = max |w| / 127`, numbers rounded to the nearest, halves away from zero. */
function quantiseToBytes(group: Float32Array, words: Uint32Array): number {
  const { scale, inverse } = scaleOf(Math.abs(largestOf(group)) / 127);
  group.forEach((value, index) => {
    const exact = Math.fround(value * inverse);
    const code = Math.sign(exact) * Math.floor(Math.abs(exact) + 0.5);
    words[index >> 2] = (words[index >> 2] ?? 0) | ((code & 255) << (8 * (index & 3)));
  });
  return scale;
}

/** GGUF's Q4_0: `d = w / -8` of the number w with the largest magnitude, whose code is therefore 0; codes say `w / d + 8`. */
function quantiseToNibbles(group: Float32Array, words: Uint32Array): number {
  const { scale, inverse } = scaleOf(largestOf(group) / -8);
  group.forEach((value, index) => {
    const code = Math.min(15, Math.trunc(value * inverse + 8.5));
    const byte = index & 15;
    words[byte >> 2] = (words[byte >> 2] ?? 0) | (code << (8 * (byte & 3) + (index >> 4) * 4));
  });
  return scale;
}

/** In float32. A group so small that the inverse overflows counts as zero. */
function scaleOf(exact: number): { readonly scale: number; readonly inverse: number } {
  const scale = Math.fround(exact);
  const inverse = Math.fround(1 / scale);
  return Number.isFinite(inverse) ? { scale, inverse } : { scale: 0, inverse: 0 };
}

/** The number with the largest magnitude, the first of several. */
function largestOf(group: Float32Array): number {
  let largest = 0;
  for (const value of group) {
    if (!Number.isFinite(value)) throw outOfRange(value, 'finite numbers');
    if (Math.abs(value) > Math.abs(largest)) largest = value;
  }
  return largest;
}

function packHalves(values: Float32Array): Uint32Array<ArrayBuffer> {
  const bits = bitsOf(values);
  const pairs = new Uint32Array(values.length / 2);
  for (let pair = 0; pair < pairs.length; pair++) {
    pairs[pair] = halfBits(bits[2 * pair] ?? 0) | (halfBits(bits[2 * pair + 1] ?? 0) << 16);
  }
  return pairs;
}

/** The same bytes. */
function bitsOf({ buffer, byteOffset, length }: Float32Array): Uint32Array<ArrayBuffer> {
  // The type is narrowed because shared memory cannot be written to a queue; host tensors never are shared.
  return new Uint32Array(buffer as ArrayBuffer, byteOffset, length);
}

/** Float32 bits to float16 bits, to the nearest, ties to even. */
function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x477ff000) throw outOfRange(floatOf(bits), 'numbers below 65,520');
  if (magnitude < 0x38800000) {
    const units = floatOf(magnitude) * 2 ** 24;
    const floor = Math.floor(units);
    const isUp = units - floor > 0.5 || (units - floor === 0.5 && floor % 2 === 1);
    return sign | (isUp ? floor + 1 : floor);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded >>> 13) - (112 << 10));
}

const scratchBits = new Uint32Array(1);
const scratchFloat = new Float32Array(scratchBits.buffer);
function floatOf(bits: number): number {
  scratchBits[0] = bits;
  return scratchFloat[0] ?? 0;
}

function outOfRange(value: number, allowed: string): AppError {
  return new AppError('weights-range', {
    what: 'The weights of this model cannot be stored in this precision.',
    why: `One of them is ${value}, and the format holds ${allowed} only.`,
    fix: 'Load the model in another precision, or download it again if its file may be damaged.',
  });
}
