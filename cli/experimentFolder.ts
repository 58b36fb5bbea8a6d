import { appendFile, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive, Journals } from '../src/experiments/archive.ts';
import { DirectoryCheckpointStore } from './directoryStore.ts';

/**
 * Experiments on disk: `<out>/journals/*.jsonl`, `<out>/checkpoints/<run>/`, and the pages and results beside them. Several
 * recipes may share a folder, one process at a time: what one has computed is not computed again by another.
 */
export class ExperimentFolder implements Archive {
  readonly out: string;
  readonly journals: Journals;
  private readonly stores = new Map<string, DirectoryCheckpointStore>();

  constructor(out: string) {
    this.out = out;
    this.journals = new JournalFolder(join(out, 'journals'));
  }

  checkpoints(runId: string): DirectoryCheckpointStore {
    const store = this.stores.get(runId) ?? new DirectoryCheckpointStore(join(this.out, 'checkpoints', runId));
    this.stores.set(runId, store);
    return store;
  }

  /** At start-up: clears away what a killed process left half-saved. */
  async sweep(): Promise<void> {
    for (const runId of (await readdir(join(this.out, 'checkpoints')).catch(ignoreMissing)) ?? [])
      await this.checkpoints(runId).sweepOrphans();
  }

  /** Replaces the file whole, at once. */
  async write(name: string, content: string): Promise<void> {
    await mkdir(this.out, { recursive: true });
    const path = join(this.out, name);
    await writeFile(`${path}.pending`, content);
    await rename(`${path}.pending`, path);
  }
}

class JournalFolder implements Journals {
  private readonly directory: string;
  /** Journals that end with a whole line, as far as this process knows. */
  private readonly whole = new Set<string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  async read(name: string): Promise<readonly unknown[]> {
    const text = await readFile(this.path(name), 'utf8').catch(ignoreMissing);
    return (text ?? '').split('\n').flatMap(parsedLine);
  }

  async append(name: string, lines: readonly unknown[]): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const path = this.path(name);
    // A process that was killed may have left half a line: it stays one that cannot be read.
    const separator = !this.whole.has(name) && (await endsInLine(path)) ? '\n' : '';
    await appendFile(path, separator + lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.whole.add(name);
  }

  private path(name: string): string {
    if (!/^[\w][\w.-]*$/.test(name)) throw new Error(`JournalFolder: ${name} is no name`);
    return join(this.directory, `${name}.jsonl`);
  }
}

function parsedLine(line: string): unknown[] {
  try {
    return line === '' ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}

async function endsInLine(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(ignoreMissing);
  if (!file) return false;
  try {
    const { size } = await file.stat();
    if (size === 0) return false;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 10;
  } finally {
    await file.close();
  }
}

function ignoreMissing(thrown: unknown): undefined {
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
}
