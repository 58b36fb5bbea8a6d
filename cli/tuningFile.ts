import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { TuningStore } from '../src/gpu/tuning.ts';

const Tunings = z.record(z.string(), z.string());

/** Remembers tuned tiles in a JSON file. One that cannot be read counts as empty: then everything is measured again. */
export class TuningFile implements TuningStore {
  private readonly path: string;

  constructor(path = '.cache/tuning.json') {
    this.path = path;
  }

  async read(key: string): Promise<string | null> {
    return (await this.load()).get(key) ?? null;
  }

  async write(key: string, tileName: string): Promise<void> {
    const tunings = (await this.load()).set(key, tileName);
    await mkdir(dirname(this.path), { recursive: true });
    // Written aside and renamed: a second command never reads half of it.
    const pending = `${this.path}.${process.pid}`;
    await writeFile(pending, `${JSON.stringify(Object.fromEntries(tunings), null, 2)}\n`);
    await rename(pending, this.path);
  }

  private async load(): Promise<Map<string, string>> {
    try {
      return new Map(Object.entries(Tunings.parse(JSON.parse(await readFile(this.path, 'utf8')))));
    } catch {
      return new Map();
    }
  }
}
