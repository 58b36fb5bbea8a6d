import { basename, dirname } from 'node:path';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { Weights } from '../src/policy/weights.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import { assertSuits, effectiveWeights, parametersOf } from '../src/training/trainerState.ts';
import { DirectoryCheckpointStore } from './directoryStore.ts';
import { loadModel } from './loadModel.ts';

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

interface Trained {
  /** What the model is called in runs and checkpoints. */
  readonly name: string;
  readonly model: LoadedCheckpoint;
  readonly checkpoint: Checkpoint;
}

/** The checkpoint with the model that was asked for, or else the one that it was trained from. */
export async function loadTrained(path: string, wish: string | null): Promise<Trained> {
  const checkpoint = await new DirectoryCheckpointStore(dirname(path)).load(basename(path));
  const loaded = await loadModel(wish ?? checkpoint.manifest.modelName);
  assertSuits(checkpoint, loaded.model.config);
  return { ...loaded, checkpoint };
}

/** A model and the weights to use: the checkpoint's, or the model's own when no path is given. */
export async function loadWeights(
  path: string | null,
  wish: string | null,
): Promise<{ readonly name: string; readonly model: LoadedCheckpoint; readonly weights: Weights }> {
  if (path === null) {
    const { name, model } = await loadModel(wish ?? 'builtin');
    return { name, model, weights: model.weights };
  }
  const { name, model, checkpoint } = await loadTrained(path, wish);
  return { name, model, weights: trainedWeights(checkpoint, model) };
}

/** The model's weights as the checkpoint has trained them. */
export function trainedWeights(checkpoint: Checkpoint, model: LoadedCheckpoint): Weights {
  return effectiveWeights(checkpoint.manifest.config, model.weights, parametersOf(checkpoint));
}
