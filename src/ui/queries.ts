import type { ListedCheckpoint } from '../record/checkpoint.ts';
import type { Episode } from '../record/episode.ts';
import type { Trace } from '../record/trace.ts';
import { listCheckpoints } from '../storage/checkpoints.ts';
import { listEpisodeUpdates, listTraces } from '../storage/history.ts';
import { EpisodeRow, parseRows, RunRow, UpdateRow } from '../storage/rows.ts';
import { listRuns, RECORD_TABLES, recordsOf, type RecordTable, type SavedRuns } from '../storage/runs.ts';
import type { EnvironmentName } from '../record/environmentName.ts';
import { database } from './database.ts';

/** What the screens ask of storage, each with one argument, as `useLive` wants them. null asks for nothing. */

export function savedRuns(): Promise<SavedRuns> {
  return listRuns(database);
}

export async function savedRun(runId: string | null): Promise<RunRow | null> {
  const row = runId === null ? undefined : await database.runs.get(runId);
  return row === undefined ? null : (parseRows(RunRow, [row], 'run')[0] ?? null);
}

/** The newest saved run with an update, of a model in an environment, and its last updates: how fast such runs are here. */
export async function savedPace(
  wanted: `${string} ${EnvironmentName}` | null,
): Promise<{ readonly run: RunRow; readonly history: readonly UpdateRow[] } | null> {
  if (wanted === null) return null;
  const { runs } = await listRuns(database);
  const run = runs.find(
    ({ config, updatesDone }) => updatesDone > 0 && `${config.model} ${config.environment}` === wanted,
  );
  if (!run) return null;
  const { runId, updatesDone } = run;
  const lower = [runId, updatesDone - UPDATES_OF_A_PACE];
  const rows = await database.updates.where('[runId+updateIndex]').between(lower, [runId, updatesDone]).toArray();
  return { run, history: parseRows(UpdateRow, rows, 'curve') };
}

const UPDATES_OF_A_PACE = 8;

/** How many rows of each kind a run has. */
export async function storedAmounts(runId: string): Promise<Readonly<Record<RecordTable, number>>> {
  const counts = await Promise.all(
    RECORD_TABLES.map(async (table) => [table, await recordsOf(database, table, runId).count()] as const),
  );
  // Object.fromEntries forgets that every table is there.
  return Object.fromEntries(counts) as Record<RecordTable, number>;
}

export async function checkpointsOf(runId: string): Promise<readonly ListedCheckpoint[]> {
  return listCheckpoints(database, runId);
}

export async function episodeUpdates(runId: string | null): Promise<readonly number[]> {
  return runId === null ? [] : listEpisodeUpdates(database, runId);
}

/** @param path `runId/episodeId`, each escaped */
export async function savedEpisode(path: string | null): Promise<Episode | null> {
  if (path === null) return null;
  const row = await database.episodes.get(splitPath(path));
  return row === undefined ? null : (parseRows(EpisodeRow, [row], 'episode')[0]?.episode ?? null);
}

/** @param path `runId/episodeId`, each escaped */
export async function savedTraces(path: string | null): Promise<readonly Trace[]> {
  return path === null ? [] : listTraces(database, ...splitPath(path));
}

export function episodePath(runId: string | null, episodeId: string | null): string | null {
  return runId && episodeId ? `${encodeURIComponent(runId)}/${encodeURIComponent(episodeId)}` : null;
}

function splitPath(path: string): [runId: string, episodeId: string] {
  const [runId = '', episodeId = ''] = path.split('/').map(decodeURIComponent);
  return [runId, episodeId];
}
