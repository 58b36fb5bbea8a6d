import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { fakeCheckpoint } from '../src/storage/fakeRecords.ts';
import { DirectoryCheckpointStore } from './directoryStore.ts';

let directory: string;
let store: DirectoryCheckpointStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-'));
  store = new DirectoryCheckpointStore(directory);
});

test('what a crash left half-written is not listed, and the sweep removes it', async () => {
  await store.save(fakeCheckpoint());
  await mkdir(join(directory, '.pending-checkpoint-2'));
  await writeFile(join(directory, '.pending-checkpoint-2', 'checkpoint.safetensors'), 'half');
  expect(await store.list('run-1')).toHaveLength(1);
  await store.sweepOrphans();
  expect(await readdir(directory)).toEqual(['checkpoint-1']);
});

test('a crash between the two renames of a replacement loses nothing', async () => {
  await store.save(fakeCheckpoint());
  await rename(join(directory, 'checkpoint-1'), join(directory, '.replaced-checkpoint-1'));
  await store.sweepOrphans();
  expect(await store.load('checkpoint-1')).toEqual(fakeCheckpoint());
});

test('changed or missing tensors are damage', async () => {
  await store.save(fakeCheckpoint());
  const tensors = join(directory, 'checkpoint-1', 'checkpoint.safetensors');
  await writeFile(tensors, Uint8Array.of(1, 2, 4));
  await expect(store.load('checkpoint-1')).rejects.toMatchObject({ code: 'checkpoint-damaged' });
  await rm(tensors);
  await expect(store.load('checkpoint-1')).rejects.toMatchObject({ code: 'checkpoint-damaged' });
});

test('a damaged description hides its checkpoint from the list and is named when loaded', async () => {
  await store.save(fakeCheckpoint());
  await writeFile(join(directory, 'checkpoint-1', 'checkpoint.json'), '{');
  expect(await store.list('run-1')).toEqual([]);
  await expect(store.load('checkpoint-1')).rejects.toMatchObject({ code: 'checkpoint-damaged' });
});
