import { runStages } from '../src/experiments/play/runExperiment.ts';
import { recipeNamed } from '../src/experiments/recipes/recipes.ts';
import type { ExperimentOrder } from '../src/record/experiment.ts';
import type { EngineMessage } from './protocol.ts';
import type { StorageClient } from './storageClient.ts';
import type { Workbench } from './workbench.ts';

/** News of one experiment, without its id. */
export type ExperimentProgress = Omit<Extract<EngineMessage, { kind: 'experiment.progressed' }>, 'experimentId'>;

/**
 * Does what is missing of an experiment, part after part; records and checkpoints go to storage.
 *
 * @throws AppError `recipe-unknown`, those of the parts, and the signal's reason when it is aborted
 */
export async function runExperiment(
  order: ExperimentOrder,
  workbench: Pick<Workbench, 'open' | 'takeDevice'>,
  storage: StorageClient,
  signal: AbortSignal,
  tell: (news: ExperimentProgress) => void,
): Promise<void> {
  const { adapter } = await workbench.takeDevice(false); // taken already, whichever it is
  const news = runStages(recipeNamed(order.recipe).stages(order), {
    archive: { journals: storage.journals, checkpoints: () => storage },
    open: (modelName) => workbench.open(modelName),
    adapter,
    signal,
  });
  for await (const one of news) {
    if (one.kind === 'part.failed') continue; // it is in the journal of failures
    const share = one.kind === 'part.progressed' ? one.share : 0;
    tell({ kind: 'experiment.progressed', part: one.part, share, done: one.done, parts: one.parts });
  }
}
