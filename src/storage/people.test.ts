import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { defaultRunConfig } from '../record/runConfig.ts';
import { LabDatabase } from './database.ts';
import { createFakeLocks } from './fakeLocks.ts';
import { fakeEpisode } from './fakeRecords.ts';
import { listEpisodes, listEpisodeUpdates } from './history.ts';
import { deletePack, listPacks, savePack } from './packs.ts';
import { keepPlay, PLAYED_RUN_ID } from './played.ts';
import { listEpisodeRatings, listRatings, rateTurn, unrateTurn } from './ratings.ts';
import { keepReply, readReply } from './replies.ts';
import { createRun, deleteRun, interruptedRuns, listRuns } from './runs.ts';

let database: LabDatabase;
beforeEach(async () => {
  database = new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });
  await createRun(database, { runId: 'run-1', name: 'a run', config: defaultRunConfig(), modelName: 'parley-mini' });
});

const rating = (episodeId: string, turnIndex: number, value: 1 | -1) => ({ episodeId, turnIndex, value, ratedAtMs: 5 });

test('a turn has one rating, the latest; taken back it has none; it goes with its run', async () => {
  await rateTurn(database, 'run-1', rating('b', 1, 1));
  await rateTurn(database, 'run-1', rating('a', 0, 1));
  await rateTurn(database, 'run-1', rating('a', 0, -1));
  expect(await listRatings(database, 'run-1')).toEqual([rating('a', 0, -1), rating('b', 1, 1)]);
  expect(await listEpisodeRatings(database, 'run-1', 'b')).toEqual([rating('b', 1, 1)]);
  await unrateTurn(database, 'run-1', 'b', 1);
  expect(await listRatings(database, 'run-1')).toEqual([rating('a', 0, -1)]);
  await deleteRun(database, createFakeLocks(), 'run-1');
  expect(await database.ratings.count()).toBe(0);
  await expect(rateTurn(database, 'run-1', rating('a', 0, 1))).rejects.toMatchObject({ code: 'run-missing' });
});

test('dialogues that were played are episodes of a finished run, one after the other, with their ratings', async () => {
  await keepPlay(database, fakeEpisode('p1', 7), [rating('p1', 0, 1)]);
  await keepPlay(database, fakeEpisode('p2', 7), []);
  expect(await listEpisodeUpdates(database, PLAYED_RUN_ID)).toEqual([0, 1]);
  expect((await listEpisodes(database, PLAYED_RUN_ID, 1))[0]?.episodeId).toBe('p2');
  expect(await listRatings(database, PLAYED_RUN_ID)).toEqual([rating('p1', 0, 1)]);
  const { runs } = await listRuns(database);
  expect(runs.map(({ runId, status }) => [runId, status]).sort()).toEqual([
    [PLAYED_RUN_ID, 'finished'],
    ['run-1', 'running'],
  ]);
  const open = await interruptedRuns(database, createFakeLocks());
  expect(open.map(({ runId }) => runId)).toEqual(['run-1']); // nobody is asked to resume a play
});

test('packs are saved by name, and come back by name', async () => {
  await savePack(database, 'zoo', 'old');
  await savePack(database, 'zoo', 'new');
  await savePack(database, 'ark', 'text');
  expect((await listPacks(database)).map(({ name, text }) => [name, text])).toEqual([
    ['ark', 'text'],
    ['zoo', 'new'],
  ]);
  await deletePack(database, 'zoo');
  expect(await listPacks(database)).toHaveLength(1);
});

test('replies are kept up to a number; the oldest go first', async () => {
  expect(await readReply(database, 'unasked')).toBeNull();
  for (let index = 0; index < 25; index++) await keepReply(database, `question ${index}`, `answer ${index}`, 20);
  expect(await database.replies.count()).toBeLessThanOrEqual(20);
  expect(await readReply(database, 'question 24')).toBe('answer 24');
});
