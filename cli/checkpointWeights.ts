import { basename, dirname } from 'node:path';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { Weights } from '../src/policy/weights.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import { assertSuits, effectiveWeights, parametersOf } from '../src/training/trainerState.ts';
import { DirectoryCheckpointStore } from './directoryStore.ts';

/**
 * @param path `<out>/checkpoints/<id>`
 * @param model the base model that it must belong to
 * @throws AppError `checkpoint-missing`, `checkpoint-damaged` or `checkpoint-model`
 */
export async function readCheckpoint(path: string, model: LoadedCheckpoint): Promise<Checkpoint> {
  const checkpoint = await new DirectoryCheckpointStore(dirname(path)).load(basename(path));
  assertSuits(checkpoint, model.config);
  return checkpoint;
}

/** The model's weights as the checkpoint has trained them. */
export function trainedWeights(checkpoint: Checkpoint, model: LoadedCheckpoint): Weights {
  return effectiveWeights(checkpoint.manifest.config, model.weights, parametersOf(checkpoint));
}
