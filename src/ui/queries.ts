import type { ListedCheckpoint } from '../record/checkpoint.ts';
import type { Episode } from '../record/episode.ts';
import type { Trace } from '../record/trace.ts';
import { listCheckpoints } from '../storage/checkpoints.ts';
import { listEpisodeUpdates, listTraces } from '../storage/history.ts';
import { EpisodeRow, parseRows, RunRow } from '../storage/rows.ts';
import { listRuns, type SavedRuns } from '../storage/runs.ts';
import { database } from './database.ts';

/** What the screens ask of storage, each with one argument, as `useLive` wants them. null asks for nothing. */

export function savedRuns(): Promise<SavedRuns> {
  return listRuns(database);
}

export async function savedRun(runId: string | null): Promise<RunRow | null> {
  const row = runId === null ? undefined : await database.runs.get(runId);
  return row === undefined ? null : (parseRows(RunRow, [row], 'run')[0] ?? null);
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
