import { Dexie, type Collection } from 'dexie';
import { wallClockMs } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { withKnobChange, type KnobChange } from '../record/knobChange.ts';
import { deleteCheckpoints, whileNobodySaves } from './checkpoints.ts';
import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { EvaluationRow, parseRows, RunRow, type Failure, type RunStatus } from './rows.ts';
import { openRunIds, takeRunLock, type LockPort } from './runLock.ts';

/** What somebody decides about a run before it starts. */
export type NewRun = Pick<RunRow, 'runId' | 'name' | 'config' | 'modelName'>;

export interface SavedRuns {
  /** The newest first. */
  readonly runs: readonly RunRow[];
  /** Rows that do not parse: listed so that they can be deleted, and so that one of them never hides the others. */
  readonly unreadableRunIds: readonly string[];
}

export async function createRun(database: LabDatabase, run: NewRun): Promise<void> {
  const now = wallClockMs();
  const row: RunRow = {
    ...run,
    status: 'running',
    createdAtMs: now,
    updatedAtMs: now,
    updatesDone: 0,
    lastFailure: null,
  };
  await explainingStorage(() => database.runs.add(row));
}

/** @param failure why it failed, for the status `failed` */
export async function setRunStatus(
  database: LabDatabase,
  runId: string,
  status: RunStatus,
  failure: Failure | null = null,
): Promise<void> {
  await changeRun(database, runId, { status, lastFailure: failure });
}

export async function renameRun(database: LabDatabase, runId: string, name: string): Promise<void> {
  await changeRun(database, runId, { name });
}

/** Notes that knobs were turned while the run trained; noting the same again changes nothing. @throws AppError `run-missing` */
export async function recordKnobChange(database: LabDatabase, runId: string, change: KnobChange): Promise<void> {
  await explainingStorage(() =>
    database.transaction('rw', database.runs, async () => {
      const { changes = [] } = await loadRun(database, runId);
      await changeRun(database, runId, { changes: withKnobChange(changes, change) });
    }),
  );
}

/** Changes fields of the run's row, in the caller's transaction if there is one. @throws AppError `run-missing` */
export async function changeRun(database: LabDatabase, runId: string, changes: Partial<RunRow>): Promise<void> {
  const found = await explainingStorage(() =>
    database.runs
      .where('runId')
      .equals(runId)
      .modify({ ...changes, updatedAtMs: wallClockMs() }),
  );
  if (found === 0) throw runMissing();
}

/** @throws AppError `run-missing` */
export async function loadRun(database: LabDatabase, runId: string): Promise<RunRow> {
  const [row] = parseRows(
    RunRow,
    await explainingStorage(() => database.runs.where('runId').equals(runId).toArray()),
    'run',
  );
  if (!row) throw runMissing();
  return row;
}

export async function listRuns(database: LabDatabase): Promise<SavedRuns> {
  const found = await explainingStorage(async () => {
    const runIds = await database.runs.toCollection().primaryKeys();
    return { runIds, rows: await database.runs.bulkGet(runIds) };
  });
  const runs: RunRow[] = [];
  const unreadableRunIds: string[] = [];
  found.runIds.forEach((runId, index) => {
    const parsed = RunRow.safeParse(found.rows[index]);
    if (parsed.success) runs.push(parsed.data);
    else unreadableRunIds.push(runId);
  });
  return { runs: runs.sort((a, b) => b.createdAtMs - a.createdAtMs), unreadableRunIds };
}

/**
 * Runs that were going on when their tab was closed, reloaded or crashed: the row says running (or paused), but no tab
 * holds the lock. The page offers to resume them; the one that was busy last comes first.
 */
export async function interruptedRuns(database: LabDatabase, locks: LockPort): Promise<readonly RunRow[]> {
  const { runs } = await listRuns(database);
  const open = await openRunIds(locks);
  return runs
    .filter(({ runId, status }) => (status === 'running' || status === 'paused') && !open.has(runId))
    .sort((a, b) => b.updatedAtMs - a.updatedAtMs);
}

/**
 * Takes a run back to the moment after its first `updatesDone` updates, so that a resumed run repeats the later ones
 * instead of forking the curves. Checkpoints stay.
 *
 * @param changes the turned knobs that stay in its history; all, if nothing is said
 */
