import { GROUP_SIZE, type Precision } from '../quantise.ts';
import type { Binding } from './matmulProduct.ts';

/** Four neighbours of a row of weights, as WGSL expressions. */
export interface WeightLoader {
  readonly bindings: readonly Binding[];
  /** The functions that the expressions call. */
  readonly code: string;
  /** `[row, 4 · four … 4 · four + 3]` as vec4f; without their scale, where there is one. */
  codes(row: string, four: string): string;
  /** What the codes of a group are multiplied with, f32. */
  readonly scale: ((row: string, group: string) => string) | null;
}

/** Groups of 32 hold eight fours. */
export const FOURS_PER_GROUP = GROUP_SIZE / 4;

/**
 * Reads weights of one precision. `shape.inputs` and `shape.groups` describe a row (`matmulShape.ts`). Every way of reading
 * gives exactly the number that is stored, `code · scale` rounded once, so that all kernels multiply the same numbers.
 */
export function weightLoader(precision: Precision): WeightLoader {
  const words = (type: string): Binding => ({ name: 'words', type: `array<${type}>`, access: 'read' });
  const scales: Binding = { name: 'scales', type: 'array<f32>', access: 'read' };
  const scale = (row: string, group: string) => `scales[${row} * shape.groups + ${group}]`;
  const at = (row: string, four: string) => `${row} * (shape.inputs / 4u) + ${four}`;
  switch (precision) {
    case 'f32':
      return { bindings: [words('vec4f')], code: '', codes: (row, four) => `words[${at(row, four)}]`, scale: null };
    case 'f16':
      return {
        bindings: [words('vec2u')],
        code: `
fn halves(pairs: vec2u) -> vec4f { return vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y)); }`,
        codes: (row, four) => `halves(words[${at(row, four)}])`,
        scale: null,
      };
    case 'int8':
      return {
        bindings: [words('u32'), scales],
        // Bytes are masked and scaled instead of shifted: constant shifts are slow on SwiftShader, and both are exact.
        code: `
fn signedBytes(word: u32) -> vec4f {
  let biased = bitcast<vec4i>(vec4u(word ^ 0x80808080u) & vec4u(0xffu, 0xff00u, 0xff0000u, 0u));
  let top = f32(bitcast<i32>(word & 0xff000000u)) * 0x1p-24 + 128.0;
  return vec4f(vec3f(biased.xyz) * vec3f(1.0, 0x1p-8, 0x1p-16), top) - 128.0;
}`,
        codes: (row, four) => `signedBytes(words[${row} * shape.groups * 8u + ${four}])`,
        scale,
      };
    case 'int4':
      return {
        bindings: [words('u32'), scales],
        code: `
fn nibbles(word: u32, isHigh: bool) -> vec4f {
  let bytes = bitcast<vec4i>(vec4u(select(word, word >> 4u, isHigh)) & vec4u(0xfu, 0xf00u, 0xf0000u, 0xf000000u));
  return vec4f(bytes) * vec4f(1.0, 0x1p-8, 0x1p-16, 0x1p-24) - 8.0;
}`,
        codes: (row, four) =>
          `nibbles(words[${row} * shape.groups * 4u + ${four} / 8u * 4u + (${four} & 3u)], (${four} & 4u) != 0u)`,
        scale,
      };
  }
}
