import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../src/base/errors.ts';
import { defaultRunConfig } from '../src/record/runConfig.ts';
import { LabDatabase } from '../src/storage/database.ts';
import { createFakeLocks } from '../src/storage/fakeLocks.ts';
import { fakeCheckpoint, fakeEpisode, fakeMetrics, fakeTrace } from '../src/storage/fakeRecords.ts';
import { listTraces, listUpdates } from '../src/storage/history.ts';
import { takeRunLock } from '../src/storage/runLock.ts';
import { StorageClient } from './storageClient.ts';
import { StorageServer } from './storageServer.ts';

const newRun = { runId: 'run-1', name: 'a run', config: defaultRunConfig(), modelName: 'parley-mini' };
const locks = createFakeLocks();
let database: LabDatabase;
let server: StorageServer;
let ports: MessagePort[];

beforeEach(() => {
  database = new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });
  server = new StorageServer(database, locks);
  ports = [];
});
afterEach(() => {
  for (const port of ports) port.close();
});

function connect(): StorageClient {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  server.serve(port1);
  return new StorageClient(port2);
}

test('the engine saves and the page sees it, over two ports of one worker', async () => {
  const page = connect();
  const engine = connect();
  await page.createRun(newRun);
  await engine.recordEpisodes('run-1', [fakeEpisode('a', 0)], [fakeTrace('a', 0)]);
  await engine.recordUpdate('run-1', 0, fakeMetrics(1));
  await engine.save(fakeCheckpoint());
  expect(await listTraces(database, 'run-1', 'a')).toEqual([fakeTrace('a', 0)]);
  expect(await listUpdates(database, 'run-1')).toHaveLength(1);
  expect(await page.loadRun('run-1')).toMatchObject({ name: 'a run', updatesDone: 1 });
  expect(await page.list('run-1')).toEqual([{ ...fakeCheckpoint().manifest, isBest: true }]);
  expect(await page.load('checkpoint-1')).toEqual(fakeCheckpoint());
});

test('requests are carried out in the order in which they were made, without waiting for replies', async () => {
  const client = connect();
  const done: string[] = [];
  await Promise.all([
    client.createRun(newRun).then(() => done.push('create')),
    client.save(fakeCheckpoint({}, new Uint8Array(100_000))).then(() => done.push('save')),
    client.renameCheckpoint('checkpoint-1', 'renamed').then(() => done.push('rename')),
    client.list('run-1').then(([manifest]) => done.push(`list ${manifest?.label ?? 'nothing'}`)),
  ]);
  expect(done).toEqual(['create', 'save', 'rename', 'list renamed']);
});

test('saving moves the bytes instead of copying them, and spares what lies around a view', async () => {
  const client = connect();
  const whole = fakeCheckpoint();
  await client.save(whole);
  expect(whole.tensors.byteLength).toBe(0);
  const around = Uint8Array.of(9, 1, 2, 3, 9);
  await client.save(fakeCheckpoint({}, around.subarray(1, 4)));
  expect(around).toEqual(Uint8Array.of(9, 1, 2, 3, 9));
  expect((await client.load('checkpoint-1')).tensors).toEqual(Uint8Array.of(1, 2, 3));
});

test('failures cross with code, what, why and fix, and the next request works', async () => {
  const client = connect();
  const failure: unknown = await client.load('never saved').catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(AppError);
  expect(failure).toMatchObject({ code: 'checkpoint-missing', fix: 'Choose another checkpoint of the run.' });
  await client.createRun(newRun);
  const lock = await takeRunLock(locks, 'run-1');
  await expect(client.deleteRun('run-1')).rejects.toMatchObject({ code: 'run-open-elsewhere' });
  await lock.release();
});

test('a malformed request is refused and changes nothing', async () => {
  const client = connect();
  await client.createRun(newRun);
  await expect(client.truncateRun('run-1', -1)).rejects.toMatchObject({ code: 'unexpected' });
  expect(await client.loadRun('run-1')).toMatchObject({ updatesDone: 0 });
});

test('whoever waits for a worker that died is told', async () => {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const client = new StorageClient(port2);
  const waiting = client.list('run-1');
  client.fail(new AppError('storage-unavailable', { what: 'a', why: 'b', fix: 'c' }));
  await expect(waiting).rejects.toMatchObject({ code: 'storage-unavailable' });
});

test('tuned tiles are remembered; where storage fails they are simply unknown', async () => {
  const engine = connect();
  expect(await engine.tunings.read('adapter, linear')).toBeNull();
  await engine.tunings.write('adapter, linear', 'tiled 8');
  expect(await connect().tunings.read('adapter, linear')).toBe('tiled 8');
  const broken = connect();
  const reading = broken.tunings.read('adapter, linear');
  broken.fail(new AppError('storage-gone', { what: 'a', why: 'b', fix: 'c' }));
  expect(await reading).toBeNull();
});

test('a run leaves over one port and comes back over another; the queue goes on meanwhile, and progress is told', async () => {
  const page = connect();
  const engine = connect();
  await page.createRun(newRun);
  await engine.recordEpisodes('run-1', [fakeEpisode('a', 0)], [fakeTrace('a', 0)]);
  await engine.save(fakeCheckpoint());
  const shares: number[] = [];
  const work = { progressed: (share: number) => shares.push(share), signal: new AbortController().signal };
  const zip = await page.exportRun('run-1', work);
  expect(shares.at(-1)).toBe(1);
  await page.deleteRun('run-1');
  expect(await page.importRun(zip, work)).toBe('run-1');
  expect(await listTraces(database, 'run-1', 'a')).toEqual([fakeTrace('a', 0)]);
  expect((await engine.load('checkpoint-1')).tensors).toEqual(fakeCheckpoint().tensors);
});

test('long work that is cancelled fails as such, changes nothing, and leaves the port in order', async () => {
  const page = connect();
  await page.createRun(newRun);
  const zip = await page.exportRun('run-1', { progressed: () => undefined, signal: new AbortController().signal });
  await page.deleteRun('run-1');
  const cancelled = { progressed: () => undefined, signal: AbortSignal.abort() };
  await expect(page.importRun(zip, cancelled)).rejects.toMatchObject({ code: 'cancelled' });
  await expect(page.loadRun('run-1')).rejects.toMatchObject({ code: 'run-missing' });
  await page.createRun(newRun);
  await expect(page.exportRun('run-1', cancelled)).rejects.toMatchObject({ code: 'cancelled' });
  expect(await page.loadRun('run-1')).toMatchObject({ name: 'a run' });
});
