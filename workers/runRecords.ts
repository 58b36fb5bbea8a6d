import type { Checkpoint } from '../src/record/checkpoint.ts';
import type { RunRow } from '../src/storage/rows.ts';
import type { TrainingNews } from '../src/training/train.ts';
import type { StorageClient } from './storageClient.ts';

type Records = Pick<StorageClient, 'recordEpisodes' | 'recordUpdate' | 'recordEvaluation' | 'setRunStatus'>;

/** Keeps what belongs in the run's tables. */
export async function recordNews(storage: Records, runId: string, news: TrainingNews): Promise<void> {
  switch (news.kind) {
    case 'batch.recorded':
      return storage.recordEpisodes(runId, news.episodes, news.traces);
    case 'update.finished':
      return storage.recordUpdate(runId, news.updateIndex, news.metrics);
    case 'evaluation.finished':
      return storage.recordEvaluation(runId, news.updatesDone, news.evaluation);
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
