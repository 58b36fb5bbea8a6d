import { AppError } from '../src/base/errors.ts';
import { readerOfBlob } from '../src/policy/formats/fileSource.ts';
import { modelBusy } from '../src/storage/models/errors.ts';
import type { Appender, ModelFiles } from '../src/storage/models/modelFiles.ts';

/** The part of `FileSystemSyncAccessHandle` that is used; TypeScript knows it in workers only. */
interface SyncFile {
  getSize(): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(sizeBytes: number): void;
  flush(): void;
  close(): void;
}
type SyncFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

/** Folders of models, or of adapters, in the page's private file system. Reading works in every worker; writing in dedicated ones. */
export function opfsFiles(rootName: 'models' | 'adapters'): ModelFiles {
  const models = () => openRoot(rootName);
  const folderOf = async (name: string) => (await models()).getDirectoryHandle(name, { create: true });
  return {
    async folders() {
      const names: string[] = [];
      for await (const [name, { kind }] of await models()) if (kind === 'directory') names.push(name);
      return names;
    },
    open: (folder, name) =>
      orNull(async () => {
        const directory = await (await models()).getDirectoryHandle(folder);
        return readerOfBlob(await (await directory.getFileHandle(name)).getFile());
      }),
    async append(folder, name) {
      // The type is widened because workers offer more than pages.
      const handle = (await (await folderOf(folder)).getFileHandle(name, { create: true })) as SyncFileHandle;
      return appender(
        await handle.createSyncAccessHandle().catch((cause: unknown) => Promise.reject(busy(name, cause))),
      );
    },
    removeFile: async (folder, name) => {
      await orNull(async () => (await (await models()).getDirectoryHandle(folder)).removeEntry(name));
    },
    removeFolder: async (folder) => {
      await orNull(async () => (await models()).removeEntry(folder, { recursive: true })).catch((cause: unknown) => {
        throw busy(folder, cause);
      });
    },
  };
}

async function openRoot(name: string): Promise<FileSystemDirectoryHandle> {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
  } catch (cause) {
    throw new AppError(
      'storage-unavailable',
      {
        what: 'This browser gives the page no place for models.',
        why: 'Its private file system is missing or switched off, as in some private windows.',
        fix: 'Allow site data for this page, or open it in a normal window. The built-in models work without.',
      },
      { cause },
    );
  }
}

function appender(file: SyncFile): Appender {
  let sizeBytes = file.getSize();
  return {
    sizeBytes,
    async write(bytes) {
      const written = file.write(bytes, { at: sizeBytes });
      sizeBytes += written;
      // A full disk shows in some browsers as a short write only.
      if (written < bytes.length) throw new DOMException('The disk is full.', 'QuotaExceededError');
    },
    async cut(to) {
      file.truncate(to);
      sizeBytes = to;
    },
    async close() {
      file.flush();
      file.close();
    },
  };
}

async function orNull<Value>(work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return null;
    throw thrown;
  }
}

/** What a browser throws when a file is open elsewhere; anything else comes back unchanged. */
function busy(name: string, cause: unknown): unknown {
  const isLocked =
    cause instanceof DOMException && ['NoModificationAllowedError', 'InvalidStateError'].includes(cause.name);
  return isLocked ? modelBusy(name, cause) : cause;
}
