import { listEpisodes, listEpisodeUpdates, listEvaluations, listUpdates } from '../../storage/history.ts';
import type { Episode } from '../../record/episode.ts';
import { database } from '../database.ts';
import { savedRun } from '../queries.ts';
import type { SavedRun } from './comparedRun.ts';
import { firstAndLast } from './familyShift.ts';
import type { PlayedUpdate } from './samePlay.ts';

/** What the compare screen asks of storage, with one text each, as `useLive` wants it: a change of the text asks anew. */

/** Ids as one text, and back. */
export function joinIds(ids: readonly string[]): string {
  return ids.map(encodeURIComponent).join(',');
}
function splitIds(joined: string): string[] {
  return joined === '' ? [] : joined.split(',').map(decodeURIComponent);
}

/** The runs that are saved here, in the order of the ids. */
export async function savedRunsOf(joined: string): Promise<readonly SavedRun[]> {
  const found = await Promise.all(
    splitIds(joined).map(async (runId): Promise<SavedRun | null> => {
      const run = await savedRun(runId);
      if (!run) return null;
      const [history, evaluations] = await Promise.all([
        listUpdates(database, runId),
        listEvaluations(database, runId),
      ]);
      return { run, history, evaluations };
    }),
  );
  return found.filter((run) => run !== null);
}

/** Dialogues of a run's first and last updates. */
export interface SampledDialogues {
  readonly runId: string;
  readonly first: readonly Episode[];
  readonly last: readonly Episode[];
  /** Updates on each side. */
  readonly span: number;
}

/** So many updates stand for the beginning of a run, and for its end. */
const MOST_UPDATES = 4;

export async function firstAndLastDialogues(joined: string): Promise<readonly SampledDialogues[]> {
  const read = async (runId: string, updates: readonly number[]) =>
    (await Promise.all(updates.map((updateIndex) => listEpisodes(database, runId, updateIndex)))).flat();
  return Promise.all(
    splitIds(joined).map(async (runId): Promise<SampledDialogues> => {
      const updates = await listEpisodeUpdates(database, runId);
      // Of a warm start, those that the policy has played; of a run that has played nothing, what it learned from.
      const lesson = (await savedRun(runId))?.config.dialogues?.updates ?? 0;
      const played = updates.filter((updateIndex) => updateIndex >= lesson);
      const { first, last } = firstAndLast(played.length > 0 ? played : updates, MOST_UPDATES);
      return { runId, first: await read(runId, first), last: await read(runId, last), span: last.length };
    }),
  );
}

/** Updates of which both runs have dialogues, ascending. */
export async function commonUpdates(joined: string): Promise<readonly number[]> {
  const [first = [], ...others] = await Promise.all(
    splitIds(joined).map((runId) => listEpisodeUpdates(database, runId)),
  );
  const shared = others.map((updates) => new Set(updates));
  return first.filter((updateIndex) => shared.every((updates) => updates.has(updateIndex)));
}

/** @param key the ids of the runs, a space, and the index of the update; without an update, nothing */
export async function playedUpdates(key: string): Promise<readonly PlayedUpdate[]> {
  const [joined = '', update = ''] = key.split(' ');
  if (update === '') return [];
  return Promise.all(
    splitIds(joined).map(async (runId): Promise<PlayedUpdate> => {
      const run = await savedRun(runId);
      const episodes = await listEpisodes(database, runId, Number(update));
      return { seed: run?.config.seed ?? NaN, episodes };
    }),
  );
}
