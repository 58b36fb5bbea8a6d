import { basename, dirname } from 'node:path';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { Engine, FrozenWeights, Policy, Trainable } from '../src/policy/engine.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import type { EnvironmentName } from '../src/record/environmentName.ts';
import { assertSuits, trainedIn } from '../src/training/trainerState.ts';
import { DirectoryCheckpointStore } from './directoryStore.ts';
import { loadModel } from './loadModel.ts';

/** Where a checkpoint is named on the command line; `best` is the one that did best on held-out scenarios. */
export const CHECKPOINT_HELP = '<out>/checkpoints/<id>, or <out>/checkpoints/best';

/** @throws AppError `checkpoint-missing` or `checkpoint-damaged` */
export function loadAt(path: string): Promise<Checkpoint> {
  const store = new DirectoryCheckpointStore(dirname(path));
  return basename(path) === 'best' ? store.best() : store.load(basename(path));
}

interface Trained {
  /** What the model is called in runs and checkpoints. */
  readonly name: string;
  readonly model: LoadedCheckpoint;
  readonly checkpoint: Checkpoint;
}

/** The checkpoint with the model that was asked for, or else the one that it was trained from. */
export async function loadTrained(path: string, wish: string | null): Promise<Trained> {
  const checkpoint = await loadAt(path);
  const { modelName, config } = checkpoint.manifest;
  const loaded = await loadModel(wish ?? modelName, config.environment);
  assertSuits(checkpoint, loaded.model.config);
  return { ...loaded, checkpoint };
}

/** A model and what a checkpoint has trained of it; null when no path is given. */
export async function loadStrategist(
  path: string | null,
  wish: string | null,
  environment?: EnvironmentName,
): Promise<{ readonly name: string; readonly model: LoadedCheckpoint; readonly trained: Trainable | null }> {
  if (path === null) {
    const { name, model } = await loadModel(wish ?? 'builtin', environment);
    return { name, model, trained: null };
  }
  const { name, model, checkpoint } = await loadTrained(path, wish);
  return { name, model, trained: trainedIn(checkpoint) };
}

/** The model's own weights on the device, and the strategist: what was trained, or else a copy of them. Freed with the engine. */
export function openStrategist(
  engine: Engine,
  model: LoadedCheckpoint,
  trained: Trainable | null,
): { readonly base: FrozenWeights; readonly strategist: Policy } {
  const base = engine.loadWeights(model.weights);
  return { base, strategist: engine.createPolicy(base, trained ?? { kind: 'full', parameters: model.weights }) };
}
