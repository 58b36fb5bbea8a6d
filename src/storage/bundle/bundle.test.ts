import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { DexieCheckpointStore } from '../checkpoints.ts';
import { LabDatabase } from '../database.ts';
import { createFakeLocks } from '../fakeLocks.ts';
import { fakeCheckpoint, fakeEpisode, fakeMetrics, fakeTrace } from '../fakeRecords.ts';
import { recordEpisodes, recordUpdate } from '../history.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { rateTurn } from '../ratings.ts';
import { createRun, RECORD_INDEXES, recordKnobChange, setRunStatus, sweepRecords } from '../runs.ts';
import { exportRun } from './exportRun.ts';
import { importRun } from './importRun.ts';
import { readZipDirectory } from './readZip.ts';

const RUN = 'run-1';
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const QUIET = { progressed: () => undefined, signal: new AbortController().signal };
const CHUNK_BYTES = 1000;
const WEIGHTS = Uint8Array.from({ length: 3500 }, (_, index) => (index * 7) % 256);
const locks = createFakeLocks();
let here: LabDatabase;
let there: LabDatabase;

const emptyDatabase = () => new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });

beforeEach(async () => {
  [here, there] = [emptyDatabase(), emptyDatabase()];
  await createRun(here, { runId: RUN, name: 'a run', config: defaultRunConfig(), modelName: 'parley-mini' });
  for (let update = 0; update < 3; update++) {
    const count = update === 0 ? 130 : 3; // enough traces for two files
    const episodeIds = Array.from({ length: count }, (_, index) => `${update}-${index}`);
    const traces = episodeIds.flatMap((id) => [fakeTrace(id, 0), fakeTrace(id, 1)]);
    const [first, ...rest] = traces;
    if (!first) throw new Error('there are traces');
    const withRatios = { ...first, ratios: Float32Array.of(0, 1, NaN), klToBase: Float32Array.of(0, NaN, 1e-42) };
    await recordEpisodes(
      here,
      RUN,
      episodeIds.map((id) => fakeEpisode(id, update)),
      [withRatios, ...rest],
    );
    await recordUpdate(here, RUN, update, fakeMetrics(1 / 3 + update));
  }
  await rateTurn(here, RUN, { episodeId: '0-0', turnIndex: 0, value: 1, ratedAtMs: 5 });
  await recordKnobChange(here, RUN, { updatesDone: 2, knobs: { learningRate: 0.02 } });
  const store = new DexieCheckpointStore(here, locks, CHUNK_BYTES);
  await store.save(fakeCheckpoint({ checkpointId: `${RUN}-2`, sizeBytes: WEIGHTS.length }, WEIGHTS.slice()));
  await store.save(fakeCheckpoint({ checkpointId: `${RUN}-3`, updatesDone: 6 }));
  await setRunStatus(here, RUN, 'stopped');
});

/** Every row of every table; of what a save is called inside a database, only that it is called something. */
async function contents(database: LabDatabase): Promise<unknown> {
  const tables = await Promise.all(
    database.tables.map(async ({ name }) => [name, await database.table(name).toArray()]),
  );
  const { checkpoints, weightChunks, ...rest } = Object.fromEntries(tables) as Record<string, object[]>;
  const store = new DexieCheckpointStore(database, locks);
  const loaded = await Promise.all((await store.list(RUN)).map(({ checkpointId }) => store.load(checkpointId)));
  return { ...rest, loaded, counts: [checkpoints?.length, weightChunks?.length] };
}

test('a run crosses into another browser bit for bit', async () => {
  const shares: number[] = [];
  const zip = await exportRun(here, RUN, { ...QUIET, progressed: (share) => shares.push(share) });
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(1, 1);
  shares.length = 0;
  expect(await importRun(there, locks, zip, { ...QUIET, progressed: (share) => shares.push(share) })).toBe(RUN);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(await contents(there)).toEqual(await contents(here));
  const again = await exportRun(there, RUN, QUIET);
  expect(await again.arrayBuffer()).toEqual(await zip.arrayBuffer());
});

test('every table that knows runs is in the zip', () => {
  const known = here.tables
    .filter(({ schema }) => [schema.primKey, ...schema.indexes].some(({ keyPath }) => [keyPath].flat()[0] === 'runId'))
    .map(({ name }) => name);
  expect(known.toSorted()).toEqual(['runs', ...Object.keys(RECORD_INDEXES)].toSorted());
});

test('wherever a zip is damaged, it is refused and leaves nothing behind', async () => {
  const zip = new Uint8Array(await (await exportRun(here, RUN, QUIET)).arrayBuffer());
  const before = await contents(there);
  const refused = async (bytes: Uint8Array<ArrayBuffer>, why: string) => {
    const trying = importRun(there, locks, new Blob([bytes]), QUIET);
    await expect(trying, why).rejects.toMatchObject({ code: expect.stringMatching(/^bundle-(damaged|unknown)$/) });
    expect(await contents(there), why).toEqual(before);
  };
  for (const { name, offset } of (await readZipDirectory(new Blob([zip]))).values()) {
    const flipped = zip.slice();
    const inside = offset + 30 + name.length + 2; // past the local header and the name, in the file's bytes
    flipped[inside] = (flipped[inside] ?? 0) ^ 1;
    await refused(flipped, `a bit of ${name}`);
  }
  for (const share of [0, 0.3, 0.7, 0.999])
    await refused(zip.slice(0, Math.floor(zip.length * share)), `cut at ${share}`);
  await refused(new TextEncoder().encode('no zip at all'), 'text');
});

test('a run that is here already is not overwritten', async () => {
  const zip = await exportRun(here, RUN, QUIET);
  const before = await contents(here);
  await expect(importRun(here, locks, zip, QUIET)).rejects.toMatchObject({ code: 'run-exists' });
  expect(await contents(here)).toEqual(before);
});

test('a full disk or a cancel in the middle leaves nothing behind, and the next try succeeds', async () => {
  const zip = await exportRun(here, RUN, QUIET);
  const before = await contents(there);
  let writes = 0;
  const full = () => {
    writes += 1;
    if (writes === 2) throw new DOMException('disk full', 'QuotaExceededError');
  };
  there.weightChunks.hook('creating', full);
  await expect(importRun(there, locks, zip, QUIET)).rejects.toMatchObject({ code: 'storage-full' });
  there.weightChunks.hook('creating').unsubscribe(full);
  expect(await contents(there)).toEqual(before);

  const abort = new AbortController();
  const cancelling = (share: number) => share > 0.7 && abort.abort(new Error('cancelled'));
  await expect(importRun(there, locks, zip, { progressed: cancelling, signal: abort.signal })).rejects.toThrow();
  expect(await contents(there)).toEqual(before);
  expect(await importRun(there, locks, zip, QUIET)).toBe(RUN);
});

test('what a crashed import left is swept at the next start, and what belongs to runs stays', async () => {
  const kept = await contents(here);
  await here.episodes.bulkAdd(['a', 'z'].map((id) => ({ runId: `${id}-gone`, episode: fakeEpisode('0-0', 0) })));
  await here.updates.add({ runId: 'run-0', updateIndex: 0, metrics: fakeMetrics(1) });
  await sweepRecords(here, locks);
  expect(await contents(here)).toEqual(kept);
});
