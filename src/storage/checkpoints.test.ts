import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { DexieCheckpointStore } from './checkpoints.ts';
import { LabDatabase } from './database.ts';
import { createFakeLocks } from './fakeLocks.ts';
import { fakeCheckpoint } from './fakeRecords.ts';
import { WeightChunkRow } from './rows.ts';

const CHUNK_BYTES = 4;
/** Three chunks. */
const tensors = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

let indexedDB: IDBFactory;
let database: LabDatabase;
let store: DexieCheckpointStore;
const locks = createFakeLocks();

/** A tab that was just loaded: the same browser, a new connection. */
function openTab(): void {
  database = new LabDatabase('test', { indexedDB, IDBKeyRange });
  store = new DexieCheckpointStore(database, locks, CHUNK_BYTES);
}

beforeEach(() => {
  indexedDB = new IDBFactory();
  openTab();
});

/** Lets `work` happen while the chunk is being written. */
function onChunk(index: number, work: () => void): void {
  database.weightChunks.hook('creating', (_, row) => {
    if (WeightChunkRow.parse(row).index === index) work();
  });
}

test('a tab that dies in mid-save leaves nothing listed, and the next start-up removes the orphans', async () => {
  await store.save(fakeCheckpoint({ checkpointId: 'before' }, tensors));
  onChunk(1, () => {
    database.close();
  });
  await expect(store.save(fakeCheckpoint({ checkpointId: 'cut short' }, tensors))).rejects.toThrow();

  openTab();
  expect((await store.list('run-1')).map(({ checkpointId }) => checkpointId)).toEqual(['before']);
  expect(await database.weightChunks.count()).toBe(3 + 2);
  await store.sweepOrphans();
  expect(await database.weightChunks.count()).toBe(3);
  expect((await store.load('before')).tensors).toEqual(tensors);
});

test('a full storage is explained, gives its room back and keeps the old checkpoint of the same id', async () => {
  await store.save(fakeCheckpoint({ label: 'old' }, tensors));
  onChunk(2, () => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  await expect(store.save(fakeCheckpoint({ label: 'new' }, tensors))).rejects.toMatchObject({ code: 'storage-full' });
  expect((await store.load('checkpoint-1')).manifest.label).toBe('old');
  expect(await database.weightChunks.count()).toBe(3);
});

test('the sweep of a second tab leaves a save under way alone', async () => {
  const sweeps: Promise<void>[] = [];
  onChunk(2, () => {
    sweeps.push(store.sweepOrphans());
  });
  await store.save(fakeCheckpoint({}, tensors));
  await Promise.all(sweeps);
  expect(sweeps).toHaveLength(1);
  expect((await store.load('checkpoint-1')).tensors).toEqual(tensors);
});

test('a changed, a shortened and a missing chunk are damage', async () => {
  await store.save(fakeCheckpoint({}, tensors));
  const [first] = await database.weightChunks.toCollection().primaryKeys();
  if (!first) throw new Error('no chunk was saved');
  const [uploadId, index] = first;
  const damaged = { code: 'checkpoint-damaged' };
  await database.weightChunks.put({ uploadId, index, bytes: Uint8Array.of(0, 1, 2, 99) });
  await expect(store.load('checkpoint-1')).rejects.toMatchObject(damaged);
  await database.weightChunks.put({ uploadId, index, bytes: Uint8Array.of(0, 1) });
  await expect(store.load('checkpoint-1')).rejects.toMatchObject(damaged);
  await database.weightChunks.delete(first);
  await expect(store.load('checkpoint-1')).rejects.toMatchObject(damaged);
});

test('a row of another version is not listed, keeps its bytes in a sweep, and can be deleted whole', async () => {
  await store.save(fakeCheckpoint({}, tensors));
  await database.checkpoints.update('checkpoint-1', { 'manifest.formatVersion': 2 as 1 });
  expect(await store.list('run-1')).toEqual([]);
  await store.sweepOrphans();
  expect(await database.weightChunks.count()).toBe(3);
  await expect(store.load('checkpoint-1')).rejects.toMatchObject({ code: 'checkpoint-damaged' });
  await store.delete('checkpoint-1');
  expect(await database.weightChunks.count()).toBe(0);
});

test('renaming and keeping change the row alone', async () => {
  await store.save(fakeCheckpoint({}, tensors));
  await store.rename('checkpoint-1', 'my best');
  await store.setKept('checkpoint-1', true);
  expect(await store.load('checkpoint-1')).toEqual(fakeCheckpoint({ label: 'my best', isKept: true }, tensors));
  await expect(store.rename('never saved', 'x')).rejects.toMatchObject({ code: 'checkpoint-missing' });
});
