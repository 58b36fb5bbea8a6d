import { expect, test } from 'vitest';
import { defaultRunConfig } from '../record/runConfig.ts';
import { assertRoomFor, bytesOfRun, requestPersistence, type StoragePort } from './quota.ts';

const storage = (estimate: StorageEstimate): StoragePort => ({
  estimate: () => Promise.resolve(estimate),
  persist: () => Promise.reject(new Error('not in this window')),
});

test('five checkpoints count: the last three, the best and the one being written', () => {
  const config = { ...defaultRunConfig(), updates: 10 };
  expect(bytesOfRun(config, 1_000) - bytesOfRun(config, 0)).toBe(5_000);
});

test('a resumed run needs room for the updates to come only', () => {
  const config = { ...defaultRunConfig(), updates: 10 };
  expect(bytesOfRun(config, 0, 5)).toBe(bytesOfRun(config, 0) / 2);
  expect(bytesOfRun(config, 0, 12)).toBe(0);
});

test('a run that will not fit is refused with the numbers, before it starts', async () => {
  const refused = assertRoomFor(50e6, storage({ quota: 100e6, usage: 80e6 }));
  await expect(refused).rejects.toMatchObject({ code: 'storage-full', what: expect.stringMatching(/50 MB.*20 MB/) });
});

test('a run that just fits, or a browser that does not tell, is fine', async () => {
  await expect(assertRoomFor(20e6, storage({ quota: 100e6, usage: 80e6 }))).resolves.toBeUndefined();
  await expect(assertRoomFor(20e6, storage({}))).resolves.toBeUndefined();
});

test('a browser that refuses persistence stops nothing', async () => {
  expect(await requestPersistence(storage({}))).toBe(false);
});
