import * as tf from '@tensorflow/tfjs';
import type { ModelConfig } from '../../src/policy/modelConfig.ts';
import { MASKED, rotaryAngles } from '../../src/policy/referenceTransformer.ts';
import { tensorNamed, type Weights } from '../../src/policy/weights.ts';

/**
 * Log-probs of scored tokens in plain tfjs operations, differentiable, with as few operations as there can be: sequences of
 * one length T side by side, queries, keys and values in one product. Letters: `modelConfig.ts`; N scored tokens.
 */

/** Trained or frozen weights by a name of their own; matrices are [in, out], but the embedding is [V, D]. */
export type TrainingWeights = ReadonlyMap<string, tf.Tensor>;

/** @param make what a tensor becomes: a variable, or itself */
export function createTrainingWeights(
  config: ModelConfig,
  weights: Weights,
  make: (tensor: tf.Tensor) => tf.Tensor,
): TrainingWeights {
  const host = (name: string) => {
    const { shape, data } = tensorNamed(weights, `${name}.weight`);
    return tf.tensor(data.slice(), [...shape]);
  };
  const made = new Map<string, tf.Tensor>();
  const add = (name: string, build: () => tf.Tensor) => made.set(name, make(tf.tidy(build)));
  add('embedding', () => host('model.embed_tokens'));
  if (!config.isHeadTied) add('head', () => host('lm_head'));
  add('gain', () => host('model.norm'));
  for (let layer = 0; layer < config.layerCount; layer++) {
    const prefix = `model.layers.${layer}`;
    const matrix = (name: string) => tf.transpose(host(`${prefix}.${name}`));
    const attention = ['q_proj', 'k_proj', 'v_proj'].map((name) => `self_attn.${name}`);
    add(`${layer}.gain`, () => host(`${prefix}.input_layernorm`));
    add(`${layer}.projection`, () => tf.concat(attention.map(matrix), 1));
    add(`${layer}.output`, () => matrix('self_attn.o_proj'));
    add(`${layer}.mlpGain`, () => host(`${prefix}.post_attention_layernorm`));
    for (const name of ['gate', 'up', 'down']) add(`${layer}.${name}`, () => matrix(`mlp.${name}_proj`));
  }
  return made;
}

/** One micro-batch on the device. */
export interface Pack {
  readonly B: number;
  readonly T: number;
  readonly tokenIds: tf.Tensor1D; // int32 [B · T]
  /** Rows whose logits predict a scored token, int32 [N]. */
  readonly scoredRows: tf.Tensor1D;
}

/** What depends on lengths only; borrowed by every pass. */
export interface Positions {
  readonly cos: tf.Tensor4D; // [1, T, 1, S / 2]
  readonly sin: tf.Tensor4D;
  readonly mask: tf.Tensor3D; // [1, (H / G) · T, T]
}

export function createPositions(config: ModelConfig, T: number): Positions {
  const { headCount: H, keyValueHeadCount: G, headSize: S } = config;
  const mask = new Float32Array(T * T);
  for (let query = 0; query < T; query++) mask.fill(MASKED, query * T + query + 1, (query + 1) * T);
  const positions = Array.from({ length: T }, (_, position) => position);
  const [cos, sin, tiled] = tf.tidy(() => {
    const angles = rotaryAngles(config, positions);
    const perHead = (x: tf.Tensor) => tf.reshape<tf.Rank.R4>(x, [1, T, 1, S / 2]);
    return [
      perHead(angles.cos),
      perHead(angles.sin),
      tf.reshape<tf.Rank.R3>(tf.tile(tf.tensor2d(mask, [T, T]), [H / G, 1]), [1, (H / G) * T, T]),
    ] as const;
  });
  return { cos, sin, mask: tiled };
}

/** Log-probs over the vocabulary of what follows each scored row, [N, V]. */
export function scoredLogProbs(
  config: ModelConfig,
  weights: TrainingWeights,
  pack: Pack,
  positions: Positions,
): tf.Tensor2D {
  const { layerCount, rmsNormEpsilon, isHeadTied } = config;
  const normed = (x: tf.Tensor2D, gain: string) => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), rmsNormEpsilon));
    return tf.mul<tf.Tensor2D>(tf.mul(x, inverse), named(weights, gain));
  };
  let x: tf.Tensor2D = tf.gather(matrixNamed(weights, 'embedding'), pack.tokenIds);
  for (let layer = 0; layer < layerCount; layer++) {
    const weight = (name: string) => matrixNamed(weights, `${layer}.${name}`);
    const projected = tf.matMul<tf.Tensor2D>(normed(x, `${layer}.gain`), weight('projection'));
    x = tf.add<tf.Tensor2D>(x, tf.matMul(attention(config, projected, pack, positions), weight('output')));
    const seen = normed(x, `${layer}.mlpGain`);
    const gate = tf.matMul(seen, weight('gate'));
    const activated = tf.mul<tf.Tensor2D>(tf.mul(gate, tf.sigmoid(gate)), tf.matMul(seen, weight('up')));
    x = tf.add<tf.Tensor2D>(x, tf.matMul(activated, weight('down')));
  }
  const scored = tf.gather(normed(x, 'gain'), pack.scoredRows);
  return tf.logSoftmax(tf.matMul(scored, matrixNamed(weights, isHeadTied ? 'embedding' : 'head'), false, true));
}

/** @param projected queries, keys and values, [B · T, C] @returns [B · T, H · S] */
function attention(
  { headCount: H, keyValueHeadCount: G, headSize: S }: ModelConfig,
  projected: tf.Tensor2D,
  { B, T }: Pack,
  { cos, sin, mask }: Positions,
): tf.Tensor2D {
  const heads = tf.reshape<tf.Rank.R4>(projected, [B, T, H + 2 * G, S]);
  const turning = tf.slice(heads, [0, 0, 0, 0], [B, T, H + G, S]);
  const low = tf.slice(turning, [0, 0, 0, 0], [B, T, H + G, S / 2]);
  const high = tf.slice(turning, [0, 0, 0, S / 2], [B, T, H + G, S / 2]);
  const turned = tf.concat<tf.Tensor4D>(
    [tf.sub(tf.mul(low, cos), tf.mul(high, sin)), tf.add(tf.mul(high, cos), tf.mul(low, sin))],
    3,
  );
  // The query heads of a group lie one after the other along the query axis.
  const perGroup = (x: tf.Tensor4D) => tf.reshape<tf.Rank.R3>(tf.transpose(x, [0, 2, 1, 3]), [B * G, -1, S]);
  const queries = perGroup(tf.slice(turned, [0, 0, 0, 0], [B, T, H, S]));
  const keys = perGroup(tf.slice(turned, [0, 0, H, 0], [B, T, G, S]));
  const values = perGroup(tf.slice(heads, [0, 0, H + G, 0], [B, T, G, S]));
  const scores = tf.mul(tf.matMul(queries, keys, false, true), S ** -0.5);
  const mixed = tf.reshape<tf.Rank.R4>(tf.matMul(tf.softmax(tf.add(scores, mask)), values), [B, H, T, S]);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [B * T, H * S]);
}

function matrixNamed(weights: TrainingWeights, name: string): tf.Tensor2D {
  return named(weights, name) as tf.Tensor2D; // only gains are vectors, and they are not read through this
}

function named(weights: TrainingWeights, name: string): tf.Tensor {
  const tensor = weights.get(name);
  if (!tensor) throw new Error(`the training weights hold no tensor named ${name}`);
  return tensor;
}
