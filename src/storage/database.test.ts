import { Dexie } from 'dexie';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test, vi } from 'vitest';
import { AppError } from '../base/errors.ts';
import { defaultRunConfig } from '../record/runConfig.ts';
import { LabDatabase, openDatabase } from './database.ts';
import { asStorageError } from './errors.ts';
import { createRun } from './runs.ts';

const newRun = { runId: 'run-1', name: 'a run', config: defaultRunConfig(), modelName: 'parley-mini' };

test('a browser without IndexedDB gets told what to do', async () => {
  // Dexie takes a missing option for "use the global one", of which Node has none.
  const database = new LabDatabase('test');
  await expect(openDatabase(database)).rejects.toMatchObject({ code: 'storage-unavailable' });
  await expect(createRun(database, newRun)).rejects.toMatchObject({ code: 'storage-unavailable' });
});

test('an old tab that holds the database open is named instead of waited for', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined); // Dexie's own, shorter, report
  const indexedDB = new IDBFactory();
  const oldTab = indexedDB.open('test', 1); // older than version 1 of Dexie, which is 10 in IndexedDB
  await new Promise((resolve) => {
    oldTab.onsuccess = resolve;
  });
  const database = new LabDatabase('test', { indexedDB, IDBKeyRange });
  await expect(openDatabase(database)).rejects.toMatchObject({ code: 'storage-blocked' });
  oldTab.result.close(); // the person closes the old tab
  await openDatabase(database);
  await createRun(database, newRun);
});

test('the reason is found below the errors that wrap it', () => {
  const full = new Dexie.AbortError('aborted', new DOMException('full', 'QuotaExceededError') as unknown as Error);
  expect(asStorageError(full)).toMatchObject({ code: 'storage-full', cause: full });
  const closed = new Dexie.DatabaseClosedError('closed');
  expect(asStorageError(closed)).toMatchObject({ code: 'storage-blocked' });
  const outdated = new DOMException('newer', 'VersionError');
  expect(asStorageError(outdated)).toMatchObject({ code: 'storage-blocked', fix: 'Reload this tab.' });
});

test('an AppError and a bug stay what they are', () => {
  const known = new AppError('run-missing', { what: 'a', why: 'b', fix: 'c' });
  const bug = new TypeError('x is undefined');
  expect(asStorageError(known)).toBe(known);
  expect(asStorageError(bug)).toBe(bug);
});
