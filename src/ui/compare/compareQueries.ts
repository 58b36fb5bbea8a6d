import { listCheckpoints } from '../../storage/checkpoints.ts';
import { listEpisodes, listEpisodeUpdates, listEvaluations, listUpdates } from '../../storage/history.ts';
import type { Episode } from '../../record/episode.ts';
import { database } from '../database.ts';
import { savedRun } from '../queries.ts';
import type { SavedRun } from './contender.ts';
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
      const [history, evaluations, checkpoints] = await Promise.all([
        listUpdates(database, runId),
        listEvaluations(database, runId),
        listCheckpoints(database, runId),
      ]);
      return { run, history, evaluations, checkpoints };
    }),
  );
  return found.filter((run) => run !== null);
}

/** Dialogues of a run's first updates, and of the last ones before a moment. */
export interface SampledDialogues {
  readonly before: readonly Episode[];
  readonly after: readonly Episode[];
  /** Updates on each side. */
  readonly span: number;
}

/** So many updates stand for the beginning of a run, and for its end. */
const MOST_UPDATES = 4;

/** A run, up to a moment: its updates that count. `null`: all of them. */
export interface Stretch {
  readonly runId: string;
  readonly moment: number | null;
}

export function joinStretches(stretches: readonly Stretch[]): string {
  return joinIds(stretches.map(({ runId, moment }) => `${moment ?? ''} ${runId}`));
}
function splitStretches(joined: string): Stretch[] {
  return splitIds(joined).map((text) => {
    const space = text.indexOf(' ');
    return { runId: text.slice(space + 1), moment: space === 0 ? null : Number(text.slice(0, space)) };
  });
}

/** @param joined stretches; one answer for each, in order */
export async function firstAndLastDialogues(joined: string): Promise<readonly SampledDialogues[]> {
  const read = async (runId: string, updates: readonly number[]) =>
    (await Promise.all(updates.map((updateIndex) => listEpisodes(database, runId, updateIndex)))).flat();
  return Promise.all(
    splitStretches(joined).map(async ({ runId, moment }): Promise<SampledDialogues> => {
      const updates = (await listEpisodeUpdates(database, runId)).filter((index) => moment === null || index < moment);
      // Of a warm start, those that the policy has played; of a run that has played nothing, what it learned from.
      const lesson = (await savedRun(runId))?.config.dialogues?.updates ?? 0;
      const played = updates.filter((updateIndex) => updateIndex >= lesson);
      const { first, last } = firstAndLast(played.length > 0 ? played : updates, MOST_UPDATES);
      return { before: await read(runId, first), after: await read(runId, last), span: last.length };
    }),
  );
}

/** Updates of which all stretches have dialogues, ascending. */
export async function commonUpdates(joined: string): Promise<readonly number[]> {
  const stretches = splitStretches(joined);
  const [first = [], ...others] = await Promise.all(stretches.map(({ runId }) => listEpisodeUpdates(database, runId)));
  const shared = others.map((updates) => new Set(updates));
  const end = Math.min(...stretches.map(({ moment }) => moment ?? Infinity));
  return first.filter((updateIndex) => updateIndex < end && shared.every((updates) => updates.has(updateIndex)));
}

/** @param key stretches, a space, and the index of the update; without an update, nothing */
export async function playedUpdates(key: string): Promise<readonly PlayedUpdate[]> {
  const [joined = '', update = ''] = key.split(' ');
  if (update === '') return [];
  return Promise.all(
    splitStretches(joined).map(async ({ runId }): Promise<PlayedUpdate> => {
      const run = await savedRun(runId);
      const episodes = await listEpisodes(database, runId, Number(update));
      return { seed: run?.config.seed ?? NaN, episodes };
    }),
  );
}
