import { GROUP_SIZE, groupsPerRow, packRows, wordsPerRow, type PackedRows, type Precision } from '../gpu/quantise.ts';
import { precisionOf, weightGroups } from './kernelWeights.ts';
import type { ModelConfig } from './modelConfig.ts';
import { tensorNamed, type HostTensor, type Weights } from './weights.ts';

/** The numbers that frozen weights of a precision hold, in float32: what every engine computes with. */
export function roundedWeights(config: ModelConfig, weights: Weights, precision: Precision): Weights {
  if (precision === 'f32') return weights;
  const rounded = new Map<string, HostTensor>(weights);
  for (const { key, parts } of weightGroups(config)) {
    for (const name of parts) {
      const { shape, data } = tensorNamed(weights, name);
      const [, columns] = shape;
      if (columns !== undefined)
        rounded.set(name, { shape, data: roundRows(precisionOf(key, precision), data, columns) });
    }
  }
  return rounded;
}

/** What is left of `rows` [rows, columns] in a precision. */
export function roundRows(precision: Precision, rows: Float32Array, columns: number): Float32Array {
  const packed = packRows(precision, rows, columns);
  const numberAt = readerOf(precision, packed, columns);
  return Float32Array.from(rows, (_, index) => numberAt(Math.floor(index / columns), index % columns));
}

function readerOf(precision: Precision, { words, scales }: PackedRows, columns: number) {
  const rowWords = wordsPerRow(precision, columns);
  const word = (row: number, at: number) => words[row * rowWords + at] ?? 0;
  const scaleOf = (row: number, column: number) =>
    scales?.[row * groupsPerRow(columns) + Math.floor(column / GROUP_SIZE)] ?? 0;
  const readers: Record<Precision, (row: number, column: number) => number> = {
    f32: (row, column) => floatOf(word(row, column)),
    f16: (row, column) => halfOf((word(row, column >> 1) >>> (16 * (column & 1))) & 0xffff),
    int8: (row, column) => {
      const code = (word(row, column >> 2) << (24 - 8 * (column & 3))) >> 24;
      return code * scaleOf(row, column);
    },
    int4: (row, column) => {
      const [group, place] = [Math.floor(column / GROUP_SIZE), column % GROUP_SIZE];
      const byte = place & 15;
      const code = (word(row, group * 4 + (byte >> 2)) >>> (8 * (byte & 3) + 4 * (place >> 4))) & 15;
      return (code - 8) * scaleOf(row, column);
    },
  };
  return readers[precision];
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
function floatOf(word: number): number {
  bits[0] = word;
  return float[0] ?? 0;
}

/** The number of a float16. */
function halfOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
