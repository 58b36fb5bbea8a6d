import * as tf from '@tensorflow/tfjs';
import type { WeightSet } from './engine.ts';
import { weightShapes, type ModelConfig } from './modelConfig.ts';
import type { TensorWeights } from './referenceTransformer.ts';
import { tensorNamed, type Weights } from './weights.ts';

const EMBEDDING = 'model.embed_tokens.weight';

/**
 * Weights as tensors of the current backend. The embedding is looked up on the host: its gradient is then a sum in a fixed
 * order, which the GPU's (atomic additions) is not. Only a tied head needs it as a tensor as well.
 */
export class ReferenceWeights implements WeightSet {
  private readonly config: ModelConfig;
  private current: ReadonlyMap<string, tf.Tensor> = new Map();
  private embedding = new Float32Array(0);

  constructor(config: ModelConfig, weights: Weights) {
    this.config = config;
    this.update(weights);
  }

  /** Borrowed until the next `update`. */
  get tensors(): TensorWeights {
    return this.current;
  }

  update(weights: Weights): void {
    const replacement = new Map<string, tf.Tensor>();
    for (const [name, shape] of weightShapes(this.config)) {
      // Copies: tfjs keeps the array it is given, and optimizers write into theirs.
      const data = tensorNamed(weights, name).data.slice();
      if (name === EMBEDDING) this.embedding = data;
      if (name !== EMBEDDING || this.config.isHeadTied) replacement.set(name, tf.keep(tf.tensor(data, [...shape])));
    }
    this[Symbol.dispose]();
    this.current = replacement;
  }

  /** Rows of the embedding, [R, D]. @throws RangeError when a token is not in the vocabulary */
  embed(tokenIds: ArrayLike<number>): tf.Tensor2D {
    const { hiddenSize: D, vocabularySize: V } = this.config;
    const rows = new Float32Array(tokenIds.length * D);
    for (let row = 0; row < tokenIds.length; row++) {
      const id = tokenIds[row] ?? -1;
      if (!(Number.isInteger(id) && id >= 0 && id < V))
        throw new RangeError(`token ${id} is not in a vocabulary of ${V}`);
      rows.set(this.embedding.subarray(id * D, (id + 1) * D), row * D);
    }
    return tf.tensor2d(rows, [tokenIds.length, D]);
  }

  [Symbol.dispose](): void {
    for (const tensor of this.current.values()) tensor.dispose();
    this.current = new Map();
  }
}
