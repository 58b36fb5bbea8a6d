import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as fileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Mortal, stepping } from '../tests/mortal.ts';
import { loadTinyModel, tinyConfig } from '../tests/tinyRun.ts';
import { UnigramEngine } from '../tests/unigramEngine.ts';
import { wordGame } from '../tests/wordGame.ts';
import { RandomStream } from '../src/base/random.ts';
import type { Engine } from '../src/policy/engine.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { Checkpoint, CheckpointStore } from '../src/record/checkpoint.ts';
import type { Evaluation } from '../src/record/evaluation.ts';
import type { UpdateMetrics } from '../src/record/metrics.ts';
import type { RunConfig } from '../src/record/runConfig.ts';
import { DexieCheckpointStore } from '../src/storage/checkpoints.ts';
import { LabDatabase } from '../src/storage/database.ts';
import { createFakeLocks } from '../src/storage/fakeLocks.ts';
import {
  listEpisodes,
  listEvaluations,
  listUpdates,
  recordEpisodes,
  recordEvaluation,
  recordUpdate,
} from '../src/storage/history.ts';
import { expendable } from '../src/storage/retention.ts';
import { createRun, loadRun, recordKnobChange, setRunStatus, truncateRun } from '../src/storage/runs.ts';
import { RunControl } from '../src/training/runControl.ts';
import { train, type TrainingNews } from '../src/training/train.ts';
import { isEvaluationDue } from '../src/training/validation.ts';
import { recordNews, whereToGoOn } from '../workers/runRecords.ts';
import { RUN_ID, RunFolder } from './runFolder.ts';

/** Whoever lives now: the file system asks it before everything that it changes. */
const living = vi.hoisted(() => ({ now: null as { step(kind: string, lastAct?: () => void): Promise<void> } | null }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fileSystem>();
  const kindOf = (path: unknown) => (String(path).includes('checkpoints') ? 'save' : 'record');
  const half = (content: unknown) => {
    const bytes = Buffer.from(content as string | Uint8Array);
    return bytes.subarray(0, bytes.byteLength >> 1);
  };
  return {
    ...real,
    appendFile: async (path: string, content: string) => {
      await living.now?.step(kindOf(path), () => appendFileSync(path, half(content)));
      return real.appendFile(path, content);
    },
    writeFile: async (path: string, content: string) => {
      await living.now?.step(kindOf(path), () => writeFileSync(path, half(content)));
      return real.writeFile(path, content);
    },
    rename: async (from: string, to: string) => {
      await living.now?.step(kindOf(to));
      return real.rename(from, to);
    },
    mkdir: async (path: string, options: { recursive: boolean }) => {
      await living.now?.step(kindOf(path));
      return real.mkdir(path, options);
    },
    rm: async (path: string, options: { recursive: boolean; force: boolean }) => {
      // A removal goes through a folder file by file: half of it may be gone.
      await living.now?.step(kindOf(path), () => removeSomething(path));
      return real.rm(path, options);
    },
    open: async (path: string, flags: string) => {
      await living.now?.step(kindOf(path));
      const file = await real.open(path, flags);
      const writeFile = async (content: string | Uint8Array) => {
        await living.now?.step(kindOf(path), () => {
          writeFileSync(path, half(content));
          void file.close();
        });
        return file.writeFile(content);
      };
      return { writeFile, sync: () => file.sync(), close: () => file.close() } as fileSystem.FileHandle; // as much of it as is used
    },
  };
});

function removeSomething(path: string): void {
  const [first] = readdirSync(path);
  if (first) rmSync(join(path, first));
}

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadTinyModel();
});

/**
 * Checkpoints after 2, 4 and 5 and where an evaluation is the best; evaluations after 3 and 5. The script carries
 * strategies out to the letter, so that points depend on the weights.
 */
const SCHEDULE = {
  agent: 'script',
  updates: 5,
  updatesPerCheckpoint: 2,
  updatesPerEvaluation: 3,
  evaluationEpisodes: 3,
  schedule: 'cosine',
} as const;
/** Between them they remember whatever a run can remember. */
const CONFIGS = {
  'with a linear baseline and an entropy target': tinyConfig({ ...SCHEDULE, entropyTargetNats: 3 }),
  'with a value head, several steps per batch and a curriculum': tinyConfig({
    ...SCHEDULE,
    preset: 'ppo',
    epochsPerBatch: 2,
    curriculum: 'staged',
    trainedSeats: 'alternate',
  }),
} as const;
const DEATHS_PER_PHASE = 4;
const PHASES = ['rollout', 'score', 'update', 'evaluation', 'save', 'record'] as const;

