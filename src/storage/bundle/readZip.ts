import { bundleDamaged } from './bundle.ts';

/** A file of a zip, found in its directory and not read yet. */
export interface ZipEntry {
  readonly name: string;
  /** As it lies in the zip. */
  readonly packedBytes: number;
  readonly method: 'stored' | 'deflated';
  /** Of its local header. */
  readonly offset: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
/** Stands where a size needs the zip64 form. */
const TOO_LARGE = 0xffffffff;

/**
 * The directory of a zip (APPNOTE 6.3.10, sections 4.3.12 and 4.3.16), read from its end: neither the file nor any of its parts
 * is ever in memory for that. No zip64: a run of four gigabytes does not fit into a browser's storage either.
 *
 * @throws AppError `bundle-damaged`
 */
export async function readZipDirectory(file: Blob): Promise<ReadonlyMap<string, ZipEntry>> {
  const tailStart = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = await viewOf(file.slice(tailStart));
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw bundleDamaged('It is no zip, or its end is missing.');
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const offset = tail.getUint32(end + 16, true);
  if (offset + size > file.size) throw bundleDamaged('Its directory lies outside the file.');
  const directory = await viewOf(file.slice(offset, offset + size));
  const entries = new Map<string, ZipEntry>();
  for (let at = 0, index = 0; index < count; index++) {
    const entry = readEntry(directory, at);
    entries.set(entry.name, entry);
    at = entry.next;
  }
  return entries;
}

function readEntry(directory: DataView, at: number): ZipEntry & { readonly next: number } {
  if (at + ENTRY_BYTES > directory.byteLength || directory.getUint32(at, true) !== ENTRY_SIGNATURE) {
    throw bundleDamaged('Its directory is cut off.');
  }
  const method = directory.getUint16(at + 10, true);
  const packedBytes = directory.getUint32(at + 20, true);
  const nameBytes = directory.getUint16(at + 28, true);
  const offset = directory.getUint32(at + 42, true);
  const next = at + ENTRY_BYTES + nameBytes + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  if (next > directory.byteLength) throw bundleDamaged('Its directory is cut off.');
  if (packedBytes === TOO_LARGE || offset === TOO_LARGE) throw bundleDamaged('It is larger than four gigabytes.');
  if (method !== 0 && method !== 8) throw bundleDamaged('It is packed in a way that browsers cannot unpack.');
  const name = new TextDecoder().decode(
    new Uint8Array(directory.buffer, directory.byteOffset + at + ENTRY_BYTES, nameBytes),
  );
  return { name, packedBytes, method: method === 0 ? 'stored' : 'deflated', offset, next };
}

/** @throws AppError `bundle-damaged` */
export async function readZipEntry(
  file: Blob,
  { name, packedBytes, method, offset }: ZipEntry,
): Promise<Uint8Array<ArrayBuffer>> {
  const local = await viewOf(file.slice(offset, offset + LOCAL_BYTES));
  if (local.byteLength < LOCAL_BYTES || local.getUint32(0, true) !== LOCAL_SIGNATURE) {
    throw bundleDamaged(`${name} is not where the directory says.`);
  }
  const start = offset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = file.slice(start, start + packedBytes);
  if (method === 'stored') return new Uint8Array(await packed.arrayBuffer());
  try {
    const unpacked = packed.stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch {
    throw bundleDamaged(`${name} cannot be unpacked.`);
  }
}

async function viewOf(blob: Blob): Promise<DataView> {
  return new DataView(await blob.arrayBuffer());
}
