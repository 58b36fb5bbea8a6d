import * as tf from '@tensorflow/tfjs';
import type { ModelConfig } from './modelConfig.ts';
import { rotaryFrequencies } from './rotary.ts';

/**
 * The architectures of `modelConfig.ts` in plain tfjs operations, each of which has a gradient on every backend. Shapes: R rows (tokens),
 * and the letters of `modelConfig.ts`. Every tensor that comes out belongs to the caller's `tf.tidy`.
 *
 * Operations that tfjs-backend-webgpu 4.22 gets wrong, or cannot differentiate, are avoided: `softmax` (damages its last row
 * above 65 535 rows), `addN`, `einsum`, `tile` of rank 5, and batched `matMul` with a broadcast batch.
 */
export type TensorWeights = ReadonlyMap<string, tf.Tensor>;

/** cos and sin of each row's rotary angles, [R, 1, S / 2]. */
export interface RotaryAngles {
  readonly cos: tf.Tensor3D;
  readonly sin: tf.Tensor3D;
}

/**
 * Mixes what each row may see: queries [R, H, S], keys and values [R, G, S], rotated, of one layer → [R, H * S]. The learner
 * attends within its sequences, the decoder to its cache.
 */
export type Attend = (layer: number, queries: tf.Tensor3D, keys: tf.Tensor3D, values: tf.Tensor3D) => tf.Tensor2D;

/** Stands for minus infinity in masks: exp gives exactly 0, and 0 times it is still 0. */
export const MASKED = -1e9;

/** Final hidden states [R, D] of embedded tokens [R, D], normalised. */
export function hiddenStates(
  config: ModelConfig,
  weights: TensorWeights,
  embedded: tf.Tensor2D,
  angles: RotaryAngles,
  attend: Attend,
): tf.Tensor2D {
  const { headCount: H, keyValueHeadCount: G, headSize: S, rmsNormEpsilon, layerCount, attentionVariant } = config;
  const rows = embedded.shape[0];
  const heads = (projected: tf.Tensor2D, count: number) => tf.reshape<tf.Rank.R3>(projected, [rows, count, S]);
  let x = embedded;
  for (let layer = 0; layer < layerCount; layer++) {
    const prefix = `model.layers.${layer}`;
    const weight = (name: string) => named(weights, `${prefix}.${name}.weight`);
    const seen = rmsNorm(x, weight('input_layernorm'), rmsNormEpsilon);
    const projected = (name: 'q' | 'k' | 'v', count: number) => {
      const plain = project(seen, weight(`self_attn.${name}_proj`));
      if (attentionVariant !== 'biased') return heads(plain, count);
      return heads(tf.add(plain, named(weights, `${prefix}.self_attn.${name}_proj.bias`)), count);
    };
    const normed = (name: 'q' | 'k', states: tf.Tensor3D) => {
      if (attentionVariant !== 'headNormed') return states;
      return rmsNorm(states, weight(`self_attn.${name}_norm`), rmsNormEpsilon);
    };
    const queries = rotate(normed('q', projected('q', H)), angles);
    const keys = rotate(normed('k', projected('k', G)), angles);
    const values = projected('v', G);
    x = tf.add(x, project(attend(layer, queries, keys, values), weight('self_attn.o_proj')));

    const thought = rmsNorm(x, weight('post_attention_layernorm'), rmsNormEpsilon);
    const gate = project(thought, weight('mlp.gate_proj'));
    const activated = tf.mul<tf.Tensor2D>(tf.mul(gate, tf.sigmoid(gate)), project(thought, weight('mlp.up_proj')));
    x = tf.add(x, project(activated, weight('mlp.down_proj')));
  }
  return rmsNorm(x, named(weights, 'model.norm.weight'), rmsNormEpsilon);
}

/** Log-probs [R, V] over the vocabulary after each hidden state [R, D]. */
export function logProbsOf(
  config: ModelConfig,
  weights: TensorWeights,
  hidden: tf.Tensor2D,
  temperature: number,
): tf.Tensor2D {
  return tf.logSoftmax(tf.mul<tf.Tensor2D>(logitsOf(config, weights, hidden), 1 / temperature));
}

/** Logits [R, V]; a tied head is the embedding. */
export function logitsOf(config: ModelConfig, weights: TensorWeights, hidden: tf.Tensor2D): tf.Tensor2D {
  return project(hidden, named(weights, config.isHeadTied ? 'model.embed_tokens.weight' : 'lm_head.weight'));
}

