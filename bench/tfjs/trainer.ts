import * as tf from '@tensorflow/tfjs';
import type { TrainingSequence } from '../../src/policy/engine.ts';
import type { ModelConfig } from '../../src/policy/modelConfig.ts';
import type { Weights } from '../../src/policy/weights.ts';
import { ADAMW, MAXIMUM_NORM, type TrainSession, type TrainWorkload } from '../contestant.ts';
import {
  createPositions,
  createTrainingWeights,
  scoredLogProbs,
  type Pack,
  type Positions,
  type TrainingWeights,
} from './trainingForward.ts';

/** A micro-batch with what its loss needs; N scored tokens. */
interface Lesson extends Pack {
  /** `coefficient` at the token of each scored row, 0 elsewhere, [N, V]: the gradient of the log-prob term by the log-probs. */
  readonly weighting: tf.Tensor2D;
}

/** Training in plain tfjs operations at its best: fixed shapes, one pass of `variableGrads` per micro-batch, all on the device. */
export class TfjsTrainer implements TrainSession {
  private readonly config: ModelConfig;
  private readonly klToBase: number;
  private readonly base: TrainingWeights;
  private readonly policy: TrainingWeights;
  private readonly variables: tf.Variable[] = [];
  private readonly moments: { readonly first: tf.Variable; readonly second: tf.Variable }[];
  private readonly positions: Positions;
  private readonly lessons: readonly Lesson[];
  private stepCount = 0;

  /** @param microBatch sequences that are computed at once */
  constructor(config: ModelConfig, weights: Weights, workload: TrainWorkload, microBatch: number) {
    this.config = config;
    this.klToBase = workload.klToBase;
    this.base = createTrainingWeights(config, weights, (tensor) => tensor);
    this.policy = createTrainingWeights(config, weights, (tensor) => {
      const variable = tf.variable(tensor);
      tensor.dispose();
      this.variables.push(variable);
      return variable;
    });
    this.moments = this.variables.map((variable) => {
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
      return { first: zeros(), second: zeros() };
    });
    const [first] = workload.sequences;
    this.positions = createPositions(config, first?.scoredIndices.at(-1) ?? 0);
    this.lessons = Array.from({ length: Math.ceil(workload.sequences.length / microBatch) }, (_, index) =>
      createLesson(config.vocabularySize, workload, index * microBatch, microBatch),
    );
  }

  async update(): Promise<number> {
    this.stepCount += 1;
    const norm = tf.tidy(() => {
      const gradients = this.lessons.map((lesson) => this.gradientsOf(lesson)).reduce(addTo);
      const norm = tf.sqrt(gradients.map((gradient) => tf.sum(tf.square(gradient))).reduce((a, b) => tf.add(a, b)));
      const scale = tf.minimum(1, tf.div(MAXIMUM_NORM, tf.add(norm, 1e-6)));
      gradients.forEach((gradient, index) => this.adamW(index, tf.mul(gradient, scale)));
      return norm;
    });
    // Reading waits for everything that was submitted before.
    const [value = NaN] = await norm.data();
    norm.dispose();
    return value;
  }

  async close(): Promise<void> {
    const { base, variables, moments, positions, lessons } = this;
    tf.dispose([...base.values(), ...variables, ...moments.flatMap(({ first, second }) => [first, second])]);
    tf.dispose([positions.cos, positions.sin, positions.mask]);
    for (const { tokenIds, scoredRows, weighting } of lessons) tf.dispose([tokenIds, scoredRows, weighting]);
  }

  /** In the order of `variables`. */
  private gradientsOf(lesson: Lesson): tf.Tensor[] {
    return tf.tidy(() => {
      const baseLogProbs = scoredLogProbs(this.config, this.base, lesson, this.positions);
      const { grads } = tf.variableGrads(() => {
        const logProbs = scoredLogProbs(this.config, this.policy, lesson, this.positions);
        const divergence = tf.sum(tf.mul(tf.exp(logProbs), tf.sub(logProbs, baseLogProbs)));
        return tf.add(tf.sum(tf.mul(logProbs, lesson.weighting)), tf.mul(divergence, this.klToBase)).asScalar();
      }, this.variables);
      return this.variables.map(({ name }) => {
        const gradient = grads[name];
        if (!gradient) throw new Error(`no gradient for ${name}`);
        return gradient;
      });
    });
  }

  /** Loshchilov & Hutter 2019, algorithm 2; weight decay on matrices only. */
  private adamW(index: number, gradient: tf.Tensor): void {
    const variable = this.variables[index];
    const moments = this.moments[index];
    if (!variable || !moments) throw new Error('update: every variable has moments');
    const { learningRate, beta1, beta2, epsilon, weightDecay } = ADAMW;
    moments.first.assign(tf.add(tf.mul(moments.first, beta1), tf.mul(gradient, 1 - beta1)));
    moments.second.assign(tf.add(tf.mul(moments.second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const size = learningRate / (1 - beta1 ** this.stepCount);
    const root = tf.add(tf.mul(tf.sqrt(moments.second), (1 - beta2 ** this.stepCount) ** -0.5), epsilon);
    const kept = variable.rank === 2 ? tf.mul(variable, 1 - learningRate * weightDecay) : variable;
    variable.assign(tf.sub(kept, tf.mul(tf.div(moments.first, root), size)));
  }
}

function addTo(sums: tf.Tensor[], gradients: tf.Tensor[]): tf.Tensor[] {
  return sums.map((sum, index) => {
    const gradient = gradients[index];
    if (!gradient) throw new Error('update: every micro-batch has all gradients');
    const added = tf.add(sum, gradient);
    tf.dispose([sum, gradient]);
    return added;
  });
}

function createLesson(vocabularySize: number, workload: TrainWorkload, first: number, count: number): Lesson {
  const sequences: readonly TrainingSequence[] = workload.sequences.slice(first, first + count);
  const scoredIndices = sequences[0]?.scoredIndices ?? new Int32Array(0);
  const [B, T, perSequence] = [sequences.length, scoredIndices.at(-1) ?? 0, scoredIndices.length];
  const tokenIds = new Int32Array(B * T);
  const scoredRows = new Int32Array(B * perSequence);
  const weighting = new Float32Array(B * perSequence * vocabularySize);
  sequences.forEach(({ tokenIds: ids }, sequence) => {
    tokenIds.set(ids.subarray(0, T), sequence * T);
    scoredIndices.forEach((index, at) => {
      const scored = sequence * perSequence + at;
      scoredRows[scored] = sequence * T + index - 1;
      weighting[scored * vocabularySize + (ids[index] ?? 0)] = workload.logProb[first * perSequence + scored] ?? 0;
    });
  });
  return {
    B,
    T,
    tokenIds: tf.tensor1d(tokenIds, 'int32'),
    scoredRows: tf.tensor1d(scoredRows, 'int32'),
    weighting: tf.tensor2d(weighting, [B * perSequence, vocabularySize]),
  };
}
