import * as tf from '@tensorflow/tfjs';
import { yieldToEvents } from '../base/clock.ts';
import type { Learner, TokenCoefficients, TokenStats, TrainingSequence } from './engine.ts';
import { weightShapes, type ModelConfig } from './modelConfig.ts';
import { packSequences, type PackedSequences } from './packedSequences.ts';
import { causalAttention, hiddenStates, logProbsOf, rotaryAngles, type TensorWeights } from './referenceTransformer.ts';
import type { ReferenceWeights } from './referenceWeights.ts';
import { elementCount, type HostTensor, type Weights } from './weights.ts';

const EMBEDDING = 'model.embed_tokens.weight';

/**
 * Token statistics and their gradients by tfjs's own differentiation. `backward` computes the forward pass again, so nothing
 * is kept on the device between the two; gradients are summed on the host, in a fixed order.
 */
export class ReferenceLearner implements Learner {
  readonly tokenLimit: number;
  private readonly config: ModelConfig;
  private readonly policy: ReferenceWeights;
  private readonly base: ReferenceWeights;
  private gradients: ReadonlyMap<string, HostTensor>;
  private current: { readonly packs: readonly PackedSequences[]; readonly temperature: number } | null = null;

  /** @param policy borrowed @param base borrowed */
  constructor(config: ModelConfig, policy: ReferenceWeights, base: ReferenceWeights, tokenLimit: number) {
    this.config = config;
    this.policy = policy;
    this.base = base;
    this.tokenLimit = tokenLimit;
    this.gradients = zeroGradients(config);
  }

  async forward(sequences: readonly TrainingSequence[], temperature: number): Promise<TokenStats> {
    await yieldToEvents(); // the CPU backend never waits for anything
    this.current = null;
    const packs = packSequences(sequences, this.config.contextLength, this.tokenLimit);
    const columns: number[][] = [[], [], [], []];
    for (const pack of packs) {
      const stats = tf.tidy(() => {
        const embedded = this.policy.embed(pack.tokenIds);
        return this.statistics(pack, temperature, embedded, this.policy.tensors, this.baseLogProbs(pack, temperature));
      });
      const table = await read(stats);
      columns.forEach((column, at) => {
        const first = at * pack.scoredRows.length;
        column.push(...table.subarray(first, first + pack.scoredCount));
      });
    }
    this.current = { packs, temperature };
    const [logProbs, entropies, klToBase, klFromBase] = columns.map((column) => Float32Array.from(column));
    if (!logProbs || !entropies || !klToBase || !klFromBase) throw new Error('forward: there are four statistics');
    return { logProbs, entropies, klToBase, klFromBase };
  }

  async backward(coefficients: TokenCoefficients): Promise<void> {
    await yieldToEvents(); // the CPU backend never waits for anything
    if (!this.current) throw new Error('backward: call forward first; each forward allows one backward');
    const { packs, temperature } = this.current;
    this.current = null;
    let first = 0;
    for (const pack of packs) {
      await this.addGradients(pack, temperature, coefficientTable(coefficients, first, pack));
      first += pack.scoredCount;
    }
  }

  async takeGradients(): Promise<Weights> {
    const taken = this.gradients;
    this.dropGradients();
    return taken;
  }

  dropGradients(): void {
    this.gradients = zeroGradients(this.config);
  }

  [Symbol.dispose](): void {
    this.current = null;
  }

