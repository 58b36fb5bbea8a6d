import * as tf from '@tensorflow/tfjs';
import { yieldToEvents } from '../base/clock.ts';
import { adamWStep, clipGlobalNorm, zeroMoments, type Moments } from './adamW.ts';
import type { Learner, LearnerState, StepOptions, TokenCoefficients, TokenStats, TrainingSequence } from './engine.ts';
import { adapterGradients } from './lora.ts';
import { weightShapes, type ModelConfig } from './modelConfig.ts';
import { packSequences, type PackedSequences } from './packedSequences.ts';
import { causalAttention, hiddenStates, logProbsOf, rotaryAngles, type TensorWeights } from './referenceTransformer.ts';
import type { ReferencePolicy, ReferenceWeights } from './referenceWeights.ts';
import { elementCount, type HostTensor, type Weights } from './weights.ts';

const EMBEDDING = 'model.embed_tokens.weight';

/**
 * Token statistics and their gradients by tfjs's own differentiation. `backward` computes the forward pass again, so nothing
 * is kept on the device between the two; gradients are summed on the host, in a fixed order.
 */
export class ReferenceLearner implements Learner {
  readonly tokenLimit: number;
  private readonly config: ModelConfig;
  private readonly policy: ReferencePolicy;
  private moments: Moments;
  /** Of the effective weights. */
  private gradients: ReadonlyMap<string, HostTensor>;
  private current: { readonly packs: readonly PackedSequences[]; readonly temperature: number } | null = null;

  /** @param policy borrowed */
  constructor(config: ModelConfig, policy: ReferencePolicy, tokenLimit: number) {
    this.config = config;
    this.policy = policy;
    this.moments = zeroMoments(policy.trainable.parameters);
    this.tokenLimit = tokenLimit;
    this.gradients = zeroGradients(config);
  }

