import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { dialogueOf, type Dialogue } from '../record/dialogueSet.ts';
import { defaultRunConfig } from '../record/runConfig.ts';
import { LabDatabase } from './database.ts';
import { listDialogues, saveDialogues } from './dialogues.ts';
import { createFakeLocks } from './fakeLocks.ts';
import { fakeEpisode, fakeTrace } from './fakeRecords.ts';
import { createRun, deleteRun } from './runs.ts';

const dialogueNamed = (name: string): Dialogue => {
  const dialogue = dialogueOf({ ...fakeEpisode(name, 0), trainedSeats: [0] }, [fakeTrace(name, 0)]);
  if (!dialogue) throw new Error('its seat is advised');
  return dialogue;
};
/** More than ten, so that their order is not that of their names. */
const dialogues = Array.from({ length: 12 }, (_, index) => dialogueNamed(`${index}`));

let database: LabDatabase;
beforeEach(async () => {
  database = new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });
  for (const runId of ['a', 'b'])
    await createRun(database, { runId, name: runId, config: defaultRunConfig(), modelName: 'parley-mini' });
});

test('what a run learns from comes back in its order, apart from that of others, and goes with the run', async () => {
  await saveDialogues(database, 'a', dialogues);
  await saveDialogues(database, 'b', dialogues.slice(0, 1));
  expect(await listDialogues(database, 'a')).toEqual(dialogues);
  await deleteRun(database, createFakeLocks(), 'a');
  expect(await listDialogues(database, 'a')).toEqual([]);
  expect(await listDialogues(database, 'b')).toHaveLength(1);
});

test('nothing is kept for a run that does not exist', async () => {
  await expect(saveDialogues(database, 'gone', dialogues)).rejects.toMatchObject({ code: 'run-missing' });
  expect(await database.dialogues.count()).toBe(0);
});

test('what another version saved is refused, not half read', async () => {
  await saveDialogues(database, 'a', dialogues.slice(0, 1));
  await database.dialogues.put({ runId: 'a', position: 1, dialogue: { dialogueId: 'x' } as never });
  await expect(listDialogues(database, 'a')).rejects.toMatchObject({ code: 'saved-data-unreadable' });
});