export async function truncateRun(
  database: LabDatabase,
  runId: string,
  updatesDone: number,
  changes?: readonly KnobChange[],
): Promise<void> {
  const { runs, updates, episodes, traces, evaluations } = database;
  const lower = [runId, updatesDone];
  const upper = [runId, Dexie.maxKey];
  await explainingStorage(() =>
    database.transaction('rw', runs, updates, episodes, traces, evaluations, async () => {
      await changeRun(database, runId, { updatesDone, ...(changes && { changes: [...changes] }) });
      await updates.where('[runId+updateIndex]').between(lower, upper).delete();
      await episodes.where('[runId+episode.updateIndex]').between(lower, upper).delete();
      await traces.where('[runId+updateIndex]').between(lower, upper).delete();
      await dropEvaluations(database, runId, (row) => row.updatesDone > updatesDone);
    }),
  );
}

/** Deletes evaluations of one run, in the caller's transaction. One that cannot be read stays. */
export async function dropEvaluations(
  database: LabDatabase,
  runId: string,
  isDropped: (row: EvaluationRow) => boolean,
): Promise<void> {
  await database.evaluations
    .where('runId')
    .equals(runId)
    .filter((row) => {
      const parsed = EvaluationRow.safeParse(row);
      return parsed.success && isDropped(parsed.data);
    })
    .delete();
}

/** Deletes the run and everything of it, or nothing. @throws AppError `run-open-elsewhere` while any tab trains it */
export async function deleteRun(database: LabDatabase, locks: LockPort, runId: string): Promise<void> {
  const lock = await takeRunLock(locks, runId);
  try {
    await explainingStorage(() =>
      database.transaction('rw', database.tables, async () => {
        await database.runs.delete(runId);
        await deleteRecords(database, runId);
        await deleteCheckpoints(database, 'manifest.runId', runId);
      }),
    );
  } finally {
    await lock.release();
  }
}

/** The tables that hold what happened in a run, each with the index that begins with the run's id. */
export const RECORD_INDEXES = {
  updates: '[runId+updateIndex]',
  episodes: '[runId+episode.episodeId]',
  traces: '[runId+trace.episodeId+trace.seat]',
  evaluations: 'runId',
  ratings: '[runId+rating.episodeId+rating.turnIndex]',
  dialogues: '[runId+position]',
} as const;
export type RecordTable = keyof typeof RECORD_INDEXES;
export const RECORD_TABLES = Object.keys(RECORD_INDEXES) as RecordTable[]; // keys of the literal above

/** The rows of a run in one of these tables, in the order of their keys. */
export function recordsOf(database: LabDatabase, table: RecordTable, runId: string): Collection<unknown> {
  const index = RECORD_INDEXES[table];
  const rows = database.table<unknown>(table).where(index);
  return index === 'runId' ? rows.equals(runId) : rows.between([runId, Dexie.minKey], [runId, Dexie.maxKey]);
}

/** Everything but the run's own row and its checkpoints, in the caller's transaction if there is one. */
export async function deleteRecords(database: LabDatabase, runId: string): Promise<void> {
  for (const table of RECORD_TABLES) await recordsOf(database, table, runId).delete();
}

/** Deletes what belongs to no run: an import that was broken off left it. Waits for a later start-up while any tab is saving. */
export async function sweepRecords(database: LabDatabase, locks: LockPort): Promise<void> {
  await whileNobodySaves(locks, () =>
    explainingStorage(async () => {
      const known = new Set(await database.runs.toCollection().primaryKeys());
      for (const table of RECORD_TABLES) {
        for (const runId of await runIdsIn(database, table)) {
          if (!known.has(runId)) await recordsOf(database, table, runId).delete();
        }
      }
    }),
  );
}

/** From one run to the next: a table of thousands of rows is not gone through. */
async function runIdsIn(database: LabDatabase, table: RecordTable): Promise<string[]> {
  const index = RECORD_INDEXES[table];
  const rows = database.table<unknown>(table);
  if (index === 'runId') return (await rows.orderBy(index).uniqueKeys()).map(String);
  const runIds: string[] = [];
  for (;;) {
    const last = runIds.at(-1);
    const lower = last === undefined ? Dexie.minKey : [last, Dexie.maxKey];
    const [key] = await rows.where(index).above(lower).limit(1).keys();
    if (!Array.isArray(key)) return runIds;
    runIds.push(String(key[0]));
  }
}

function runMissing(): AppError {
  return new AppError('run-missing', {
    what: 'This run does not exist.',
    why: 'It was deleted, or it was saved in another browser.',
    fix: 'Start a new run.',
  });
}