  private async addGradients(pack: PackedSequences, temperature: number, table: Float32Array): Promise<void> {
    const names = [...this.policy.tensors.keys()];
    const [ofEmbedded, ...ofWeights] = tf.tidy(() => {
      const base = this.baseLogProbs(pack, temperature);
      const weighting = tf.tensor2d(table, [4, pack.scoredRows.length]);
      const loss = (embedded: tf.Tensor, ...tensors: tf.Tensor[]) => {
        const weights = new Map(names.map((name, index) => [name, tensors[index] as tf.Tensor])); // one tensor per name
        const stats = this.statistics(pack, temperature, embedded as tf.Tensor2D, weights, base); // as it was embedded
        return tf.sum(tf.mul(stats, weighting));
      };
      return tf.grads(loss)([this.policy.embed(pack.tokenIds), ...this.policy.tensors.values()]);
    });
    const [embedded, ...numbers] = await Promise.all(
      [ofEmbedded, ...ofWeights].map((gradient) => gradient && read(gradient)),
    );
    names.forEach((name, index) => addTo(this.gradientOf(name), numbers[index] ?? new Float32Array(0), 0));
    const D = this.config.hiddenSize;
    const ofEmbedding = this.gradientOf(EMBEDDING);
    pack.tokenIds.forEach((token, row) => {
      const own = ofEmbedding.subarray(token * D, (token + 1) * D);
      if (embedded) addTo(own, embedded, row * D);
    });
  }

  /** Log-prob, entropy, KL(π‖base) and KL(base‖π) of the scored tokens, [4, N]. */
  private statistics(
    pack: PackedSequences,
    temperature: number,
    embedded: tf.Tensor2D,
    weights: TensorWeights,
    baseLogProbs: tf.Tensor2D,
  ): tf.Tensor2D {
    const logProbs = this.scoredLogProbs(pack, temperature, embedded, weights);
    const chosen = tf.oneHot(tf.tensor1d(pack.targets, 'int32'), this.config.vocabularySize, 1, 0, 'float32');
    const probs = tf.exp(logProbs);
    return tf.stack([
      tf.sum(tf.mul(logProbs, chosen), 1),
      tf.neg(tf.sum(tf.mul(probs, logProbs), 1)),
      tf.sum(tf.mul(probs, tf.sub(logProbs, baseLogProbs)), 1),
      tf.sum(tf.mul(tf.exp(baseLogProbs), tf.sub(baseLogProbs, logProbs)), 1),
    ]) as tf.Tensor2D; // four vectors of length N
  }

  private baseLogProbs(pack: PackedSequences, temperature: number): tf.Tensor2D {
    return tf.tidy(() => this.scoredLogProbs(pack, temperature, this.base.embed(pack.tokenIds), this.base.tensors));
  }

  /** Log-probs [N, V] that predict the scored tokens. */
  private scoredLogProbs(pack: PackedSequences, temperature: number, embedded: tf.Tensor2D, weights: TensorWeights) {
    const { batchSize: B, length: T } = pack;
    const positions = Array.from({ length: B * T }, (_, row) => row % T);
    const angles = rotaryAngles(this.config, positions);
    const hidden = hiddenStates(this.config, weights, embedded, angles, causalAttention(this.config, B, T));
    const scored = tf.gather<tf.Tensor2D>(hidden, tf.tensor1d(pack.scoredRows, 'int32'));
    return logProbsOf(this.config, weights, scored, temperature);
  }

  private gradientOf(name: string): Float32Array {
    const gradient = this.gradients.get(name);
    if (!gradient) throw new Error(`the model has no weight named ${name}`);
    return gradient.data;
  }
}

/** [4, N]: the pack's share of the coefficients, 0 where a row only pads. */
function coefficientTable(coefficients: TokenCoefficients, first: number, pack: PackedSequences): Float32Array {
  const N = pack.scoredRows.length;
  const table = new Float32Array(4 * N);
  const { logProb, entropy, klToBase, klFromBase } = coefficients;
  [logProb, entropy, klToBase, klFromBase].forEach((column, at) => {
    table.set(column.subarray(first, first + pack.scoredCount), at * N);
  });
  return table;
}

function zeroGradients(config: ModelConfig): ReadonlyMap<string, HostTensor> {
  return new Map(
    [...weightShapes(config)].map(([name, shape]) => [name, { shape, data: new Float32Array(elementCount(shape)) }]),
  );
}

/** `sum[i] += numbers[offset + i]` */
function addTo(sum: Float32Array, numbers: Float32Array, offset: number): void {
  for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (numbers[offset + index] ?? 0);
}

/** The tensor's numbers; frees it. */
async function read(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return await tensor.data<'float32'>();
  } finally {
    tensor.dispose();
  }
}
