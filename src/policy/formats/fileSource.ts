import { AppError } from '../../base/errors.ts';

/** Where a model's files come from: a folder on disk, a URL, dropped files. Names are plain file names. */
export interface FileSource {
  has(name: string): Promise<boolean>;
  readBytes(name: string): Promise<Uint8Array>;
  /** A file to be read in parts; a source without it hands out whole files only. */
  open?(name: string): Promise<RangeReader>;
}

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file of known size, of which any part can be had. */
export interface RangeReader {
  readonly sizeBytes: number;
  /** Bytes `begin` to `end - 1`, all of them, in memory of their own. `0 <= begin <= end <= sizeBytes` */
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Reads in parts where the source can, else from the whole file. */
export async function openFile(files: FileSource, name: string): Promise<RangeReader> {
  return files.open ? files.open(name) : readerOfBytes(await files.readBytes(name));
}

export function readerOfBytes(bytes: Uint8Array): RangeReader {
  return {
    sizeBytes: bytes.byteLength,
    // A copy: it is aligned, and does not keep the whole file alive. (`slice` of Node's Buffer is no copy.)
    read: async (begin, end) => new Uint8Array(bytes.subarray(begin, end)),
  };
}

/** A file that the page was given: chosen, dropped, or kept in OPFS. */
export function readerOfBlob(blob: Blob): RangeReader {
  return {
    sizeBytes: blob.size,
    read: async (begin, end) => new Uint8Array(await blob.slice(begin, end).arrayBuffer()),
  };
}

/**
 * Files that were dropped or chosen, by their names without folders. Of a chosen folder, what lies in folders within it is left
 * out. @throws AppError `model-files-twice`
 */
export function filesByName(dropped: readonly File[]): ReadonlyMap<string, File> {
  const byName = new Map<string, File>();
  for (const file of dropped) {
    if (file.webkitRelativePath?.split('/').length > 2) continue;
    if (byName.has(file.name)) throw twice(file.name);
    byName.set(file.name, file);
  }
  return byName;
}

/** The same, to be read as a model. @throws AppError `model-files-twice` */
export function droppedFiles(dropped: readonly File[]): FileSource {
  const byName = filesByName(dropped);
  const named = (name: string): File => {
    const file = byName.get(name);
    if (!file) throw new Error(`droppedFiles: there is no ${name}`);
    return file;
  };
  return {
    has: async (name) => byName.has(name),
    readBytes: async (name) => new Uint8Array(await named(name).arrayBuffer()),
    open: async (name) => readerOfBlob(named(name)),
  };
}

function twice(name: string): AppError {
  return new AppError('model-files-twice', {
    what: `Two of these files are called ${name}.`,
    why: 'The folders of several models were given at once.',
    fix: 'Give the files of one model only.',
  });
}
