import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readerOfFile } from '../../cli/fileReader.ts';
import type { Appender, ModelFiles } from '../../src/storage/models/modelFiles.ts';

/** Models in a directory, as OPFS keeps them in a page. `onWrite` may throw what a full disk would. */
export function directoryFiles(root: string, onWrite: (bytes: number) => void = () => undefined): ModelFiles {
  const isFile = (path: string) =>
    stat(path).then(
      (info) => info.isFile(),
      () => false,
    );
  return {
    folders: () => readdir(root),
    open: async (folder, name) => {
      const path = join(root, folder, name);
      return (await isFile(path)) ? readerOfFile(path) : null;
    },
    async append(folder, name): Promise<Appender> {
      await mkdir(join(root, folder), { recursive: true });
      const handle = await open(join(root, folder, name), 'a');
      const { size } = await handle.stat();
      return {
        sizeBytes: size,
        write: async (bytes) => {
          onWrite(bytes.length);
          await handle.appendFile(bytes);
        },
        cut: (sizeBytes) => handle.truncate(sizeBytes),
        close: () => handle.close(),
      };
    },
    removeFile: (folder, name) => rm(join(root, folder, name), { force: true }),
    removeFolder: (folder) => rm(join(root, folder), { recursive: true, force: true }),
  };
}