  async forward(sequences: readonly TrainingSequence[], temperature: number): Promise<TokenStats> {
    await yieldToEvents(); // the CPU backend never waits for anything
    this.current = null;
    const packs = packSequences(sequences, this.config.contextLength, this.tokenLimit);
    const { weights } = this.policy;
    const columns: number[][] = [[], [], [], [], []];
    const hidden: number[] = [];
    for (const pack of packs) {
      const tensors = tf.tidy(() => {
        const states = this.hiddenStates(pack, weights.embed(pack.tokenIds), weights.tensors);
        const base = this.baseLogProbs(pack, temperature);
        const stats = this.statistics(pack, temperature, states, weights.tensors, base);
        const table: tf.Tensor = tf.concat([stats, tf.reshape(this.ofTargets(pack, base), [1, -1])]);
        return pack.hiddenCount === 0 ? [table] : [table, tf.gather(states, tf.tensor1d(pack.hiddenRows, 'int32'))];
      });
      const [table = new Float32Array(0), states = new Float32Array(0)] = await Promise.all(tensors.map(read));
      hidden.push(...states.subarray(0, pack.hiddenCount * this.config.hiddenSize));
      columns.forEach((column, at) => {
        const first = at * pack.scoredRows.length;
        column.push(...table.subarray(first, first + pack.scoredCount));
      });
    }
    this.current = { packs, temperature };
    const numbers = columns.map((column) => Float32Array.from(column));
    const [logProbs, entropies, klToBase, klFromBase, baseLogProbs] = numbers;
    if (!logProbs || !entropies || !klToBase || !klFromBase || !baseLogProbs) {
      throw new Error('forward: there are five statistics');
    }
    return { logProbs, entropies, klToBase, klFromBase, baseLogProbs, hidden: Float32Array.from(hidden) };
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

  async step({ maximumNorm, step, ...options }: StepOptions): Promise<{ gradientNorm: number }> {
    const { gradients, norm } = clipGlobalNorm(await this.takeGradients(), maximumNorm);
    const { parameters, moments } = adamWStep(this.policy.trainable.parameters, gradients, this.moments, step, options);
    this.policy.update(parameters);
    this.moments = moments;
    return { gradientNorm: norm };
  }

  async takeGradients(): Promise<Weights> {
    const taken = this.gradients;
    this.dropGradients();
    const { trainable } = this.policy;
    return trainable.kind === 'full' ? taken : adapterGradients(taken, trainable.parameters, trainable.scale);
  }

  async readState(): Promise<LearnerState> {
    return { parameters: this.policy.trainable.parameters, moments: this.moments };
  }

  writeState({ parameters, moments }: LearnerState): void {
    this.policy.update(parameters);
    this.moments = moments;
  }

  dropGradients(): void {
    this.gradients = zeroGradients(this.config);
  }

  [Symbol.dispose](): void {
    this.current = null;
  }

  private async addGradients(pack: PackedSequences, temperature: number, table: Float32Array): Promise<void> {
    const { weights: own } = this.policy;
    const names = [...own.tensors.keys()];
    const [ofEmbedded, ...ofWeights] = tf.tidy(() => {
      const base = this.baseLogProbs(pack, temperature);
      const weighting = tf.tensor2d(table, [4, pack.scoredRows.length]);
      const loss = (embedded: tf.Tensor, ...tensors: tf.Tensor[]) => {
        const weights = new Map(names.map((name, index) => [name, tensors[index] as tf.Tensor])); // one tensor per name
        const states = this.hiddenStates(pack, embedded as tf.Tensor2D, weights); // as it was embedded
        const stats = this.statistics(pack, temperature, states, weights, base);
        return tf.sum(tf.mul(stats, weighting));
      };
      return tf.grads(loss)([own.embed(pack.tokenIds), ...own.tensors.values()]);
    });
    const [embedded, ...numbers] = await Promise.all(
      [ofEmbedded, ...ofWeights].map((gradient) => gradient && read(gradient)),
    );
    names.forEach((name, index) => addTo(this.gradientOf(name), numbers[index] ?? new Float32Array(0), 0));
    const D = this.config.hiddenSize;
    const ofEmbedding = this.gradientOf(EMBEDDING);
    pack.tokenIds.forEach((token, row) => {
      const ofToken = ofEmbedding.subarray(token * D, (token + 1) * D);
      if (embedded) addTo(ofToken, embedded, row * D);
    });
  }

  /** Log-prob, entropy, KL(π‖base) and KL(base‖π) of the scored tokens, [4, N]. */
  private statistics(
    pack: PackedSequences,
    temperature: number,
    states: tf.Tensor2D,
    weights: TensorWeights,
    baseLogProbs: tf.Tensor2D,
  ): tf.Tensor2D {
    const logProbs = this.scoredLogProbs(pack, temperature, states, weights);
    const probs = tf.exp(logProbs);
    return tf.stack([
      this.ofTargets(pack, logProbs),
      tf.neg(tf.sum(tf.mul(probs, logProbs), 1)),
      tf.sum(tf.mul(probs, tf.sub(logProbs, baseLogProbs)), 1),
      tf.sum(tf.mul(tf.exp(baseLogProbs), tf.sub(baseLogProbs, logProbs)), 1),
    ]) as tf.Tensor2D; // four vectors of length N
  }

  /** Of the scored tokens alone, [N]. */
  private ofTargets({ targets }: PackedSequences, logProbs: tf.Tensor2D): tf.Tensor1D {
    const chosen = tf.oneHot(tf.tensor1d(targets, 'int32'), this.config.vocabularySize, 1, 0, 'float32');
    return tf.sum(tf.mul(logProbs, chosen), 1);
  }

  private baseLogProbs(pack: PackedSequences, temperature: number): tf.Tensor2D {
    const base: ReferenceWeights = this.policy.base.weights;
    return tf.tidy(() => {
      const states = this.hiddenStates(pack, base.embed(pack.tokenIds), base.tensors);
      return this.scoredLogProbs(pack, temperature, states, base.tensors);
    });
  }

  /** Final hidden states of all rows, [B * T, D]. */
  private hiddenStates(pack: PackedSequences, embedded: tf.Tensor2D, weights: TensorWeights): tf.Tensor2D {
    const { batchSize: B, length: T } = pack;
    const positions = Array.from({ length: B * T }, (_, row) => row % T);
    const angles = rotaryAngles(this.config, positions);
    return hiddenStates(this.config, weights, embedded, angles, causalAttention(this.config, B, T));
  }

  /** Log-probs [N, V] that predict the scored tokens. */
  private scoredLogProbs(pack: PackedSequences, temperature: number, states: tf.Tensor2D, weights: TensorWeights) {
    const scored = tf.gather<tf.Tensor2D>(states, tf.tensor1d(pack.scoredRows, 'int32'));
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
