import type { UpdateSpec } from 'dexie';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { Checkpoint, CheckpointStore, ListedCheckpoint } from '../record/checkpoint.ts';
import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { expendable, listed } from './retention.ts';
import { CheckpointRow, WeightChunkRow } from './rows.ts';
import { sha256Hex } from './sha256Hex.ts';
import type { LockPort } from './runLock.ts';

/** Small enough that no transaction and no read holds much memory. */
export const CHUNK_BYTES = 8 * 1024 * 1024;

/** Held shared by every save and exclusively by the sweep, so that one tab's sweep never eats another tab's save. */
const SAVING_LOCK = 'parley-saving';

/**
 * Checkpoints in IndexedDB. Chunks first, each in its own transaction; the row last: a checkpoint in the list always has
 * all its bytes, and a crash leaves only orphans, which `sweepOrphans` removes at start-up.
 */
export class DexieCheckpointStore implements CheckpointStore {
  private readonly database: LabDatabase;
  private readonly locks: LockPort;
  private readonly chunkBytes: number;

  constructor(database: LabDatabase, locks: LockPort, chunkBytes = CHUNK_BYTES) {
    this.database = database;
    this.locks = locks;
    this.chunkBytes = chunkBytes;
  }

  /** Replaces a checkpoint of the same id, then lets the run's expendable checkpoints go. */
  async save(checkpoint: Checkpoint): Promise<void> {
    await whileSaving(this.locks, () => explainingStorage(() => this.upload(checkpoint)));
    const manifests = await this.list(checkpoint.manifest.runId);
    for (const { checkpointId } of expendable(manifests)) await this.delete(checkpointId);
  }

  async load(checkpointId: string): Promise<Checkpoint> {
    const found = await explainingStorage(() => this.database.checkpoints.get(checkpointId));
    if (found === undefined) throw checkpointMissing();
    const row = CheckpointRow.safeParse(found);
    if (!row.success) throw checkpointDamaged('Its description cannot be read.');
    const { manifest, uploadId, chunks } = row.data;

    const tensors = new Uint8Array(chunks.reduce((total, { sizeBytes }) => total + sizeBytes, 0));
    let offset = 0;
    for (const [index, { sha256, sizeBytes }] of chunks.entries()) {
      const chunk = await explainingStorage(() => this.database.weightChunks.get([uploadId, index]));
      const { data } = WeightChunkRow.safeParse(chunk);
      const part = `Part ${index + 1} of ${chunks.length}`;
      if (!data) throw checkpointDamaged(`${part} is missing.`);
      if (data.bytes.byteLength !== sizeBytes || (await sha256Hex(data.bytes)) !== sha256) {
        throw checkpointDamaged(`${part} is not what was saved.`);
      }
      tensors.set(data.bytes, offset);
      offset += sizeBytes;
    }
    return { manifest, tensors };
  }

  list(runId: string): Promise<readonly ListedCheckpoint[]> {
    return listCheckpoints(this.database, runId);
  }

  async rename(checkpointId: string, label: string): Promise<void> {
    await this.change(checkpointId, { 'manifest.label': label });
  }

  /** What the user keeps, retention never removes. */
  async setKept(checkpointId: string, isKept: boolean): Promise<void> {
    await this.change(checkpointId, { 'manifest.isKept': isKept });
  }

  /** Row and chunks go together. Does nothing when it is gone already. */
  async delete(checkpointId: string): Promise<void> {
    await explainingStorage(() => deleteCheckpoints(this.database, 'manifest.checkpointId', checkpointId));
  }

  /** Removes the chunks of saves that never finished. Waits for a later start-up while any tab is saving. */
  async sweepOrphans(): Promise<void> {
    const { checkpoints, weightChunks } = this.database;
    await whileNobodySaves(this.locks, () =>
      explainingStorage(async () => {
        const published = new Set(await checkpoints.orderBy('uploadId').keys()); // keys only: an unreadable row counts too
        for (const uploadId of await weightChunks.orderBy('uploadId').uniqueKeys()) {
          if (!published.has(uploadId)) await weightChunks.where('uploadId').equals(uploadId).delete();
        }
      }),
    );
  }