/** Where a run survives its process. */
interface Disk {
  /** A new process puts in order what an earlier one has left, and goes on from there. */
  boot(mortal: Mortal): Promise<Booted>;
  /** Everything that a person finds afterwards, but for dates and seconds. */
  contents(): Promise<unknown>;
}
interface Booted {
  readonly resumeFrom: Checkpoint | null;
  readonly checkpoints: Pick<CheckpointStore, 'save'>;
  record(news: TrainingNews): Promise<void>;
}

async function directory(config: RunConfig): Promise<Disk> {
  const out = mkdtempSync(join(tmpdir(), 'parley-resume-'));
  const linesOf = (name: string): unknown[] =>
    readFileSync(join(out, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  return {
    async boot(mortal) {
      living.now = mortal;
      const folder = new RunFolder(out);
      const resumeFrom = await folder.newest();
      await folder.open(config, resumeFrom, null);
      return { resumeFrom, checkpoints: folder.checkpoints, record: (news) => folder.record(news) };
    },
    async contents() {
      living.now = null;
      const folder = new RunFolder(out);
      await folder.newest();
      const manifests = await folder.checkpoints.list(RUN_ID);
      const names = manifests.map(({ checkpointId }) => checkpointId);
      expect(readdirSync(join(out, 'checkpoints')).sort()).toEqual(names.toSorted()); // nothing half-done is left behind
      return {
        checkpoints: await keptIn(folder.checkpoints),
        metrics: linesOf('metrics.jsonl').map((line) => withoutSeconds(line as UpdateMetrics)),
        evaluations: linesOf('evaluations.jsonl').map((line) => withoutSeconds(line as Evaluation)),
        episodes: readFileSync(join(out, 'episodes.jsonl'), 'utf8'),
      };
    },
  };
}

async function browser(config: RunConfig): Promise<Disk> {
  const indexedDB = new IDBFactory();
  const open = () => new LabDatabase('test', { indexedDB, IDBKeyRange });
  const CHUNK_BYTES = 16_000; // several chunks per checkpoint
  const created = open();
  await createRun(created, { runId: RUN_ID, name: 'a run', config, modelName: 'tiny-llama' });
  created.close();
  return {
    async boot(mortal) {
      const database = open();
      mortalise(database, mortal);
      const checkpoints = new DexieCheckpointStore(database, createFakeLocks(), CHUNK_BYTES);
      await checkpoints.sweepOrphans();
      const resumeFrom = await whereToGoOn(checkpoints, await loadRun(database, RUN_ID), null);
      await truncateRun(database, RUN_ID, resumeFrom?.manifest.updatesDone ?? 0);
      const records: Parameters<typeof recordNews>[0] = {
        recordEpisodes: (...values) => recordEpisodes(database, ...values),
        recordUpdate: (...values) => recordUpdate(database, ...values),
        recordEvaluation: (...values) => recordEvaluation(database, ...values),
        recordKnobChange: (...values) => recordKnobChange(database, ...values),
        setRunStatus: (...values) => setRunStatus(database, ...values),
      };
      return { resumeFrom, checkpoints, record: (news) => recordNews(records, RUN_ID, news) };
    },
    async contents() {
      const database = open();
      const store = new DexieCheckpointStore(database, createFakeLocks());
      await store.sweepOrphans();
      const published = await database.checkpoints.orderBy('uploadId').keys();
      expect(await database.weightChunks.orderBy('uploadId').uniqueKeys()).toEqual(published);
      const episodes = await Promise.all(
        Array.from({ length: config.updates }, (_, updateIndex) => listEpisodes(database, RUN_ID, updateIndex)),
      );
      const { status, updatesDone } = await loadRun(database, RUN_ID);
      const contents = {
        status,
        updatesDone,
        checkpoints: await keptIn(store),
        traces: await database.traces.count(),
        metrics: (await listUpdates(database, RUN_ID)).map(({ metrics }) => withoutSeconds(metrics)),
        evaluations: (await listEvaluations(database, RUN_ID)).map(({ evaluation }) => withoutSeconds(evaluation)),
        episodes,
      };
      database.close();
      return contents;
    },
  };
}

/** A tab that is killed has no connection any more; the transaction that was open is undone. */
function mortalise(database: LabDatabase, mortal: Mortal): void {
  for (const table of database.tables) {
    const kind = ['checkpoints', 'weightChunks'].includes(table.name) ? 'save' : 'record';
    const ask = () => {
      if (mortal.take(kind)) return;
      database.close();
      throw new Error('the tab is gone');
    };
    table.hook('creating', ask);
    table.hook('deleting', ask);
  }
}

/** What it does on the device are steps too: writing belongs to the evaluation after an update that is evaluated. */
function mortalEngine(mortal: Mortal, isEvaluating: () => boolean): Engine {
  const engine = new UnigramEngine(model.config);
  const { createDecoder, createLearner } = engine;
  engine.createDecoder = (...values) =>
    stepping(createDecoder.apply(engine, values), ['step'], () =>
      mortal.step(isEvaluating() ? 'evaluation' : 'rollout'),
    );
  engine.createLearner = (...values) =>
    stepping(createLearner.apply(engine, values), ['forward', 'backward', 'step', 'readState'], () =>
      mortal.step('update'),
    );
  return engine;
}

/** One process: from where the disk stands to the end of the run, or to its death. */
async function live(config: RunConfig, disk: Disk, mortal: Mortal): Promise<'finished' | 'dead'> {
  return Promise.race([mortal.death, wholeLife(config, disk, mortal)]);
}

async function wholeLife(config: RunConfig, disk: Disk, mortal: Mortal): Promise<'finished'> {
  const { resumeFrom, checkpoints, record } = await disk.boot(mortal);
  let isEvaluating = false;
  const news = train(
    { runId: RUN_ID, config, resumeFrom },
    {
      environment: wordGame,
      modelName: 'tiny-llama',
      model,
      engine: mortalEngine(mortal, () => isEvaluating),
      checkpoints,
      control: new RunControl(),
    },
  );
  for await (const item of news) {
    if (item.kind === 'update.finished') {
      isEvaluating = isEvaluationDue(config, { updatesDone: item.updateIndex + 1, evaluatedAfter: 0 });
    } else if (item.kind === 'evaluation.finished') isEvaluating = false;
    await record(item);
    await mortal.step(item.kind === 'episodes.scored' ? 'score' : 'news');
  }
  return 'finished';
}

/** The checkpoints that clean-up leaves, whole. Where the last clean-up was cut off, the next save would have finished it. */
async function keptIn(store: CheckpointStore): Promise<unknown> {
  const manifests = await store.list(RUN_ID);
  const doomed = new Set(expendable(manifests).map(({ checkpointId }) => checkpointId));
  const ids = manifests.map(({ checkpointId }) => checkpointId).filter((id) => !doomed.has(id));
  const checkpoints = await Promise.all(ids.map((id) => store.load(id)));
  return checkpoints.map(({ manifest, tensors }) => ({
    ...manifest,
    createdAtMs: 'some time',
    tensors: createHash('sha256').update(tensors).digest('hex'),
  }));
}

function withoutSeconds(record: UpdateMetrics | Evaluation): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => !/seconds$/i.test(name) && name !== 'tokensPerSecond'),
  );
}

