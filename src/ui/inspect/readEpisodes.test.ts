import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeAll, expect, test } from 'vitest';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { LabDatabase } from '../../storage/database.ts';
import { fakeEpisode } from '../../storage/fakeRecords.ts';
import { recordEpisodes } from '../../storage/history.ts';
import { createRun } from '../../storage/runs.ts';
import { readEpisodes } from './readEpisodes.ts';

const UPDATES = Array.from({ length: 40 }, (_, index) => index).filter((index) => index !== 7);
let database: LabDatabase;
beforeAll(async () => {
  database = new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });
  await createRun(database, { runId: 'r', name: 'r', config: defaultRunConfig(), modelName: 'parley-mini' });
  for (const index of UPDATES) {
    await recordEpisodes(database, 'r', [fakeEpisode(`${index}-0`, index), fakeEpisode(`${index}-1`, index)], []);
  }
});

test('every update is read once, with its episodes; one without any too, so that nobody asks again', async () => {
  const asked = Array.from({ length: 40 }, (_, index) => index);
  const found = new Map<number, readonly string[]>();
  await readEpisodes(
    database,
    'r',
    asked,
    (part) => {
      for (const [index, episodes] of part) {
        expect(found.has(index)).toBe(false);
        found.set(
          index,
          episodes.map(({ episodeId }) => episodeId),
        );
      }
    },
    new AbortController().signal,
  );
  expect([...found.keys()].toSorted((a, b) => a - b)).toEqual(asked);
  expect(found.get(39)).toEqual(['39-0', '39-1']);
  expect(found.get(7)).toEqual([]);
});

test('whoever has left hears nothing more', async () => {
  const abort = new AbortController();
  const reading = readEpisodes(
    database,
    'r',
    UPDATES,
    () => {
      throw new Error('nobody is there');
    },
    abort.signal,
  );
  abort.abort();
  await reading;
});
