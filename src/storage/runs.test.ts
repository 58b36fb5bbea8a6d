import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import type { Evaluation } from '../record/evaluation.ts';
import { defaultRunConfig } from '../record/runConfig.ts';
import { DexieCheckpointStore } from './checkpoints.ts';
import { LabDatabase } from './database.ts';
import { createFakeLocks } from './fakeLocks.ts';
import { fakeCheckpoint, fakeEpisode, fakeMetrics, fakeTrace } from './fakeRecords.ts';
import {
  listEpisodes,
  listEpisodeUpdates,
  listEvaluations,
  listTraces,
  listUpdates,
  readUpdates,
  recordEpisodes,
  recordEvaluation,
  recordUpdate,
} from './history.ts';
import { takeRunLock, type LockPort } from './runLock.ts';
import {
  createRun,
  deleteRun,
  interruptedRuns,
  listRuns,
  loadRun,
  renameRun,
  setRunStatus,
  truncateRun,
} from './runs.ts';
import { writeTuning } from './tunings.ts';

let database: LabDatabase;
let locks: LockPort;

beforeEach(() => {
  database = new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });
  locks = createFakeLocks();
});

const newRun = (runId: string) => ({
  runId,
  name: `name of ${runId}`,
  config: defaultRunConfig(),
  modelName: 'parley-mini',
});

/** One update with two episodes of two traces each. */
async function recordBatch(runId: string, updateIndex: number): Promise<void> {
  const ids = [`${updateIndex}-a`, `${updateIndex}-b`];
  const traces = ids.flatMap((id) => [fakeTrace(id, 0), fakeTrace(id, 1)]);
  await recordEpisodes(
    database,
    runId,
    ids.map((id) => fakeEpisode(id, updateIndex)),
    traces,
  );
  await recordUpdate(database, runId, updateIndex, fakeMetrics(updateIndex));
}

const evaluation: Evaluation = {
  label: 'validation',
  environment: 'deal-or-no-deal',
  split: 'validation',
  episodes: 8,
  scenarios: 4,
  seed: 1,
  strategist: 'trained',
  partner: 'base',
  temperature: 1,
  points: { mean: 5, low: 4, high: 6 },
  partnerPoints: { mean: 5, low: 4, high: 6 },
  agreementShare: { mean: 0, low: 0, high: 0 },
  paretoShare: null,
  speech: {
    turns: 24,
    legalShare: { mean: 1, low: 1, high: 1 },
    readableShare: null,
    applicableShare: null,
    followedShare: null,
    copiedShare: null,
    leakShare: null,
    followedByFamily: [],
    firstFamilyEntropy: 0,
    distinct2: 0.5,
  },
  turnsPerEpisode: 6,
  seconds: 1,
};

test('what was recorded is there after a reload, typed arrays included', async () => {
  await createRun(database, newRun('run-1'));
  await recordBatch('run-1', 0);
  await recordEvaluation(database, 'run-1', 1, evaluation);
  expect(await loadRun(database, 'run-1')).toMatchObject({ ...newRun('run-1'), status: 'running', updatesDone: 1 });
  expect(await listUpdates(database, 'run-1')).toEqual([{ runId: 'run-1', updateIndex: 0, metrics: fakeMetrics(0) }]);
  expect(await listEpisodes(database, 'run-1', 0)).toEqual([fakeEpisode('0-a', 0), fakeEpisode('0-b', 0)]);
  expect(await listTraces(database, 'run-1', '0-b')).toEqual([fakeTrace('0-b', 0), fakeTrace('0-b', 1)]);
  expect(await listEvaluations(database, 'run-1')).toMatchObject([{ updatesDone: 1, evaluation }]);
});

test('long curves are read in parts, whole and in order', async () => {
  const rows = Array.from({ length: 900 }, (_, updateIndex) => ({
    runId: 'run-1',
    updateIndex,
    metrics: fakeMetrics(0),
  }));
  await database.updates.bulkAdd(rows.toReversed());
  await database.updates.add({ runId: 'run-2', updateIndex: 0, metrics: fakeMetrics(0) });
  const parts: number[] = [];
  await readUpdates(database, 'run-1', (part) => parts.push(part.length));
  expect(parts).toEqual([200, 200, 200, 200, 100]);
  expect((await listUpdates(database, 'run-1')).map(({ updateIndex }) => updateIndex)).toEqual([...rows.keys()]);
});

test('an evaluation that is repeated takes the place of the first; a resumed run drops those it will make again', async () => {
  await createRun(database, newRun('run-1'));
  for (const updatesDone of [4, 2, 6]) await recordEvaluation(database, 'run-1', updatesDone, evaluation);
  await recordEvaluation(database, 'run-1', 4, { ...evaluation, seed: 7 });
  const found = async () =>
    (await listEvaluations(database, 'run-1')).map((row) => [row.updatesDone, row.evaluation.seed]);
  expect(await found()).toEqual([
    [2, 1],
    [4, 7],
    [6, 1],
  ]);
  await truncateRun(database, 'run-1', 4);
  expect(await found()).toEqual([
    [2, 1],
    [4, 7],
  ]);
});

