import * as tf from '@tensorflow/tfjs';
import type { FrozenWeights, Policy, Precision, Speaker, Trainable } from './engine.ts';
import { applyAdapter } from './lora.ts';
import { weightShapes, type ModelConfig } from './modelConfig.ts';
import type { TensorWeights } from './referenceTransformer.ts';
import { roundedWeights } from './roundedWeights.ts';
import { tensorNamed, type Weights } from './weights.ts';

const EMBEDDING = 'model.embed_tokens.weight';

/**
 * Weights as tensors of the current backend. The embedding is looked up on the host: its gradient is then a sum in a fixed
 * order, which the GPU's (atomic additions) is not. Only a tied head needs it as a tensor as well.
 */
export class ReferenceWeights implements Disposable {
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

/** Frozen weights of the reference engine: float32 tensors of the rounded numbers. */
export class ReferenceFrozenWeights implements FrozenWeights {
  readonly kind = 'frozen';
  readonly precision: Precision;
  readonly host: Weights;
  readonly weights: ReferenceWeights;

  constructor(config: ModelConfig, host: Weights, precision: Precision) {
    this.precision = precision;
    this.host = roundedWeights(config, host, precision);
    this.weights = new ReferenceWeights(config, this.host);
  }

  [Symbol.dispose](): void {
    this.weights[Symbol.dispose]();
  }
}

/** A policy of the reference engine: parameters on the host, and the weights that they amount to as tensors. */
export class ReferencePolicy implements Policy {
  readonly kind = 'policy';
  readonly base: ReferenceFrozenWeights;
  readonly weights: ReferenceWeights;
  private current: Trainable;

  constructor(config: ModelConfig, base: ReferenceFrozenWeights, trainable: Trainable) {
    this.base = base;
    this.current = trainable;
    this.weights = new ReferenceWeights(config, this.effective());
  }

  get trainable(): Trainable {
    return this.current;
  }

  update(parameters: Weights): void {
    this.current = { ...this.current, parameters };
    this.weights.update(this.effective());
  }

  [Symbol.dispose](): void {
    this.weights[Symbol.dispose]();
  }

  private effective(): Weights {
    const { current, base } = this;
    return current.kind === 'full' ? current.parameters : applyAdapter(base.host, current.parameters, current.scale);
  }
}

/** The tensors that a speaker computes with. */
export function weightsOf(speaker: Speaker): ReferenceWeights {
  if (speaker instanceof ReferenceFrozenWeights || speaker instanceof ReferencePolicy) return speaker.weights;
  throw new Error('these weights were made by another engine');
}
