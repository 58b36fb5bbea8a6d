import { basename, dirname } from 'node:path';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { Weights } from '../src/policy/weights.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import { effectiveWeights, parametersOf } from '../src/training/trainerState.ts';
import { DirectoryCheckpointStore } from './directoryStore.ts';

/** @param path `<out>/checkpoints/<id>` @throws AppError `checkpoint-missing` or `checkpoint-damaged` */
export function readCheckpoint(path: string): Promise<Checkpoint> {
  return new DirectoryCheckpointStore(dirname(path)).load(basename(path));
}

/** The model's weights as the checkpoint has trained them. */
export function trainedWeights(checkpoint: Checkpoint, model: LoadedCheckpoint): Weights {
  return effectiveWeights(checkpoint.manifest.config, model.weights, parametersOf(checkpoint));
}
