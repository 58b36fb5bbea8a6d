import { Dexie } from 'dexie';
import { monotonicMs, wallClockMs } from '../base/clock.ts';
import type { Episode } from '../record/episode.ts';
import type { Evaluation } from '../record/evaluation.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import type { Trace } from '../record/trace.ts';
import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { EpisodeRow, EvaluationRow, parseRows, TraceRow, UpdateRow } from './rows.ts';
import { changeRun, dropEvaluations } from './runs.ts';

/** What happened in a run: its curves, episodes and evaluations. The readers suit `liveQuery`. */

/** Saves the update's metrics (again, when it was repeated) and counts it. */
export async function recordUpdate(
  database: LabDatabase,
  runId: string,
  updateIndex: number,
  metrics: UpdateMetrics,
): Promise<void> {
  await explainingStorage(() =>
    database.transaction('rw', database.runs, database.updates, async () => {
      await changeRun(database, runId, { updatesDone: updateIndex + 1 });
      await database.updates.put({ runId, updateIndex, metrics });
    }),
  );
}

/** Saves a batch with its traces: all of it or nothing. Every trace belongs to one of the episodes. */
export async function recordEpisodes(
  database: LabDatabase,
  runId: string,
  episodes: readonly Episode[],
  traces: readonly Trace[],
): Promise<void> {
  const updateIndices = new Map(episodes.map(({ episodeId, updateIndex }) => [episodeId, updateIndex]));
  const traceRows = traces.map((trace): TraceRow => {
    const updateIndex = updateIndices.get(trace.episodeId);
    if (updateIndex === undefined) throw new Error(`recordEpisodes: a trace of the unknown episode ${trace.episodeId}`);
    return { runId, updateIndex, trace: withOwnBuffers(trace) };
  });
  await explainingStorage(() =>
    database.transaction('rw', database.runs, database.episodes, database.traces, async () => {
      await changeRun(database, runId, {}); // a run that was deleted meanwhile gets no orphans
      await database.episodes.bulkPut(episodes.map((episode) => ({ runId, episode })));
      await database.traces.bulkPut(traceRows);
    }),
  );
}

/** Saves what a run was worth after so many updates (again, when it was repeated). */
export async function recordEvaluation(
  database: LabDatabase,
  runId: string,
  updatesDone: number,
  evaluation: Evaluation,
): Promise<void> {
  await explainingStorage(() =>
    database.transaction('rw', database.runs, database.evaluations, async () => {
      await changeRun(database, runId, {});
      await dropEvaluations(database, runId, (row) => row.updatesDone === updatesDone);
      await database.evaluations.add({ runId, updatesDone, createdAtMs: wallClockMs(), evaluation });
    }),
  );
}

/** Rows of a curve that are read and checked at once: a few milliseconds of the thread that asks, a few dozen of a slow one. */
const UPDATES_AT_ONCE = 200;

/** Hands over the run's curves in order, part by part: a page with ten thousand updates answers in between. */
export async function readUpdates(
  database: LabDatabase,
  runId: string,
  take: (part: readonly UpdateRow[]) => void,
): Promise<void> {
  const { updates } = database;
  for (let next = 0; ;) {
    const from = [runId, next];
    const rows = await explainingStorage(() =>
      updates.where('[runId+updateIndex]').between(from, [runId, Dexie.maxKey]).limit(UPDATES_AT_ONCE).toArray(),
    );
    const part = parseRows(UpdateRow, rows, 'curve');
    take(part);
    const last = part.at(-1);
    if (!last || part.length < UPDATES_AT_ONCE) return;
    next = last.updateIndex + 1;
  }
}

/** The run's curves, in order. */
export async function listUpdates(database: LabDatabase, runId: string): Promise<readonly UpdateRow[]> {
  const parts: (readonly UpdateRow[])[] = [];
  await readUpdates(database, runId, (part) => parts.push(part));
  return parts.flat();
}

/** The batch of one update. */
export async function listEpisodes(
  database: LabDatabase,
  runId: string,
  updateIndex: number,
): Promise<readonly Episode[]> {
  const { episodes } = database;
  const rows = await explainingStorage(() =>
    episodes.where('[runId+episode.updateIndex]').equals([runId, updateIndex]).toArray(),
  );
  return parseRows(EpisodeRow, rows, 'episode').map(({ episode }) => episode);
}

/** The batches from one update to another, both included; and how long it took to check them, which the caller's thread did. */
export async function listEpisodesBetween(
  database: LabDatabase,
  runId: string,
  firstUpdate: number,
  lastUpdate: number,
): Promise<{ readonly episodes: readonly Episode[]; readonly parseMs: number }> {
  const rows = await explainingStorage(() =>
    database.episodes
      .where('[runId+episode.updateIndex]')
      .between([runId, firstUpdate], [runId, lastUpdate], true, true)
      .toArray(),
  );
  const startedAt = monotonicMs();
  const episodes = parseRows(EpisodeRow, rows, 'episode').map(({ episode }) => episode);
  return { episodes, parseMs: monotonicMs() - startedAt };
}

/** The indices of the updates that have saved episodes, ascending. */
export async function listEpisodeUpdates(database: LabDatabase, runId: string): Promise<readonly number[]> {
  const keys = await explainingStorage(() =>
    database.episodes
      .where('[runId+episode.updateIndex]')
      .between([runId, Dexie.minKey], [runId, Dexie.maxKey])
      .uniqueKeys(),
  );
  return keys.map((key) => (key as unknown as [string, number])[1]); // the index is declared over these two
}

/** The token traces of one episode, one per trained seat. */
export async function listTraces(database: LabDatabase, runId: string, episodeId: string): Promise<readonly Trace[]> {
  const rows = await explainingStorage(() =>
    database.traces
      .where('[runId+trace.episodeId+trace.seat]')
      .between([runId, episodeId, Dexie.minKey], [runId, episodeId, Dexie.maxKey])
      .toArray(),
  );
  return parseRows(TraceRow, rows, 'token trace').map(({ trace }) => trace);
}

/** By the updates that were done. */
export async function listEvaluations(database: LabDatabase, runId: string): Promise<readonly EvaluationRow[]> {
  const rows = await explainingStorage(() => database.evaluations.where('runId').equals(runId).sortBy('updatesDone'));
  return parseRows(EvaluationRow, rows, 'evaluation');
}

/** IndexedDB stores the whole buffer behind a view: a trace cut out of a batch must not take the batch along. */
function withOwnBuffers(trace: Trace): Trace {
  return {
    ...trace,
    tokenIds: trace.tokenIds.slice(),
    sampledMask: trace.sampledMask.slice(),
    ownTurnIndex: trace.ownTurnIndex.slice(),
    logProbs: trace.logProbs.slice(),
    entropies: trace.entropies.slice(),
    klToBase: trace.klToBase.slice(),
    ...(trace.ratios && { ratios: trace.ratios.slice() }),
    advantages: trace.advantages.slice(),
  };
}
