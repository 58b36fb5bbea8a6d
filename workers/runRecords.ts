import type { Checkpoint, CheckpointManifest } from '../src/record/checkpoint.ts';
import { configAt, LIVE_KNOB_NAMES, LiveKnobs, withKnobChange, type KnobChange } from '../src/record/knobChange.ts';
import type { RunRow } from '../src/storage/rows.ts';
import type { TrainingNews } from '../src/training/train.ts';
import type { StorageClient } from './storageClient.ts';

type Records = Pick<
  StorageClient,
  'recordEpisodes' | 'recordUpdate' | 'recordEvaluation' | 'recordKnobChange' | 'setRunStatus'
>;

/** Keeps what belongs in the run's tables. */
export async function recordNews(storage: Records, runId: string, news: TrainingNews): Promise<void> {
  switch (news.kind) {
    case 'batch.recorded':
      return storage.recordEpisodes(runId, news.episodes, news.traces);
    case 'update.finished':
      return storage.recordUpdate(runId, news.updateIndex, news.metrics);
    case 'evaluation.finished':
      return storage.recordEvaluation(runId, news.updatesDone, news.evaluation);
    case 'knobs.turned':
      return storage.recordKnobChange(runId, { updatesDone: news.updatesDone, knobs: news.knobs });
    case 'run.paused':
      return storage.setRunStatus(runId, 'paused', news.failure);
    case 'run.continued':
      return storage.setRunStatus(runId, 'running');
    case 'run.finished':
      return storage.setRunStatus(runId, 'finished');
    case 'run.stopped':
      return storage.setRunStatus(runId, 'stopped');
    default:
      return;
  }
}

/** Where a saved run goes on: a checkpoint of somebody's choice, or the newest that its records reach; null at the beginning. */
export async function whereToGoOn(
  storage: Pick<StorageClient, 'list' | 'load'>,
  run: Pick<RunRow, 'runId' | 'updatesDone'>,
  chosenId: string | null,
): Promise<Checkpoint | null> {
  const checkpoints = await storage.list(run.runId);
  const newest = checkpoints.find(({ updatesDone }) => updatesDone <= run.updatesDone);
  const checkpointId = chosenId ?? newest?.checkpointId;
  return checkpointId === undefined ? null : storage.load(checkpointId);
}

/**
 * The turned knobs that a checkpoint knew of: those of earlier updates, and of those that were turned between the same updates
 * as it was saved whatever its config has of them.
 *
 * @param config of the run, as it was begun
 */
export function changesKnownTo(
  { updatesDone, config: saved }: Pick<CheckpointManifest, 'updatesDone' | 'config'>,
  { config, changes = [] }: Pick<RunRow, 'config' | 'changes'>,
): KnobChange[] {
  const earlier = changes.filter((change) => change.updatesDone < updatesDone);
  const before = configAt(config, earlier, updatesDone);
  const turned = LIVE_KNOB_NAMES.filter((name) => saved[name] !== before[name]);
  if (turned.length === 0) return earlier;
  const knobs = LiveKnobs.parse(Object.fromEntries(turned.map((name) => [name, saved[name]])));
  return withKnobChange(earlier, { updatesDone, knobs });
}
