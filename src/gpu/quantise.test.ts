import { expect, test } from 'vitest';
import { z } from 'zod';
import { readFixture } from '../../tests/fixtureFiles.ts';
import { checkInput } from './checks/inputs.ts';
import { GROUP_SIZE, groupsPerRow, packRows, PRECISIONS, wordsPerRow, type Precision } from './quantise.ts';

/** Float16 bits to a number. */
function halfValue(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** What `packRows` kept, read back by the description of the format. */
function stored(precision: Precision, rows: Float32Array, columns: number): number[] {
  const { words, scales } = packRows(precision, rows, columns);
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const rowBytes = wordsPerRow(precision, columns) * 4;
  return [...rows.keys()].map((index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const [group, place] = [Math.floor(column / GROUP_SIZE), column % GROUP_SIZE];
    const scale = scales?.[row * groupsPerRow(columns) + group] ?? NaN;
    const view = new DataView(words.buffer, words.byteOffset + row * rowBytes);
    switch (precision) {
      case 'f32':
        return view.getFloat32(column * 4, true);
      case 'f16':
        return halfValue(view.getUint16(column * 2, true));
      case 'int8':
        return view.getInt8(group * 32 + place) * scale;
      case 'int4': {
        const byte = bytes[row * rowBytes + group * 16 + (place % 16)] ?? 0;
        return ((place < 16 ? byte & 15 : byte >> 4) - 8) * scale;
      }
    }
  });
}

const BOUNDS: Record<Precision, (value: number, largest: number) => number> = {
  f32: () => 0,
  f16: (value) => Math.max(Math.abs(value) * 2 ** -11, 2 ** -25),
  int8: (_value, largest) => (largest / 254) * (1 + 1e-6),
  int4: (value, largest) => (Math.abs(value) > (largest * 7) / 8 ? largest / 8 : largest / 16) * (1 + 1e-6),
};

test.each(PRECISIONS)('%s keeps numbers within the documented bounds, at all scales and row lengths', (precision) => {
  for (const columns of [4, 36, 64, 132]) {
    for (const scale of [1, 2 ** -12, 1000]) {
      const rows = checkInput(`quantise ${columns}`, 5 * columns).map((value) => value * scale);
      const kept = stored(precision, rows, columns);
      for (const [index, value] of rows.entries()) {
        const start = index - ((index % columns) % GROUP_SIZE);
        const end = Math.min(start + GROUP_SIZE, index - (index % columns) + columns);
        const largest = Math.max(...rows.subarray(start, end).map(Math.abs));
        expect(Math.abs((kept[index] ?? NaN) - value)).toBeLessThanOrEqual(BOUNDS[precision](value, largest));
      }
    }
  }
});

test('float16: to the nearest, ties to even, subnormals, signs', () => {
  const exact = [0, -0, 1, -2, 65504, 2 ** -14, 2 ** -24, -(2 ** -24) * 1023];
  expect(stored('f16', Float32Array.from(exact), 4)).toEqual(exact);
  const between = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 3 * 2 ** -25];
  expect(stored('f16', Float32Array.from(between), 4)).toEqual([1, 1 + 2 ** -9, 0, 2 ** -23]);
});

test('groups of zeros stay zero', () => {
  for (const precision of PRECISIONS) {
    expect(stored(precision, new Float32Array(64), 64).every((value) => value === 0)).toBe(true);
  }
});

test('what a format cannot hold is refused', () => {
  const refusal = expect.objectContaining({ code: 'weights-range' });
  expect(() => packRows('f16', Float32Array.of(0, 0, 65520, 0), 4)).toThrow(refusal);
  expect(() => packRows('f16', Float32Array.of(0, NaN, 0, 0), 4)).toThrow(refusal);
  expect(() => packRows('int8', Float32Array.of(0, Infinity, 0, 0), 4)).toThrow(refusal);
  expect(() => packRows('int4', Float32Array.of(NaN, 0, 0, 0), 4)).toThrow(refusal);
});

const Blocks = z.object({ columns: z.int(), rows: z.array(z.array(z.number())), int8: z.hex(), int4: z.hex() });

test.each(['int8', 'int4'] as const)('%s is what llama.cpp makes of the same rows', async (precision) => {
  const bytes = await readFixture('gguf-blocks.json');
  const golden = Blocks.parse(JSON.parse(new TextDecoder().decode(bytes ?? undefined)));
  const { words, scales } = packRows(precision, Float32Array.from(golden.rows.flat()), golden.columns);
  const codeBytes = precision === 'int8' ? 32 : 16;
  const blocks = Buffer.from(golden[precision], 'hex');
  const codes = Buffer.from(words.buffer);
  for (const [group, scale] of (scales ?? []).entries()) {
    const block = blocks.subarray(group * (codeBytes + 2), (group + 1) * (codeBytes + 2));
    const [scaleBits = NaN] = packRows('f16', Float32Array.of(scale, 0), 2).words; // the other half is 0
    // Plus zero, so that -0 is 0.
    expect(halfValue(block.readUInt16LE(0)) + 0, `scale of group ${group}`).toBe(halfValue(scaleBits) + 0);
    const own = codes.subarray(group * codeBytes, (group + 1) * codeBytes);
    // A block whose scale is zero means zeros, whatever its codes.
    if (scale !== 0) expect(own.toString('hex'), `codes of group ${group}`).toBe(block.subarray(2).toString('hex'));
  }
});