/** RMSNorm (Zhang & Sennrich 2019 eq. 4): `x / sqrt(mean(x²) + ε) * gain`. x [R, D] or [R, heads, S], gain of its last axis. */
function rmsNorm<States extends tf.Tensor2D | tf.Tensor3D>(x: States, gain: tf.Tensor, epsilon: number): States {
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), x.rank - 1, true), epsilon));
  return tf.mul<States>(tf.mul(x, inverse), gain);
}

/** x [R, in], weight [out, in] → [R, out]. */
function project(x: tf.Tensor2D, weight: tf.Tensor): tf.Tensor2D {
  return tf.matMul(x, weight, false, true);
}

/** Rotary positions on halves, not on interleaved pairs. x [R, heads, S]. */
function rotate(x: tf.Tensor3D, { cos, sin }: RotaryAngles): tf.Tensor3D {
  const [low, high] = tf.split(x, 2, 2);
  if (!low || !high) throw new Error('rotate: a head has no halves');
  return tf.concat([tf.sub(tf.mul(low, cos), tf.mul(high, sin)), tf.add(tf.mul(high, cos), tf.mul(low, sin))], 2);
}

/**
 * Attention of grouped query heads: head h reads key/value head `floor(h / (H / G))`. N independent contexts, Q queries, K keys.
 * The heads of a group lie along the query axis of one batched product, so nothing is repeated or broadcast.
 *
 * @param queries [N, Q, H, S] @param keys [N, K, G, S] @param values [N, K, G, S]
 * @param mask 0 or `MASKED`, [N or 1, 1, Q, K]
 * @returns [N, Q, H, S]
 */
export function groupedAttention(
  queries: tf.Tensor4D,
  keys: tf.Tensor4D,
  values: tf.Tensor4D,
  mask: tf.Tensor4D,
): tf.Tensor4D {
  const [N, Q, H, S] = queries.shape;
  const [, K, G] = keys.shape;
  const byGroup = (x: tf.Tensor4D, length: number) =>
    tf.reshape<tf.Rank.R3>(tf.transpose(x, [0, 2, 1, 3]), [N * G, length, S]);
  const scores = tf.matMul(byGroup(queries, (H / G) * Q), byGroup(keys, K), false, true);
  const masked = tf.add(tf.reshape(tf.mul(scores, S ** -0.5), [N, H, Q, K]), mask);
  const shares = tf.reshape(tf.exp(tf.logSoftmax(masked)), [N * G, (H / G) * Q, K]);
  const mixed = tf.matMul(shares, byGroup(values, K));
  return tf.transpose(tf.reshape<tf.Rank.R4>(mixed, [N, H, Q, S]), [0, 2, 1, 3]);
}

/** Every row attends to itself and the earlier rows of its sequence; R = B * T, sequence by sequence. */
export function causalAttention(config: ModelConfig, B: number, T: number): Attend {
  const { headCount: H, keyValueHeadCount: G, headSize: S } = config;
  const mask = new Float32Array(T * T);
  for (let query = 0; query < T; query++) mask.fill(MASKED, query * T + query + 1, (query + 1) * T);
  const causal = tf.tensor4d(mask, [1, 1, T, T]);
  const sequences = (rows: tf.Tensor3D, heads: number) => tf.reshape<tf.Rank.R4>(rows, [B, T, heads, S]);
  return (_layer, queries, keys, values) => {
    const mixed = groupedAttention(sequences(queries, H), sequences(keys, G), sequences(values, G), causal);
    return tf.reshape(mixed, [B * T, H * S]);
  };
}

/** Angle `position · frequency` of each pair, in float64: sin and cos of a GPU are too coarse. */
export function rotaryAngles(config: ModelConfig, positions: ArrayLike<number>): RotaryAngles {
  const frequencies = rotaryFrequencies(config);
  const half = frequencies.length;
  const cos = new Float32Array(positions.length * half);
  const sin = new Float32Array(positions.length * half);
  for (let row = 0; row < positions.length; row++) {
    frequencies.forEach((frequency, pair) => {
      const angle = (positions[row] ?? 0) * frequency;
      cos[row * half + pair] = Math.cos(angle);
      sin[row * half + pair] = Math.sin(angle);
    });
  }
  const shape: [number, number, number] = [positions.length, 1, half];
  return { cos: tf.tensor3d(cos, shape), sin: tf.tensor3d(sin, shape) };
}

function named(weights: TensorWeights, name: string): tf.Tensor {
  const tensor = weights.get(name);
  if (!tensor) throw new Error(`the weights hold no tensor named ${name}`);
  return tensor;
}
