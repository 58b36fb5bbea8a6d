import type { Engine, FrozenWeights } from './engine.ts';
import type { AnyCheckpoint } from './formats/huggingFace.ts';
import { readTensors, readWeights } from './formats/tensorSource.ts';
import type { Precision } from '../gpu/quantise.ts';
import type { Weights } from './weights.ts';

/**
 * Puts a model's weights where the engine computes. Where they are in files, the host holds one tensor at a time, if the
 * engine can take them so. The caller frees them.
 *
 * @throws AppError `model-not-finite`, those of the source, and `gpu-memory`
 */
export async function loadFrozen(
  engine: Engine,
  model: AnyCheckpoint,
  precision: Precision = 'f32',
): Promise<FrozenWeights> {
  if ('weights' in model) return engine.loadWeights(model.weights, precision);
  if (engine.streamWeights) return engine.streamWeights(readTensors(model.tensors, model.config), precision);
  return engine.loadWeights(await weightsOf(model), precision);
}

/** All weights in memory: what training all of them begins with. */
export async function weightsOf(model: AnyCheckpoint): Promise<Weights> {
  return 'weights' in model ? model.weights : readWeights(model.tensors, model.config);
}
