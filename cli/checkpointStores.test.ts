import 'fake-indexeddb/auto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckpointStore } from '../src/record/checkpoint.ts';
import { DexieCheckpointStore } from '../src/storage/checkpoints.ts';
import { LabDatabase } from '../src/storage/database.ts';
import { createFakeLocks } from '../src/storage/fakeLocks.ts';
import { fakeCheckpoint } from '../src/storage/fakeRecords.ts';
import { DirectoryCheckpointStore } from './directoryStore.ts';

const stores: readonly [string, () => Promise<CheckpointStore>][] = [
  ['IndexedDB', async () => new DexieCheckpointStore(new LabDatabase(crypto.randomUUID()), createFakeLocks(), 4)],
  ['a directory', async () => new DirectoryCheckpointStore(await mkdtemp(join(tmpdir(), 'parley-')))],
];

const idsOf = async (store: CheckpointStore, runId = 'run-1') =>
  (await store.list(runId)).map(({ checkpointId }) => checkpointId);

describe.each(stores)('checkpoints in %s', (_, createStore) => {
  test.each([0, 3, 4, 9])('%i bytes come back as they were saved', async (sizeBytes) => {
    const store = await createStore();
    const checkpoint = fakeCheckpoint(
      {},
      Uint8Array.from({ length: sizeBytes }, (_, index) => 200 + index),
    );
    await store.save(checkpoint);
    expect(await store.load('checkpoint-1')).toEqual(checkpoint);
  });

  test('the bytes of a view are saved without what lies around it', async () => {
    const store = await createStore();
    const view = Uint8Array.of(9, 9, 1, 2, 3, 9).subarray(2, 5);
    await store.save(fakeCheckpoint({}, view));
    expect((await store.load('checkpoint-1')).tensors).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('a run lists its own checkpoints, newest first', async () => {
    const store = await createStore();
    await store.save(fakeCheckpoint({ checkpointId: 'older', createdAtMs: 1 }));
    await store.save(fakeCheckpoint({ checkpointId: 'newer', createdAtMs: 2 }));
    await store.save(fakeCheckpoint({ checkpointId: 'other', runId: 'run-2' }));
    expect(await idsOf(store)).toEqual(['newer', 'older']);
    expect(await idsOf(store, 'run-3')).toEqual([]);
  });

  test('saving an id again replaces it', async () => {
    const store = await createStore();
    await store.save(fakeCheckpoint({ label: 'first' }, Uint8Array.of(1, 1, 1, 1, 1, 1)));
    await store.save(fakeCheckpoint({ label: 'second' }, Uint8Array.of(2)));
    expect(await store.load('checkpoint-1')).toEqual(fakeCheckpoint({ label: 'second' }, Uint8Array.of(2)));
    expect(await idsOf(store)).toEqual(['checkpoint-1']);
  });

  test('the last three, the best and the kept stay; the rest goes', async () => {
    const store = await createStore();
    const scores = [1, 9, 2, null, 3, 4, 5];
    for (const [index, score] of scores.entries()) {
      await store.save(fakeCheckpoint({ checkpointId: `c${index}`, createdAtMs: index, score, isKept: index === 0 }));
    }
    expect(await idsOf(store)).toEqual(['c6', 'c5', 'c4', 'c1', 'c0']);
  });

  test('in a run with evaluations the best by held-out scenarios is kept and marked, whatever the batches earned', async () => {
    const store = await createStore();
    const measured = (updatesDone: number, mean: number) => ({ updatesDone, points: { mean, low: mean, high: mean } });
    // Evaluated after 2, 4 and 6 updates; in between, checkpoints remember the evaluation before them.
    const [second, fourth, sixth] = [measured(2, 5), measured(4, 6), measured(6, 6)];
    const newest = [null, second, second, fourth, fourth, sixth, sixth];
    for (const [index, point] of newest.entries()) {
      const validation = point && { newest: point, best: point };
      const about = { checkpointId: `c${index + 1}`, updatesDone: index + 1, createdAtMs: index, validation };
      await store.save(fakeCheckpoint({ ...about, score: 10 - index }));
    }
    const marks = (await store.list('run-1')).map(({ checkpointId, isBest }) => [checkpointId, isBest]);
    expect(marks).toEqual([
      ['c7', false],
      ['c6', false],
      ['c5', false],
      ['c4', true], // as good as the sixth, and earlier
    ]);
  });

  test('in a run without evaluations the best is the one whose batch earned most', async () => {
    const store = await createStore();
    for (const [index, score] of [null, 3, 7, 5].entries()) {
      await store.save(fakeCheckpoint({ checkpointId: `c${index}`, createdAtMs: index, score }));
    }
    const best = (await store.list('run-1')).filter(({ isBest }) => isBest);
    expect(best.map(({ checkpointId }) => checkpointId)).toEqual(['c2']);
  });

  test.each(['never-saved', '../outside', ''])('loading the id "%s" says that there is none', async (checkpointId) => {
    await expect((await createStore()).load(checkpointId)).rejects.toMatchObject({ code: 'checkpoint-missing' });
  });
});
