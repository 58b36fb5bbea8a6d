import { readerOfBytes } from '../../src/policy/formats/fileSource.ts';
import type { ModelFiles } from '../../src/storage/models/modelFiles.ts';

/** Models in memory, for tests that add thousands. */
export function memoryFiles(): ModelFiles {
  const folders = new Map<string, Map<string, Uint8Array>>();
  const filesOf = (folder: string) => {
    const files = folders.get(folder) ?? new Map<string, Uint8Array>();
    folders.set(folder, files);
    return files;
  };
  return {
    folders: async () => [...folders.keys()],
    open: async (folder, name) => {
      const bytes = folders.get(folder)?.get(name);
      return bytes ? readerOfBytes(bytes) : null;
    },
    async append(folder, name) {
      let bytes = filesOf(folder).get(name) ?? new Uint8Array();
      const keep = (next: Uint8Array) => void filesOf(folder).set(name, (bytes = next));
      keep(bytes);
      return {
        sizeBytes: bytes.length,
        write: async (more) => {
          const longer = new Uint8Array(bytes.length + more.length);
          longer.set(bytes);
          longer.set(more, bytes.length);
          keep(longer);
        },
        cut: async (sizeBytes) => keep(bytes.slice(0, sizeBytes)),
        close: async () => undefined,
      };
    },
    removeFile: async (folder, name) => void folders.get(folder)?.delete(name),
    removeFolder: async (folder) => void folders.delete(folder),
  };
}
