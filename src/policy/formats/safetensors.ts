import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { elementCount, type HostTensor, type Weights } from '../weights.ts';
import type { RangeReader } from './fileSource.ts';

/**
 * The safetensors format: u64 little-endian header length, a JSON header
 * `{ name: { dtype, shape, data_offsets: [begin, end] }, __metadata__? }`, then the tensors' bytes, row-major,
 * little-endian, without gaps. Files come from outside, so every offset is checked before a byte of data is read.
 * Hosts are assumed to be little-endian, as every machine with WebGPU is.
 */
export interface SafetensorsFile {
  /** In the order of their bytes. 16-bit numbers are widened to float32, which loses nothing. */
  readonly tensors: Weights;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What the header says: enough to read any tensor alone. */
export interface SafetensorsHeader {
  /** In the order of their bytes. */
  readonly entries: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where a tensor lies in its file, and how. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly dtype: StoredType;
  /** Bytes of the file. */
  readonly begin: number;
  readonly end: number;
}

const LENGTH_BYTES = 8;
/** The limit of the reference implementation: a longer header is an attack, not a model. */
const LARGEST_HEADER_BYTES = 100_000_000;

const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
type Entry = z.infer<typeof Entry>;
const Metadata = z.record(z.string(), z.string());

/** @throws AppError `safetensors-damaged` when the file contradicts itself, `safetensors-dtype` for other number types. */
export function readSafetensors(bytes: Uint8Array, fileName = 'model.safetensors'): SafetensorsFile {
  const dataStart = LENGTH_BYTES + headerBytesOf(bytes.subarray(0, LENGTH_BYTES), bytes.byteLength, fileName);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart), bytes.byteLength, fileName);
  const tensors = new Map<string, HostTensor>();
  for (const [name, stored] of header.entries) {
    // A copy: it is aligned, and the tensor does not keep the whole file alive. (`slice` of Node's Buffer is no copy.)
    tensors.set(name, decodeTensor(stored, new Uint8Array(bytes.subarray(stored.begin, stored.end))));
  }
  return { tensors, metadata: header.metadata };
}

/** Reads the header alone. @throws as `readSafetensors` does */
export async function readSafetensorsHeader(file: RangeReader, fileName: string): Promise<SafetensorsHeader> {
  const length = await file.read(0, Math.min(LENGTH_BYTES, file.sizeBytes));
  const headerBytes = headerBytesOf(length, file.sizeBytes, fileName);
  return parseHeader(await file.read(LENGTH_BYTES, LENGTH_BYTES + headerBytes), file.sizeBytes, fileName);
}

/** So many bytes of a file are in memory beside the tensor that they become. */
const PIECE_BYTES = 4 << 20;

/** Reads one tensor, in pieces where its numbers have to be widened: two copies of a large one are too much for a host. */
export async function readTensor(file: RangeReader, stored: StoredTensor): Promise<HostTensor> {
  const { shape, dtype, begin, end } = stored;
  if (dtype === 'F32' || end - begin <= PIECE_BYTES) return decodeTensor(stored, await file.read(begin, end));
  const { bytesPerElement, toFloat32 } = DECODERS[dtype];
  const data = new Float32Array((end - begin) / bytesPerElement);
  for (let at = begin; at < end; at += PIECE_BYTES) {
    const piece = await file.read(at, Math.min(at + PIECE_BYTES, end));
    data.set(toFloat32(piece.buffer), (at - begin) / bytesPerElement);
  }
  return { shape, data };
}

/** @param bytes those from `begin` to `end`, in memory of their own; a float32 tensor keeps them */
export function decodeTensor({ shape, dtype }: StoredTensor, bytes: Uint8Array<ArrayBuffer>): HostTensor {
  return { shape, data: DECODERS[dtype].toFloat32(bytes.buffer) };
}

/** Every entry, in the order of the bytes, after checking that together they cover the file. */
function parseHeader(json: Uint8Array, fileBytes: number, fileName: string): SafetensorsHeader {
  const dataStart = LENGTH_BYTES + json.byteLength;
  const raw: { readonly name: string; readonly entry: Entry }[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseTable(json, fileName))) {
    if (name === '__metadata__') metadata = checked(Metadata, value, '__metadata__', fileName);
    else raw.push({ name, entry: checked(Entry, value, `The entry of "${name}"`, fileName) });
  }
  raw.sort(
    (a, b) => a.entry.data_offsets[0] - b.entry.data_offsets[0] || a.entry.data_offsets[1] - b.entry.data_offsets[1],
  );

  const entries = new Map<string, StoredTensor>();
  let expectedBegin = 0;
  for (const { name, entry } of raw) {
    const { shape, dtype, data_offsets } = entry;
    const [begin, end] = data_offsets;
    if (begin !== expectedBegin)
      throw damaged(fileName, `"${name}" begins at byte ${begin}, expected ${expectedBegin}.`);
    if (!isStoredType(dtype)) throw unsupportedNumbers(fileName, name, dtype);
    if (end - begin !== elementCount(shape) * DECODERS[dtype].bytesPerElement) {
      throw damaged(fileName, `"${name}" has shape [${shape.join(', ')}] but ${end - begin} bytes of ${dtype}.`);
    }
    if (end > fileBytes - dataStart) throw damaged(fileName, `It ends before "${name}" does.`);
    entries.set(name, { shape, dtype, begin: dataStart + begin, end: dataStart + end });
    expectedBegin = end;
  }
  if (expectedBegin !== fileBytes - dataStart) {
    throw damaged(
      fileName,
      `Its header describes ${expectedBegin} bytes of data, but ${fileBytes - dataStart} follow.`,
    );
  }
  return { entries, metadata };
}

