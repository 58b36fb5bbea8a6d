import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../src/base/errors.ts';
import {
  CheckpointManifest,
  type Checkpoint,
  type CheckpointStore,
  type ListedCheckpoint,
} from '../src/record/checkpoint.ts';
import { checkpointDamaged, checkpointMissing } from '../src/storage/checkpoints.ts';
import { bestOf, expendable, listed } from '../src/storage/retention.ts';

const DESCRIPTION_FILE = 'checkpoint.json';
const TENSORS_FILE = 'checkpoint.safetensors';
/** Directories of saves under way; names of checkpoints never begin with a dot. */
const PENDING_PREFIX = '.pending-';
const REPLACED_PREFIX = '.replaced-';
const DELETED_PREFIX = '.deleted-';

const Description = z.strictObject({ manifest: CheckpointManifest, sha256: z.string().length(64) });

/**
 * Checkpoints as directories: `<directory>/<checkpointId>/{checkpoint.json, checkpoint.safetensors}`. Each is written under
 * a temporary name, flushed to the disk and renamed last, so that what is listed is complete. One process per directory.
 */
export class DirectoryCheckpointStore implements CheckpointStore {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Replaces a checkpoint of the same id, then lets the run's expendable checkpoints go. */
  async save({ manifest, tensors }: Checkpoint): Promise<void> {
    const { checkpointId, runId } = manifest;
    const pending = join(this.directory, `${PENDING_PREFIX}${checkpointId}`);
    const final = this.directoryOf(checkpointId);
    const replaced = join(this.directory, `${REPLACED_PREFIX}${checkpointId}`);
    const description: z.infer<typeof Description> = { manifest, sha256: sha256Hex(tensors) };
    try {
      await rm(pending, { recursive: true, force: true });
      await mkdir(pending, { recursive: true });
      await writeFlushed(join(pending, TENSORS_FILE), tensors);
      await writeFlushed(join(pending, DESCRIPTION_FILE), `${JSON.stringify(description, null, 2)}\n`);
      await rename(final, replaced).catch(ignoreMissing);
      await rename(pending, final);
      await rm(replaced, { recursive: true, force: true });
    } catch (thrown) {
      await rm(pending, { recursive: true, force: true }).catch(() => undefined); // the first error is the one to tell
      throw asDiskError(thrown);
    }
    for (const { checkpointId: expendableId } of expendable(await this.list(runId))) {
      // Renamed first: cut off in the middle, a removal would leave a listed checkpoint without its tensors.
      const deleted = join(this.directory, `${DELETED_PREFIX}${expendableId}`);
      await rename(this.directoryOf(expendableId), deleted).catch(ignoreMissing);
      await rm(deleted, { recursive: true, force: true });
    }
  }

  async load(checkpointId: string): Promise<Checkpoint> {
    const directory = this.directoryOf(checkpointId);
    const text = await readFile(join(directory, DESCRIPTION_FILE), 'utf8').catch(() => {
      throw checkpointMissing();
    });
    const description = parseDescription(text);
    if (!description) throw checkpointDamaged(`Its ${DESCRIPTION_FILE} cannot be read.`);
    const tensors = await readFile(join(directory, TENSORS_FILE)).catch(() => {
      throw checkpointDamaged(`Its ${TENSORS_FILE} is missing.`);
    });
    if (sha256Hex(tensors) !== description.sha256)
      throw checkpointDamaged(`Its ${TENSORS_FILE} is not what was saved.`);
    return { manifest: description.manifest, tensors: new Uint8Array(tensors) };
  }

  async list(runId: string): Promise<readonly ListedCheckpoint[]> {
    const manifests = await this.manifests();
    return listed(manifests.filter((manifest) => manifest.runId === runId));
  }

  /** The best checkpoint of the run in this directory. @throws AppError `checkpoint-missing` */
  async best(): Promise<Checkpoint> {
    const best = bestOf(await this.manifests());
    if (!best) throw checkpointMissing();
    return this.load(best.checkpointId);
  }

  private async manifests(): Promise<CheckpointManifest[]> {
    const manifests: CheckpointManifest[] = [];
    for (const name of await this.names()) {
      if (name.startsWith('.')) continue;
      const text = await readFile(join(this.directory, name, DESCRIPTION_FILE), 'utf8').catch(() => '');
      const manifest = parseDescription(text)?.manifest;
      if (manifest) manifests.push(manifest);
    }
    return manifests;
  }

  /** At start-up: removes saves and removals that never finished, and puts back what a save was replacing when it was cut off. */
  async sweepOrphans(): Promise<void> {
    const names = new Set(await this.names());
    for (const name of names) {
      const path = join(this.directory, name);
      if (name.startsWith(PENDING_PREFIX) || name.startsWith(DELETED_PREFIX))
        await rm(path, { recursive: true, force: true });
      if (!name.startsWith(REPLACED_PREFIX)) continue;
      const checkpointId = name.slice(REPLACED_PREFIX.length);
      if (names.has(checkpointId)) await rm(path, { recursive: true, force: true });
      else await rename(path, this.directoryOf(checkpointId));
    }
  }

  private async names(): Promise<string[]> {
    return (await readdir(this.directory).catch(ignoreMissing)) ?? [];
  }

  /** Ids may come from a command line: none of them reaches outside the directory. */
  private directoryOf(checkpointId: string): string {
    if (!/^\w[\w.-]*$/.test(checkpointId)) throw checkpointMissing();
    return join(this.directory, checkpointId);
  }
}

/** A rename is only worth something when the bytes are on the disk before it. */
async function writeFlushed(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function parseDescription(text: string): z.infer<typeof Description> | null {
  try {
    return Description.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function ignoreMissing(thrown: unknown): undefined {
  if (errorCode(thrown) !== 'ENOENT') throw thrown;
}

/** Says in plain words when the disk is full or closed to us. */
function asDiskError(thrown: unknown): unknown {
  switch (errorCode(thrown)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'storage-full',
        {
          what: 'There is no room left to save this checkpoint.',
          why: 'The disk, or your share of it, is full. Everything saved before is still there.',
          fix: 'Free disk space, or choose another --out directory; then resume the run.',
        },
        { cause: thrown },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError(
        'storage-unavailable',
        {
          what: 'This checkpoint cannot be saved.',
          why: 'The directory may not be written to.',
          fix: 'Choose an --out directory that is yours, or change its permissions.',
        },
        { cause: thrown },
      );
    default:
      return thrown;
  }
}

function errorCode(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
