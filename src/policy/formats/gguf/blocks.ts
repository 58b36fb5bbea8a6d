import { packRows, GROUP_SIZE } from '../../../gpu/quantise.ts';
import { decodeTensor, halfToFloat, type StoredType } from '../safetensors.ts';

/**
 * How GGUF stores rows of numbers, by its own type numbers. Rows are cut into blocks of 32 or 256 numbers that share scales
 * (https://github.com/ggml-org/llama.cpp, ggml-quants.c, `dequantize_row_*`).
 */
export interface BlockType {
  readonly name: string;
  /** Numbers of a block, and its bytes. */
  readonly numbers: number;
  readonly bytes: number;
  /** @param data whole blocks, in memory of their own where a block is one number */
  decode(data: Uint8Array<ArrayBuffer>): Float32Array;
}

/** Numbers that stand alone. */
function plain(dtype: StoredType, bytes: number): BlockType {
  const place = { shape: [], dtype, begin: 0, end: 0 };
  return { name: dtype, numbers: 1, bytes, decode: (data) => decodeTensor(place, data).data };
}

/** @param decodeOne writes the numbers of the block that begins at byte `at` to `out[to]`, `out[to + 1]`, … */
function inBlocks(
  name: string,
  numbers: number,
  bytes: number,
  decodeOne: (view: DataView, at: number, out: Float32Array, to: number) => void,
): BlockType {
  return {
    name,
    numbers,
    bytes,
    decode(data) {
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      const count = Math.floor(data.byteLength / bytes);
      const out = new Float32Array(count * numbers);
      for (let block = 0; block < count; block++) decodeOne(view, block * bytes, out, block * numbers);
      return out;
    },
  };
}

const half = (view: DataView, at: number) => halfToFloat(view.getUint16(at, true));

/** A scale, then 32 signed bytes. */
const Q8_0 = inBlocks('Q8_0', 32, 34, (view, at, out, to) => {
  const scale = half(view, at);
  for (let i = 0; i < 32; i++) out[to + i] = view.getInt8(at + 2 + i) * scale;
});

/** A scale, then 16 bytes; byte i holds numbers i (low half) and i + 16, each plus 8. */
const Q4_0 = inBlocks('Q4_0', 32, 18, (view, at, out, to) => {
  const scale = half(view, at);
  for (let i = 0; i < 16; i++) {
    const byte = view.getUint8(at + 2 + i);
    out[to + i] = ((byte & 15) - 8) * scale;
    out[to + i + 16] = ((byte >> 4) - 8) * scale;
  }
});

/**
 * Scale and least value of the block, then 6-bit scale and least value of each of eight groups of 32 (in 12 bytes), then four
 * times 32 bytes, each of which holds a number of one group and, in its upper half, one of the next.
 */
const Q4_K = inBlocks('Q4_K', 256, 144, (view, at, out, to) => {
  const [scale, least] = [half(view, at), half(view, at + 2)];
  const byte = (i: number) => view.getUint8(at + 4 + i);
  for (let group = 0; group < 8; group++) {
    const isEarly = group < 4;
    const low = isEarly ? byte(group) & 63 : (byte(group + 4) & 15) | ((byte(group - 4) >> 6) << 4);
    const high = isEarly ? byte(group + 4) & 63 : (byte(group + 4) >> 4) | ((byte(group) >> 6) << 4);
    const factor = Math.fround(scale * low);
    const offset = Math.fround(least * high);
    for (let i = 0; i < 32; i++) {
      const pair = view.getUint8(at + 16 + 32 * (group >> 1) + i);
      out[to + 32 * group + i] = factor * (group & 1 ? pair >> 4 : pair & 15) - offset;
    }
  }
});

/** 128 bytes of low halves, 64 bytes of upper pairs of bits, 16 signed scales of 16 numbers each, and the block's scale. */
const Q6_K = inBlocks('Q6_K', 256, 210, (view, at, out, to) => {
  const scale = half(view, at + 208);
  for (let index = 0; index < 256; index++) {
    const [part, lane, i] = [index >> 7, (index >> 5) & 3, index & 31]; // halves of 128, quarters of them, numbers
    const low = view.getUint8(at + 64 * part + 32 * (lane & 1) + i);
    const upper = view.getUint8(at + 128 + 32 * part + i);
    const code = (lane < 2 ? low & 15 : low >> 4) | (((upper >> (2 * lane)) & 3) << 4);
    out[to + index] = Math.fround(scale * view.getInt8(at + 192 + (index >> 4))) * (code - 32);
  }
});

/** Those that can be read, by the number that stands in the file. */
export const BLOCK_TYPES: ReadonlyMap<number, BlockType> = new Map([
  [0, plain('F32', 4)],
  [1, plain('F16', 2)],
  [2, Q4_0],
  [8, Q8_0],
  [12, Q4_K],
  [14, Q6_K],
  [30, plain('BF16', 2)],
]);

/** What can be written: the file's number, and a row-major matrix as its bytes. */
export const WRITERS = {
  f32: { type: 0, bytesOf: (rows: Float32Array) => new Uint8Array(rows.slice().buffer) },
  f16: { type: 1, bytesOf: halfBytes },
  q8_0: { type: 8, bytesOf: byteBlocks },
} as const;
export type WrittenType = keyof typeof WRITERS;

/** @throws AppError `weights-range` where a number is too large */
function halfBytes(rows: Float32Array): Uint8Array {
  const even = rows.length % 2 === 0 ? rows : Float32Array.of(...rows, 0);
  return new Uint8Array(packRows('f16', even, 2).words.buffer, 0, rows.length * 2);
}

/** @param rows of a width that 32 divides */
function byteBlocks(rows: Float32Array): Uint8Array {
  const { words, scales } = packRows('int8', rows, GROUP_SIZE);
  const codes = new Uint8Array(words.buffer);
  const count = rows.length / GROUP_SIZE;
  const halves = halfBytes(scales ?? new Float32Array(count));
  const file = new Uint8Array(count * Q8_0.bytes);
  for (let block = 0; block < count; block++) {
    file.set(halves.subarray(2 * block, 2 * block + 2), block * Q8_0.bytes);
    file.set(codes.subarray(32 * block, 32 * block + 32), block * Q8_0.bytes + 2);
  }
  return file;
}
