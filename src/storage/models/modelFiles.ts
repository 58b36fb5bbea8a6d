import type { FileSource, RangeReader } from '../../policy/formats/fileSource.ts';

/** Where models are kept: folders of files that grow at their end. OPFS in a page, a directory in Node. */
export interface ModelFiles {
  folders(): Promise<readonly string[]>;
  /** null: there is no such file. */
  open(folder: string, name: string): Promise<RangeReader | null>;
  /** Opens a file to be written at its end, made where it is missing. @throws AppError `model-busy` while somebody writes it */
  append(folder: string, name: string): Promise<Appender>;
  removeFile(folder: string, name: string): Promise<void>;
  /** With all its files. Nothing happens where it is gone already. */
  removeFolder(folder: string): Promise<void>;
}

/** A file that is being written. Whoever opened it closes it. */
export interface Appender {
  readonly sizeBytes: number;
  write(bytes: Uint8Array): Promise<void>;
  /** Only the first so many bytes stay. */
  cut(sizeBytes: number): Promise<void>;
  /** After it, everything is on the disk. */
  close(): Promise<void>;
}

/** The files of one folder, as readers of models want them. */
export function folderSource(files: ModelFiles, folder: string): FileSource {
  const open = async (name: string): Promise<RangeReader> => {
    const file = await files.open(folder, name);
    if (!file) throw new Error(`folderSource: ${folder} has no ${name}`);
    return file;
  };
  return {
    open,
    has: async (name) => (await files.open(folder, name)) !== null,
    readBytes: async (name) => {
      const file = await open(name);
      return file.read(0, file.sizeBytes);
    },
  };
}

/** Replaces a small file. Half of one, left by a crash, is not valid JSON and counts as none. */
export async function writeJson(files: ModelFiles, folder: string, name: string, value: unknown): Promise<void> {
  const file = await files.append(folder, name);
  try {
    await file.cut(0);
    await file.write(new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
  } finally {
    await file.close();
  }
}

/** The value of a small file; undefined where there is none, or no JSON in it. */
export async function readJson(files: ModelFiles, folder: string, name: string): Promise<unknown> {
  const file = await files.open(folder, name);
  if (!file) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(await file.read(0, file.sizeBytes)));
  } catch {
    return undefined;
  }
}
