import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { LabDatabase } from './database.ts';
import { appendToJournal, readJournal } from './journals.ts';

test('a journal gives its lines back in the order in which they came, and knows no other’s', async () => {
  const database = new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });
  await appendToJournal(database, 'a', [{ index: 1 }, { index: 0 }]);
  await appendToJournal(database, 'b', ['other']);
  await appendToJournal(database, 'a', [{ index: 2 }]);
  expect(await readJournal(database, 'a')).toEqual([{ index: 1 }, { index: 0 }, { index: 2 }]);
  expect(await readJournal(database, 'b')).toEqual(['other']);
  expect(await readJournal(database, 'none')).toEqual([]);
});
