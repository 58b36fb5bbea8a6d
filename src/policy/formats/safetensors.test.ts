import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../base/errors.ts';
import type { Weights } from '../weights.ts';
import { halfToFloat, readSafetensors, writeSafetensors } from './safetensors.ts';

const tensors: Weights = new Map([
  ['first', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['scalar', { shape: [], data: Float32Array.of(-0.5) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ['last', { shape: [1], data: Float32Array.of(1e-30) }],
]);

/** A file with any header, right or wrong. */
function fileOf(header: unknown, data: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('writing and reading back', () => {
  test('gives the same names, shapes, numbers and metadata', () => {
    const file = readSafetensors(writeSafetensors(tensors, { format: 'pt', note: 'ü' }));
    expect([...file.tensors]).toEqual([...tensors]);
    expect(file.metadata).toEqual({ format: 'pt', note: 'ü' });
  });

  test('pads the header with spaces so that the data is 8-byte aligned', () => {
    for (const name of ['a', 'ab', 'abc', 'abcdefgh']) {
      const bytes = writeSafetensors(new Map([[name, { shape: [1], data: Float32Array.of(7) }]]));
      const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      expect(headerBytes % 8).toBe(0);
      expect(bytes.byteLength).toBe(8 + headerBytes + 4);
      expect(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes))).toMatch(/^\{.*\} *$/);
    }
  });

  test('does not mind where in a larger buffer the file lies', () => {
    const bytes = writeSafetensors(tensors);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect([...readSafetensors(shifted.subarray(3)).tensors]).toEqual([...tensors]);
  });

  test('any tensors survive', () => {
    const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
    const tensor = shape.chain((sizes) => {
      const length = sizes.reduce((product, size) => product * size, 1);
      return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ shape: sizes, data }));
    });
    // Names like integers would be reordered by the JSON object; model weights have dots.
    const name = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `w.${text}`);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, tensor), { selector: ([text]) => text, maxLength: 5 }), (list) => {
        const back = readSafetensors(writeSafetensors(new Map(list))).tensors;
        expect(new Map(back)).toEqual(new Map(list));
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('16-bit numbers', () => {
  test('binary16: one, the smallest subnormal, the largest number, infinity, NaN', () => {
    expect([0x3c00, 0xbc00, 0x0001, 0x7bff, 0x7c00, 0x8000].map(halfToFloat)).toEqual([
      1,
      -1,
      2 ** -24,
      65504,
      Infinity,
      -0,
    ]);
    expect(halfToFloat(0x7e00)).toBeNaN();
  });

  test('F16 and BF16 files become float32', () => {
    const bytes = fileOf(
      {
        half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
        brain: { dtype: 'BF16', shape: [2], data_offsets: [4, 8] },
      },
      new Uint8Array(Uint16Array.of(0x3800, 0xc200, 0x3f80, 0xc049).buffer),
    );
    const read = readSafetensors(bytes).tensors;
    expect(read.get('half')?.data).toEqual(Float32Array.of(0.5, -3));
    expect(read.get('brain')?.data).toEqual(Float32Array.of(1, -3.140625));
  });

  test('other number types are refused by name', () => {
    const bytes = fileOf({ w: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, new Uint8Array(8));
    expect(() => readSafetensors(bytes)).toThrow(/"w" as I64/);
    expect(codeOf(() => readSafetensors(bytes))).toBe('safetensors-dtype');
  });
});

describe('a file that contradicts itself is refused', () => {
  const entry = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  const data = new Uint8Array(16);
  test.each([
    ['overlapping tensors', { a: entry(0, 8), b: entry(4, 16) }],
    ['a hole between tensors', { a: entry(0, 4), b: entry(8, 16) }],
    ['data that nobody owns', { a: entry(0, 12) }],
    ['a tensor beyond the end', { a: entry(0, 20) }],
    ['an end before the begin', { a: { dtype: 'F32', shape: [], data_offsets: [16, 0] } }],
    ['a shape that does not fit the bytes', { a: entry(0, 16, [2, 3]) }],
    ['a shape whose product overflows', { a: entry(0, 16, [2 ** 40, 2 ** 40]) }],
    ['a negative size', { a: entry(0, 16, [-2, -2]) }],
    ['an unknown key', { a: { ...entry(0, 16), stride: 1 } }],
    ['metadata that is not text', { __metadata__: { epoch: 3 }, a: entry(0, 16) }],
    ['a header that is a list', []],
    ['a header that is not JSON', '{"a":'],
  ])('%s', (_, header) => {
    expect(codeOf(() => readSafetensors(fileOf(header, data)))).toBe('safetensors-damaged');
  });

  test('every truncation, and one byte too many', () => {
    const bytes = writeSafetensors(tensors);
    for (let length = 0; length < bytes.length; length++) {
      expect(
        codeOf(() => readSafetensors(bytes.subarray(0, length))),
        `${length} bytes`,
      ).toBe('safetensors-damaged');
    }
    expect(codeOf(() => readSafetensors(Uint8Array.of(...bytes, 0)))).toBe('safetensors-damaged');
  });

  test('random bytes and flipped bits never raise anything but an AppError', () => {
    const good = writeSafetensors(tensors);
    const flipped = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })).map(([index, bits]) => {
      const bytes = good.slice();
      bytes[index] = (bytes[index] ?? 0) ^ bits;
      return bytes;
    });
    const withHeader = fc.tuple(fc.json(), fc.uint8Array({ maxLength: 16 })).map(([json, tail]) => fileOf(json, tail));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), flipped, withHeader), (bytes) => {
        codeOf(() => readSafetensors(bytes)); // rethrows anything else
      }),
      { numRuns: 10_000, seed: 2 },
    );
  }, 60_000);
});
