import { open, stat } from 'node:fs/promises';
import type { RangeReader } from '../src/policy/formats/fileSource.ts';

/** A file on disk, opened anew for every part: nothing has to be closed. */
export async function readerOfFile(path: string): Promise<RangeReader> {
  const { size: sizeBytes } = await stat(path);
  return {
    sizeBytes,
    async read(begin, end) {
      const bytes = new Uint8Array(end - begin);
      const file = await open(path);
      try {
        // One call may read less than it was asked for.
        for (let at = 0; at < bytes.length;) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, begin + at);
          if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
      return bytes;
    },
  };
}