/** Writes float32 tensors in the order of the map. The header is padded with spaces so that the data is 8-byte aligned. */
export function writeSafetensors(
  tensors: Weights,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array {
  const header: [string, unknown][] = [['__metadata__', metadata]];
  let dataBytes = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === '__metadata__') throw new Error('writeSafetensors: __metadata__ cannot be the name of a tensor');
    if (data.length !== elementCount(shape))
      throw new Error(`writeSafetensors: ${name} has ${data.length} numbers for shape [${shape.join(', ')}]`);
    header.push([name, { dtype: 'F32', shape, data_offsets: [dataBytes, dataBytes + data.byteLength] }]);
    dataBytes += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, LENGTH_BYTES);
  file.fill(0x20, LENGTH_BYTES + json.length, LENGTH_BYTES + headerBytes);
  let offset = LENGTH_BYTES + headerBytes;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/** @param length the first bytes of the file */
function headerBytesOf(length: Uint8Array, fileBytes: number, fileName: string): number {
  if (length.byteLength < LENGTH_BYTES)
    throw damaged(fileName, `It has ${length.byteLength} bytes, less than the length field.`);
  const headerBytes = new DataView(length.buffer, length.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const available = fileBytes - LENGTH_BYTES;
  if (headerBytes > BigInt(Math.min(available, LARGEST_HEADER_BYTES))) {
    throw damaged(fileName, `It announces a header of ${headerBytes} bytes, but ${available} bytes follow.`);
  }
  return Number(headerBytes);
}

function parseTable(json: Uint8Array, fileName: string): object {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw damaged(fileName, 'Its header is not JSON.', cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damaged(fileName, 'Its header is not a table of tensors.');
  }
  return header;
}

function checked<Value>(schema: z.ZodType<Value>, value: unknown, subject: string, fileName: string): Value {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw damaged(fileName, `${subject} is malformed: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

interface Decoder {
  readonly bytesPerElement: number;
  toFloat32(data: ArrayBuffer): Float32Array;
}

const DECODERS = {
  F32: { bytesPerElement: 4, toFloat32: (data: ArrayBuffer) => new Float32Array(data) },
  F16: { bytesPerElement: 2, toFloat32: halvesToFloats },
  BF16: { bytesPerElement: 2, toFloat32: brainFloatsToFloats },
} as const satisfies Readonly<Record<string, Decoder>>;
export type StoredType = keyof typeof DECODERS;

function isStoredType(dtype: string): dtype is StoredType {
  return Object.hasOwn(DECODERS, dtype);
}

/** IEEE binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Of every pattern of bits: models have as many numbers as a table pays for. Made when it is first needed. */
let floatOfHalf: Float32Array | null = null;

function halvesToFloats(data: ArrayBuffer): Float32Array {
  const table = (floatOfHalf ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfToFloat(bits)));
  const halves = new Uint16Array(data);
  const floats = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index++) floats[index] = table[halves[index] ?? 0] ?? 0;
  return floats;
}

/** bfloat16 is the upper half of a float32. */
function brainFloatsToFloats(data: ArrayBuffer): Float32Array {
  const halves = new Uint16Array(data);
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = (halves[index] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

function damaged(fileName: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'safetensors-damaged',
    {
      what: `The file ${fileName} is damaged.`,
      why,
      fix: 'Download or export it again; a copy that was cut short looks like this.',
    },
    cause === undefined ? undefined : { cause },
  );
}

function unsupportedNumbers(fileName: string, tensorName: string, dtype: string): AppError {
  return new AppError('safetensors-dtype', {
    what: `The file ${fileName} stores "${tensorName}" as ${dtype}.`,
    why: 'Only the number types F32, F16 and BF16 can be read.',
    fix: 'Save the model in one of those, for example with `model.float().save_pretrained(folder)` in transformers.',
  });
}