const STORES = [
  ['a directory', directory],
  ['IndexedDB', browser],
] as const;

describe.each(STORES)('a run in %s that is killed and resumed', (store, createDisk) => {
  test.each(Object.entries(CONFIGS))(
    'equals the one that never was, wherever it died: %s',
    async (name, config) => {
      const uninterrupted = await createDisk(config);
      const immortal = new Mortal();
      expect(await live(config, uninterrupted, immortal)).toBe('finished');
      const expected = await uninterrupted.contents();
      const { kinds } = immortal;

      const random = new RandomStream(2026, 'deaths', store, name);
      for (const phase of PHASES) {
        const moments = random.shuffled(kinds.flatMap((kind, step) => (kind === phase ? [step] : [])));
        expect(moments.length, phase).toBeGreaterThanOrEqual(DEATHS_PER_PHASE);
        for (const moment of moments.slice(0, DEATHS_PER_PHASE)) {
          const disk = await createDisk(config);
          const first = new Mortal(moment);
          expect(await live(config, disk, first)).toBe('dead');
          expect(first.kinds.at(-1)).toBe(phase); // it is a function of its config up to there
          // Every other one dies once more on its way.
          const second = new Mortal(random.uniform() < 0.5 ? random.index(kinds.length) : Infinity);
          const end = await live(config, disk, second);
          if (end === 'dead') expect(await live(config, disk, new Mortal())).toBe('finished');
          expect(await disk.contents(), `killed at step ${moment} of ${kinds.length}, ${phase}`).toEqual(expected);
        }
      }
    },
    120_000,
  );
});
