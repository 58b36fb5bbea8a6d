import { weightShapes, type ModelConfig } from '../src/policy/modelConfig.ts';
import { elementCount } from '../src/policy/weights.ts';

/** What a pass must do at the least; letters as in `modelConfig.ts`. Compared with what the adapter can do, this is a share. */

/** Parameters of all matrices that every token is multiplied with; neither the embedding nor the head. */
export function matrixParameters(config: ModelConfig): number {
  let count = 0;
  for (const [name, shape] of weightShapes(config)) {
    if (name.startsWith('model.layers.') && shape.length === 2) count += elementCount(shape);
  }
  return count;
}

/**
 * Bytes that one decode step has to read: every matrix and the head once, whatever the batch, and each sequence's keys and
 * values up to its position. All float32. What a step writes is a few thousandths of it and is left out.
 *
 * @param batch sequences. @param length tokens that each has in the cache, with the new one
 */
export function decodeStepBytes(config: ModelConfig, batch: number, length: number): number {
  const { hiddenSize: D, keyValueHeadCount: G, headSize: S, vocabularySize: V, layerCount: L } = config;
  const weights = matrixParameters(config) + V * D;
  return 4 * (weights + batch * length * 2 * L * G * S);
}

/**
 * Floating-point operations of one update, a multiply-add counting as two: `2 × parameters` per token and pass, where the
 * policy's forward is one pass, its backward two (by the inputs and by the weights), and the base's forward one; the head
 * for scored tokens only; attention `4 · H · S` per layer and pair of a token and one it sees, in as many passes. What is
 * computed twice to save memory does not count.
 *
 * @param sequenceCount of `rows` tokens each, `scored` of them with a statistic
 */
export function updateFlops(config: ModelConfig, sequenceCount: number, rows: number, scored: number): number {
  const PASSES = 4;
  const { hiddenSize: D, headCount: H, headSize: S, vocabularySize: V, layerCount: L } = config;
  const matrices = 2 * matrixParameters(config) * rows;
  const head = 2 * V * D * scored;
  const attention = 4 * L * H * S * ((rows * (rows + 1)) / 2);
  return PASSES * sequenceCount * (matrices + head + attention);
}
