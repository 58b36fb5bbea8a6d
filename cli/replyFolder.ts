import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReplyCache } from '../src/base/replyCache.ts';

/** Replies of language models on disk, one file each: `<folder>/<2 digits>/<key>`. A run that is killed finds them again. */
export class ReplyFolder implements ReplyCache {
  private readonly folder: string;
  private writes = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  async get(key: string): Promise<string | undefined> {
    return readFile(this.pathOf(key), 'utf8').catch(() => undefined);
  }

  /** Under another name first: what is there is whole, whenever the process ends. */
  async set(key: string, reply: string): Promise<void> {
    const path = this.pathOf(key);
    this.writes += 1;
    const pending = `${path}.${process.pid}-${this.writes}.pending`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(pending, reply);
    await rename(pending, path);
  }

  private pathOf(key: string): string {
    if (!/^[0-9a-f]{64}$/u.test(key)) throw new RangeError('ReplyFolder: a key is a SHA-256 in hexadecimal digits');
    return join(this.folder, key.slice(0, 2), key);
  }
}
