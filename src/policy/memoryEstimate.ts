import type { ModelConfig } from './modelConfig.ts';
import { weightShapes } from './modelConfig.ts';
import { DECODER_ROW_LIMIT } from './plannedDecoder.ts';
import { elementCount } from './weights.ts';

/** Bytes on the device, by what they are for. */
export interface MemoryEstimate {
  readonly weights: number;
  readonly gradients: number;
  readonly caches: number;
  readonly activations: number;
  readonly total: number;
}

/**
 * Device memory of a run with the kernels engine at its peak: policy and base weights, the gradient and the two copies on its
 * way to the host, key/value caches of `slotCount` contexts, activations of `tokenLimit` tokens kept for the backward pass,
 * working buffers of two decoders. Host memory (Adam's moments) is not counted.
 */
export function estimateMemory(config: ModelConfig, slotCount: number, tokenLimit: number): MemoryEstimate {
  const {
    hiddenSize: D,
    intermediateSize: F,
    headSize: S,
    headCount: H,
    keyValueHeadCount: G,
    vocabularySize: V,
  } = config;
  const parameters = [...weightShapes(config).values()].reduce((sum, shape) => sum + elementCount(shape), 0);
  const perLayer = 4 * D + (H + 2 * G) * S + H * S + 2 * H + 3 * F + 2;
  const keysAndValues = 2 * G * S;
  const atEnd = 2 * D + 2 * V;
  const backward = 3 * D + H * S + (H + 2 * G) * S + 3 * F + 16;
  const weights = 2 * parameters * 4;
  const gradients = 3 * parameters * 4;
  const caches = slotCount * config.contextLength * keysAndValues * config.layerCount * 4;
  // The base pass uses one more layer's buffers.
  const learner = tokenLimit * ((config.layerCount + 1) * (perLayer + keysAndValues) + atEnd + backward + 8);
  const decoders = 2 * DECODER_ROW_LIMIT * (perLayer + D + V + 17);
  const activations = (learner + decoders) * 4;
  return { weights, gradients, caches, activations, total: weights + gradients + caches + activations };
}