  private async upload({ manifest, tensors }: Checkpoint): Promise<void> {
    const { checkpoints, weightChunks } = this.database;
    const uploadId = crypto.randomUUID();
    try {
      const chunks: CheckpointRow['chunks'] = [];
      for (let offset = 0; offset < tensors.byteLength; offset += this.chunkBytes) {
        // A copy, not a view: IndexedDB would store the whole buffer behind a view.
        const bytes = tensors.slice(offset, offset + this.chunkBytes);
        const sha256 = await sha256Hex(bytes);
        await weightChunks.add({ uploadId, index: chunks.length, bytes });
        chunks.push({ sha256, sizeBytes: bytes.byteLength });
      }
      await this.database.transaction('rw', checkpoints, weightChunks, async () => {
        await deleteCheckpoints(this.database, 'manifest.checkpointId', manifest.checkpointId);
        await checkpoints.add({ manifest, uploadId, chunks }); // publishes
      });
    } catch (thrown) {
      // Give the room back at once. When even that fails, the next sweep does it; the first error is the one to tell.
      await weightChunks
        .where('uploadId')
        .equals(uploadId)
        .delete()
        .catch(() => 0);
      throw thrown;
    }
  }

  private async change(checkpointId: string, changes: UpdateSpec<CheckpointRow>): Promise<void> {
    const found = await explainingStorage(() =>
      this.database.checkpoints.where('manifest.checkpointId').equals(checkpointId).modify(changes),
    );
    if (found === 0) throw checkpointMissing();
  }
}

/** Does work that leaves rows which nothing refers to until its end: no sweep takes them meanwhile. */
export function whileSaving<Value>(locks: LockPort, work: () => Promise<Value>): Promise<Value> {
  return locks.request(SAVING_LOCK, { mode: 'shared' }, work);
}

/** Does work on what nothing refers to, unless some tab is saving; null then. */
export function whileNobodySaves<Value>(locks: LockPort, work: () => Promise<Value>): Promise<Value | null> {
  return locks.request<Value | null>(SAVING_LOCK, { mode: 'exclusive', ifAvailable: true }, (lock) =>
    lock ? work() : Promise.resolve(null),
  );
}

/** Of one run, newest first. A damaged row is left out here; `load` says what is wrong with it. */
export async function listCheckpoints(database: LabDatabase, runId: string): Promise<readonly ListedCheckpoint[]> {
  const rows = await explainingStorage(() => database.checkpoints.where('manifest.runId').equals(runId).toArray());
  return listed(
    rows.flatMap((row) => {
      const parsed = CheckpointRow.safeParse(row);
      return parsed.success ? [parsed.data.manifest] : [];
    }),
  );
}

/** Deletes the checkpoints whose `key` is `value`, chunks included, in the caller's transaction if there is one. */
export async function deleteCheckpoints(
  database: LabDatabase,
  key: 'manifest.checkpointId' | 'manifest.runId',
  value: string,
): Promise<void> {
  const { checkpoints, weightChunks } = database;
  await database.transaction('rw', checkpoints, weightChunks, async () => {
    const doomed = checkpoints.where(key).equals(value);
    for (const row of await doomed.toArray()) {
      const parsed = Upload.safeParse(row);
      if (parsed.success) await weightChunks.where('uploadId').equals(parsed.data.uploadId).delete();
    }
    await doomed.delete();
  });
}

/** As little as a row must hold for its chunks to be found: even a damaged checkpoint can be deleted whole. */
const Upload = z.object({ uploadId: z.string() });

export function checkpointMissing(): AppError {
  return new AppError('checkpoint-missing', {
    what: 'This checkpoint does not exist.',
    why: 'It was deleted, or it was saved in another browser or directory.',
    fix: 'Choose another checkpoint of the run.',
  });
}

export function checkpointDamaged(why: string): AppError {
  return new AppError('checkpoint-damaged', {
    what: 'This checkpoint is damaged and was not loaded.',
    why,
    fix: 'Go on from another checkpoint of the run, and delete this one.',
  });
}
