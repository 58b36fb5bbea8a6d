import type { RangeReader } from '../fileSource.ts';
import { elementCount } from '../../weights.ts';
import { BLOCK_TYPES, type BlockType } from './blocks.ts';
import { damaged, unsupported } from './errors.ts';

/**
 * The header of a GGUF file (https://github.com/ggml-org/ggml, docs/gguf.md), versions 2 and 3: magic, counts, metadata, and
 * where each tensor lies. Files come from outside: counts and lengths are compared with the bytes that are left before
 * anything is allocated.
 */
export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

export type MetadataValue = number | boolean | string | readonly number[] | readonly boolean[] | readonly string[];

export interface GgufTensor {
  /** As Hugging Face says it, rows first: the file has the fastest axis first. */
  readonly shape: readonly number[];
  readonly type: BlockType;
  /** Bytes of the file. */
  readonly begin: number;
  readonly end: number;
}

const MAGIC = 0x46554747; // "GGUF"
/** What a header without a tokenizer takes, many times over; with a large one, the second reading has it all. */
const FIRST_BYTES = 1 << 20;
/** A longer header is an attack, not a model. */
const LARGEST_HEADER_BYTES = 256 << 20;
/** A tensor of ggml has at most four axes. */
const LARGEST_RANK = 4;

/** @throws AppError `gguf-damaged` when the file contradicts itself, `gguf-unsupported` for other versions and number types */
export async function readGgufHeader(file: RangeReader): Promise<GgufHeader> {
  for (let bytes = FIRST_BYTES; ; bytes *= 8) {
    const end = Math.min(bytes, file.sizeBytes, LARGEST_HEADER_BYTES);
    const isAll = end === Math.min(file.sizeBytes, LARGEST_HEADER_BYTES);
    try {
      return parse(new Cursor(await file.read(0, end), file.sizeBytes), file.sizeBytes);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      if (isAll) throw damaged('It ends within its header.');
    }
  }
}

function parse(cursor: Cursor, fileBytes: number): GgufHeader {
  if (cursor.u32() !== MAGIC) throw damaged('It does not begin with "GGUF".');
  const version = cursor.u32();
  if (version !== 2 && version !== 3) {
    throw unsupported(
      `It is of version ${version}; versions 2 and 3 are known.`,
      'Convert the model again with a current llama.cpp.',
    );
  }
  const tensorCount = cursor.length(24);
  const entryCount = cursor.length(12);
  const metadata = new Map<string, MetadataValue>();
  for (let entry = 0; entry < entryCount; entry++) {
    const key = cursor.string();
    if (metadata.has(key)) throw damaged(`"${key}" is there twice.`);
    metadata.set(key, cursor.value(cursor.u32()));
  }
  const placed = new Map<string, { shape: number[]; type: BlockType; offset: number }>();
  for (let index = 0; index < tensorCount; index++) {
    const name = cursor.string();
    if (placed.has(name)) throw damaged(`"${name}" is there twice.`);
    const rank = cursor.u32();
    if (rank > LARGEST_RANK) throw damaged(`"${name}" has ${rank} axes.`);
    const shape = Array.from({ length: rank }, () => cursor.u64()).reverse();
    placed.set(name, { shape, type: typeOf(name, cursor.u32()), offset: cursor.u64() });
  }
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || !(alignment > 0) || alignment % 8 !== 0)
    throw damaged('Its alignment is wrong.');
  const dataStart = Math.ceil(cursor.at / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const [name, { shape, type, offset }] of placed) {
    const columns = shape.at(-1) ?? 1;
    if (columns % type.numbers !== 0) throw damaged(`"${name}" has rows of ${columns} numbers in ${type.name}.`);
    const begin = dataStart + offset;
    const end = begin + (elementCount(shape) / type.numbers) * type.bytes;
    if (!(end <= fileBytes)) throw damaged(`It ends before "${name}" does.`); // also where the product overflows
    if (offset % alignment !== 0) throw damaged(`"${name}" begins at an odd place.`);
    tensors.set(name, { shape, type, begin, end });
  }
  return { metadata, tensors };
}

function typeOf(name: string, number: number): BlockType {
  const type = BLOCK_TYPES.get(number);
  if (type) return type;
  const known = [...BLOCK_TYPES.values()].map((known) => known.name).join(', ');
  throw unsupported(
    `"${name}" is stored in GGUF's number type ${number}; known are ${known}.`,
    'Choose the Q8_0, Q4_0, Q4_K_M or F16 file of the same model.',
  );
}

/** The bytes at hand are too few; there may be more. */
class EndOfBytes extends Error {}

/** Reads little-endian values one after the other. */
class Cursor {
  at = 0;
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly fileBytes: number;

  constructor(bytes: Uint8Array, fileBytes: number) {
    this.bytes = bytes;
    this.fileBytes = fileBytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private take(count: number): number {
    const at = this.at;
    if (at + count > this.bytes.byteLength) throw new EndOfBytes();
    this.at += count;
    return at;
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** @throws AppError `gguf-damaged` beyond what a number holds exactly */
  u64(): number {
    return exact(this.view.getBigUint64(this.take(8), true));
  }

  /** A count of things that take at least so many bytes each, of which the file must have room. */
  length(leastBytes: number): number {
    const count = this.u64();
    if (count * leastBytes > this.fileBytes - this.at)
      throw damaged(`It announces ${count} things where there is no room for them.`);
    return count;
  }

  string(): string {
    const length = this.length(1);
    const at = this.take(length);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes.subarray(at, at + length));
  }

  value(type: number): MetadataValue {
    if (type !== ARRAY) return this.scalar(type);
    const itemType = this.u32();
    const size = itemType === STRING ? 8 : (SCALARS[itemType]?.bytes ?? 0);
    if (size === 0) throw damaged(`It has a list of the unknown kind ${itemType}.`);
    const items = Array.from({ length: this.length(size) }, () => this.scalar(itemType));
    return items as readonly number[] | readonly boolean[] | readonly string[]; // all of one kind
  }

  private scalar(type: number): number | boolean | string {
    if (type === STRING) return this.string();
    const scalar = SCALARS[type];
    if (!scalar) throw damaged(`It has a value of the unknown kind ${type}.`);
    return scalar.read(this.view, this.take(scalar.bytes));
  }
}

export const STRING = 8;
export const ARRAY = 9;
interface Scalar {
  readonly bytes: number;
  read(view: DataView, at: number): number | boolean;
}
/** By GGUF's number of the kind. */
const SCALARS: Readonly<Partial<Record<number, Scalar>>> = {
  0: { bytes: 1, read: (view, at) => view.getUint8(at) },
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  3: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  4: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  5: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  6: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  7: { bytes: 1, read: (view, at) => view.getUint8(at) !== 0 },
  10: { bytes: 8, read: (view, at) => exact(view.getBigUint64(at, true)) },
  11: { bytes: 8, read: (view, at) => exact(view.getBigInt64(at, true)) },
  12: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

function exact(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw damaged(`It holds the number ${value}, which no size can be.`);
  return number;
}