test('a trace that is a view of a large buffer is saved without the rest of it', async () => {
  await createRun(database, newRun('run-1'));
  const tokenIds = new Int32Array(1_000).fill(5).subarray(10, 13);
  await recordEpisodes(database, 'run-1', [fakeEpisode('a', 0)], [{ ...fakeTrace('a', 0), tokenIds }]);
  const [trace] = await listTraces(database, 'run-1', 'a');
  expect(trace?.tokenIds.buffer.byteLength).toBe(12);
});

test('a resumed run drops what it will repeat, in its own run only, and keeps its checkpoints', async () => {
  for (const runId of ['run-1', 'run-2']) {
    await createRun(database, newRun(runId));
    for (const updateIndex of [0, 1, 2]) await recordBatch(runId, updateIndex);
  }
  await new DexieCheckpointStore(database, locks).save(fakeCheckpoint());
  await truncateRun(database, 'run-1', 1);

  expect((await loadRun(database, 'run-1')).updatesDone).toBe(1);
  expect((await listUpdates(database, 'run-1')).map(({ updateIndex }) => updateIndex)).toEqual([0]);
  expect(await listEpisodeUpdates(database, 'run-1')).toEqual([0]);
  expect(await listTraces(database, 'run-1', '1-a')).toEqual([]);
  expect(await listEpisodeUpdates(database, 'run-2')).toEqual([0, 1, 2]);
  expect(await listTraces(database, 'run-2', '2-b')).toHaveLength(2);
  expect(await database.checkpoints.count()).toBe(1);
});

test('repeating an update replaces its point on the curves', async () => {
  await createRun(database, newRun('run-1'));
  await recordUpdate(database, 'run-1', 0, fakeMetrics(1));
  await recordUpdate(database, 'run-1', 0, fakeMetrics(2));
  expect((await listUpdates(database, 'run-1')).map(({ metrics }) => metrics.loss)).toEqual([2]);
});

test('a run that was going on without a lock was interrupted; one that a tab holds was not', async () => {
  for (const runId of ['reloaded', 'paused', 'finished', 'open']) await createRun(database, newRun(runId));
  await setRunStatus(database, 'paused', 'paused');
  await setRunStatus(database, 'finished', 'finished');
  const lock = await takeRunLock(locks, 'open');
  const ids = async () => (await interruptedRuns(database, locks)).map(({ runId }) => runId).sort();
  expect(await ids()).toEqual(['paused', 'reloaded']);
  await lock.release();
  expect(await ids()).toEqual(['open', 'paused', 'reloaded']);
});

test('a second tab is kept out until the first lets go', async () => {
  const lock = await takeRunLock(locks, 'run-1');
  await expect(takeRunLock(locks, 'run-1')).rejects.toMatchObject({ code: 'run-open-elsewhere' });
  await lock.release();
  await (await takeRunLock(locks, 'run-1')).release();
});

test('a run that a tab trains cannot be deleted; otherwise everything of it goes, and nothing else', async () => {
  for (const runId of ['run-1', 'run-2']) {
    await createRun(database, newRun(runId));
    await recordBatch(runId, 0);
    await recordEvaluation(database, runId, 1, evaluation);
    await new DexieCheckpointStore(database, locks).save(fakeCheckpoint({ runId, checkpointId: `of ${runId}` }));
  }
  const lock = await takeRunLock(locks, 'run-1');
  await expect(deleteRun(database, locks, 'run-1')).rejects.toMatchObject({ code: 'run-open-elsewhere' });
  await lock.release();
  await writeTuning(database, 'adapter', 'tile');
  await deleteRun(database, locks, 'run-1');
  const counts = await Promise.all(database.tables.map(async (table) => [table.name, await table.count()]));
  expect(Object.fromEntries(counts.filter(([, count]) => count !== 0))).toEqual({
    runs: 1,
    updates: 1,
    episodes: 2,
    traces: 4,
    evaluations: 1,
    checkpoints: 1,
    weightChunks: 1,
    tunings: 1,
  });
});

test('nothing is recorded for a run that is gone', async () => {
  const missing = { code: 'run-missing' };
  await expect(recordBatch('gone', 0)).rejects.toMatchObject(missing);
  await expect(recordUpdate(database, 'gone', 0, fakeMetrics(0))).rejects.toMatchObject(missing);
  await expect(renameRun(database, 'gone', 'x')).rejects.toMatchObject(missing);
  expect(await database.episodes.count()).toBe(0);
  expect(await database.updates.count()).toBe(0);
});

test('a row that does not parse is named and hides no other run', async () => {
  await createRun(database, newRun('good'));
  await createRun(database, newRun('bad'));
  await database.runs.update('bad', { status: 'dreaming' as 'running' });
  const { runs, unreadableRunIds } = await listRuns(database);
  expect(runs.map(({ runId }) => runId)).toEqual(['good']);
  expect(unreadableRunIds).toEqual(['bad']);
  await expect(loadRun(database, 'bad')).rejects.toMatchObject({ code: 'saved-data-unreadable' });
});

test('a failure is kept with its run and forgotten when the run goes on', async () => {
  const failure = { code: 'device-lost', what: 'a', why: 'b', fix: 'c' };
  await createRun(database, newRun('run-1'));
  await setRunStatus(database, 'run-1', 'failed', failure);
  expect(await loadRun(database, 'run-1')).toMatchObject({ status: 'failed', lastFailure: failure });
  await setRunStatus(database, 'run-1', 'running');
  expect(await loadRun(database, 'run-1')).toMatchObject({ status: 'running', lastFailure: null });
});
