import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tinyModelFor } from '../tests/tinyModelFor.ts';
import { UnigramEngine } from '../tests/unigramEngine.ts';
import { knownOfStages, readFailures } from '../src/experiments/archive.ts';
import { orderOf } from '../src/experiments/recipe.ts';
import { recipeNamed } from '../src/experiments/recipes/recipes.ts';
import { missingParts, resultsOf } from '../src/experiments/results.ts';
import { LabDatabase } from '../src/storage/database.ts';
import { createFakeLocks } from '../src/storage/fakeLocks.ts';
import { readJournal } from '../src/storage/journals.ts';
import { runExperiment, type ExperimentProgress } from './experimentHost.ts';
import { StorageClient } from './storageClient.ts';
import { StorageServer } from './storageServer.ts';

const recipe = recipeNamed('self-play-scaling');
const order = orderOf(recipe, true, {
  models: ['tiny:1'],
  environment: 'kuhn-poker',
  episodes: 4,
  updates: 2,
  episodesPerUpdate: 4,
  knobs: { agent: 'script', strategyTokenLimit: 3, tokensPerMicroBatch: 512, rounds: 2 },
});
let database: LabDatabase;
let ports: MessagePort[];

beforeEach(() => {
  database = new LabDatabase('test', { indexedDB: new IDBFactory(), IDBKeyRange });
  const { port1, port2 } = new MessageChannel();
  ports = [port1, port2];
  new StorageServer(database, createFakeLocks()).serve(port1);
});
afterEach(() => {
  for (const port of ports) port.close();
});

/** @param isEnough breaks it off */
async function run(storage: StorageClient, isEnough: (news: ExperimentProgress) => boolean = () => false) {
  const model = await tinyModelFor('kuhn-poker', 1);
  const abort = new AbortController();
  const told: ExperimentProgress[] = [];
  const workbench = {
    takeDevice: async () => ({ engine: 'reference' as const, adapter: 'none', features: [], maxBufferBytes: 0 }),
    open: async (modelName: string) => ({ modelName, model, engine: new UnigramEngine(model.config) }),
  };
  await runExperiment(order, workbench, storage, abort.signal, (news) => {
    told.push(news);
    if (isEnough(news)) abort.abort(new Error('enough'));
  }).catch((thrown: unknown) => {
    if (!abort.signal.aborted) throw thrown;
  });
  return told;
}

/** As the page reads it. */
async function found() {
  const journals = { read: (name: string) => readJournal(database, name), append: () => Promise.reject(new Error()) };
  const known = await knownOfStages(journals, recipe.stages(order));
  return {
    missing: missingParts(recipe, order, known).length,
    results: resultsOf(recipe, order, known, await readFailures(journals)),
  };
}

test('an experiment in a tab: broken off, gone on with, and read by the page', { timeout: 60_000 }, async () => {
  const storage = new StorageClient(ports[1] as MessagePort);
  expect(await found()).toMatchObject({ missing: 12, results: { isComplete: false } });
  await run(storage, ({ done }) => done >= 3);
  const half = await found();
  expect(half.missing).toBeLessThan(12);
  expect(half.missing).toBeGreaterThan(0);
  const told = await run(storage);
  expect(told.at(-1)).toMatchObject({ kind: 'experiment.progressed', done: 12, parts: 12 });
  const { missing, results } = await found();
  expect(missing).toBe(0);
  expect(results).toMatchObject({ isComplete: true, failures: [] });
  expect(results.trainings[0]?.milestones).toHaveLength(2);
  expect(results.cells).toHaveLength(10);
});
