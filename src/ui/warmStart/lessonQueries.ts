import { environmentOf } from '../../environment/registry.ts';
import type { CheckpointManifest } from '../../record/checkpoint.ts';
import { dialoguesOf, type Dialogue, type DialogueSet } from '../../record/dialogueSet.ts';
import { listCheckpoints } from '../../storage/checkpoints.ts';
import { listEpisodes, listEpisodeUpdates } from '../../storage/history.ts';
import { listRatings } from '../../storage/ratings.ts';
import { parseRows, TraceRow } from '../../storage/rows.ts';
import { listRuns, loadRun } from '../../storage/runs.ts';
import { database } from '../database.ts';

/** Everything that a run has played, with its ratings; one update at a time, as `onShare` hears. */
export async function dialoguesOfRun(runId: string, onShare: (share: number) => void): Promise<DialogueSet> {
  const { name, config } = await loadRun(database, runId);
  const ratings = await listRatings(database, runId);
  const turnLimit = config.turnLimit || environmentOf(config.environment).turnLimit;
  const updates = await listEpisodeUpdates(database, runId);
  const dialogues: Dialogue[] = [];
  for (const [index, updateIndex] of updates.entries()) {
    const episodes = await listEpisodes(database, runId, updateIndex);
    const rows = await database.traces.where('[runId+updateIndex]').equals([runId, updateIndex]).toArray();
    const traces = parseRows(TraceRow, rows, 'token trace').map(({ trace }) => trace);
    dialogues.push(...dialoguesOf(episodes, traces, { ratings, turnLimit }));
    onShare((index + 1) / updates.length);
  }
  return { origin: name, scores: 'rewards', dialogues };
}

/** A checkpoint that a run could begin with. */
export interface Beginning {
  readonly runName: string;
  readonly checkpoint: CheckpointManifest;
}

/** Of every run, the newest run first. */
export async function beginnings(): Promise<readonly Beginning[]> {
  const { runs } = await listRuns(database);
  const all = await Promise.all(
    runs.map(async ({ runId, name }) => {
      const checkpoints = await listCheckpoints(database, runId);
      return checkpoints.map((checkpoint): Beginning => ({ runName: name, checkpoint }));
    }),
  );
  return all.flat();
}
