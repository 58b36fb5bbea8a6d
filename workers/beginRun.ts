import { wallClockMs } from '../src/base/clock.ts';
import { runEnvironment } from '../src/environment/runEnvironment.ts';
import type { Dialogue } from '../src/record/dialogueSet.ts';
import type { RunConfig } from '../src/record/runConfig.ts';
import { assertRecallable } from '../src/training/offline/assertRecallable.ts';
import { nameOfStart, startingCheckpoint } from '../src/training/offline/startFrom.ts';
import type { TrainingRun } from '../src/training/train.ts';
import type { StorageClient } from './storageClient.ts';
import type { OpenModel } from './workbench.ts';

/** What somebody orders: a config, and what lies outside it. */
export interface RunOrder {
  readonly runId: string;
  readonly config: RunConfig;
  /** What the config's lesson is about. */
  readonly dialogues: readonly Dialogue[];
  /** The checkpoint whose weights it begins with; null: those of the base model. */
  readonly from: string | null;
}

/**
 * Puts a run into the list, with everything that it takes to go on with it: what it learns from, and the weights that it
 * begins with as a checkpoint of its own. What it began with may be deleted afterwards.
 *
 * @throws AppError before anything is saved where it could not be trained: `dialogues-missing`, `dialogue-scenario`,
 *   `checkpoint-missing`, `checkpoint-model`, `checkpoint-adaptation`
 */
export async function beginRun(
  storage: Pick<StorageClient, 'load' | 'save' | 'createRun' | 'saveDialogues'>,
  { runId, config: ordered, dialogues, from }: RunOrder,
  { modelName, model }: Pick<OpenModel, 'modelName' | 'model'>,
): Promise<TrainingRun> {
  assertRecallable(ordered, dialogues, runEnvironment(ordered));
  const start = from === null ? null : await storage.load(from);
  const config = start ? { ...ordered, startedFrom: nameOfStart(start) } : ordered;
  const about = { runId, modelName, model: model.config, nowMs: wallClockMs() };
  const resumeFrom = start && startingCheckpoint(start, config, about);
  await storage.createRun({ runId, name: runId, config, modelName });
  if (dialogues.length > 0) await storage.saveDialogues(runId, dialogues);
  // A copy: storage takes the bytes along.
  if (resumeFrom) await storage.save({ manifest: resumeFrom.manifest, tensors: resumeFrom.tensors.slice() });
  return { runId, config, resumeFrom };
}
