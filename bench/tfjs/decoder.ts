import * as tf from '@tensorflow/tfjs';
import { monotonicMs } from '../../src/base/clock.ts';
import type { ModelConfig } from '../../src/policy/modelConfig.ts';
import { MASKED, rotaryAngles } from '../../src/policy/referenceTransformer.ts';
import type { DecodeSession, DecodeWorkload, Generation } from '../contestant.ts';
import type { DecodeLayer, DecodeWeights } from './decodeWeights.ts';

/** Keys and values of one layer, [B · G, T, S]; zeros where nothing is written yet. */
interface LayerCache {
  readonly keys: tf.Tensor3D;
  readonly values: tf.Tensor3D;
}

/**
 * Greedy decoding in plain tfjs operations at their best: every step has the same shapes, so nothing is compiled or allocated
 * anew; the cache is preallocated for all T tokens, written by a one-hot product and masked; tokens are chosen on the device
 * and go into the next step there, while the host reads only them.
 */
export class TfjsDecoder implements DecodeSession {
  private readonly config: ModelConfig;
  private readonly weights: DecodeWeights;
  private readonly workload: DecodeWorkload;
  /** Tokens of a whole sequence. */
  private readonly T: number;
  private readonly cos: tf.Tensor2D; // [T, C], 1 for the values
  private readonly sin: tf.Tensor2D; // [T, C], 0 for the values
  private readonly oneHot: tf.Tensor2D; // [T, T]: row p is 1 at p
  private readonly mask: tf.Tensor2D; // [T, T]: row p sees the columns up to p
  private cache: readonly LayerCache[] = [];

  /** @param weights owned from here on */
  constructor(config: ModelConfig, weights: DecodeWeights, workload: DecodeWorkload) {
    this.config = config;
    this.weights = weights;
    this.workload = workload;
    const T = (this.T = (workload.prompts[0]?.length ?? 0) + workload.newTokens);
    [this.cos, this.sin] = rotationTables(config, T);
    const [oneHot, mask] = [new Float32Array(T * T), new Float32Array(T * T)];
    for (let row = 0; row < T; row++) {
      oneHot[row * T + row] = 1;
      mask.fill(MASKED, row * T + row + 1, (row + 1) * T);
    }
    this.oneHot = tf.tensor2d(oneHot, [T, T]);
    this.mask = tf.tensor2d(mask, [T, T]);
  }

  async generate(): Promise<Generation> {
    const startedAt = monotonicMs();
    let drawn = this.readPrompts();
    const columns = [await drawn.data<'int32'>()];
    const firstAt = monotonicMs();
    for (let position = this.T - this.workload.newTokens; position < this.T - 1; position++) {
      const next = this.step(drawn, position);
      drawn.dispose();
      drawn = next;
      columns.push(await drawn.data<'int32'>());
    }
    drawn.dispose();
    const tokenIds = this.workload.prompts.map((_, sequence) => columns.map((column) => column[sequence] ?? 0));
    return { firstMs: firstAt - startedAt, restMs: monotonicMs() - firstAt, tokenIds };
  }

  async close(): Promise<void> {
    this.replaceCache([]);
    tf.dispose([this.cos, this.sin, this.oneHot, this.mask]);
  }

  /** All prompts at once; fills the cache. @returns the first new tokens, [B] */
  private readPrompts(): tf.Tensor1D {
    const { prompts } = this.workload;
    const { headCount: H, keyValueHeadCount: G, headSize: S, hiddenSize: D } = this.config;
    const [B, P, T] = [prompts.length, prompts[0]?.length ?? 0, this.T];
    return this.advance((addToCache) => {
      const ids = tf.tensor1d(Int32Array.from(prompts.flatMap((prompt) => [...prompt])), 'int32');
      const rows = (table: tf.Tensor2D) => tf.slice(table, [0, 0], [P, -1]);
      const [cos, sin] = [rows(this.cos), rows(this.sin)];
      const visible = tf.slice(this.mask, [0, 0], [P, P]);
      // The query heads of a group lie one after the other along the query axis.
      const mask = tf.reshape(tf.tile(visible, [H / G, 1]), [1, (H / G) * P, P]);
      const perGroup = (x: tf.Tensor, heads: number) =>
        tf.reshape<tf.Rank.R3>(tf.transpose(tf.reshape(x, [B, P, heads, S]), [0, 2, 1, 3]), [B * G, -1, S]);
      const attend = (projected: tf.Tensor2D): tf.Tensor2D => {
        const queries = perGroup(tf.slice(projected, [0, 0], [-1, H * S]), H);
        const keys = perGroup(tf.slice(projected, [0, H * S], [-1, G * S]), G);
        const values = perGroup(tf.slice(projected, [0, (H + G) * S], [-1, G * S]), G);
        const toCapacity: [number, number][] = [
          [0, 0],
          [0, T - P],
          [0, 0],
        ];
        addToCache({ keys: tf.pad(keys, toCapacity), values: tf.pad(values, toCapacity) });
        const mixed = tf.matMul(tf.softmax(tf.add(tf.matMul(queries, keys, false, true), mask)), values);
        return tf.reshape(tf.transpose(tf.reshape(mixed, [B, H, P, S]), [0, 2, 1, 3]), [B * P, H * S]);
      };
      const repeat = (projected: tf.Tensor2D, table: tf.Tensor2D) =>
        tf.reshape<tf.Rank.R2>(tf.mul(tf.reshape(projected, [B, P, -1]), table), [B * P, -1]);
      const rotate = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.add<tf.Tensor2D>(repeat(a, cos), repeat(b, sin));
      const x = this.layers(tf.gather(this.weights.embedding, ids), rotate, attend);
      const last = tf.reshape<tf.Rank.R2>(tf.slice(tf.reshape(x, [B, P, D]), [0, P - 1, 0], [B, 1, D]), [B, D]);
      return this.mostLikely(last);
    });
  }

  /** @param tokens at `position`, [B] @returns those after them */
  private step(tokens: tf.Tensor1D, position: number): tf.Tensor1D {
    const B = this.workload.prompts.length;
    const { headCount: H, keyValueHeadCount: G, headSize: S } = this.config;
    const T = this.T;
    return this.advance((addToCache, layerCache) => {
      const row = (table: tf.Tensor2D) => tf.slice(table, [position, 0], [1, -1]);
      const [cos, sin] = [row(this.cos), row(this.sin)];
      const oneHot = tf.reshape(row(this.oneHot), [1, T, 1]);
      const mask = tf.reshape(row(this.mask), [1, 1, T]);
      const heads = (projected: tf.Tensor2D, first: number, count: number) =>
        tf.reshape<tf.Rank.R3>(tf.slice(projected, [0, first * S], [B, count * S]), [B * G, count / G, S]);
      const attend = (projected: tf.Tensor2D, layer: number): tf.Tensor2D => {
        const before = layerCache(layer);
        const keys = tf.add<tf.Tensor3D>(before.keys, tf.mul(oneHot, heads(projected, H, G)));
        const values = tf.add<tf.Tensor3D>(before.values, tf.mul(oneHot, heads(projected, H + G, G)));
        addToCache({ keys, values });
        const scores = tf.matMul(heads(projected, 0, H), keys, false, true); // [B · G, H / G, T]
        return tf.reshape(tf.matMul(tf.softmax(tf.add(scores, mask)), values), [B, H * S]);
      };
      const rotate = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.add<tf.Tensor2D>(tf.mul(a, cos), tf.mul(b, sin));
      return this.mostLikely(this.layers(tf.gather(this.weights.embedding, tokens), rotate, attend));
    });
  }

  /** Runs `work` and keeps of its tensors what it returns and what it adds to the cache, which replaces the old one. */
  private advance(
    work: (add: (cache: LayerCache) => void, layer: (index: number) => LayerCache) => tf.Tensor1D,
  ): tf.Tensor1D {
    const added: LayerCache[] = [];
    const layerCache = (index: number) => {
      const cache = this.cache[index];
      if (!cache) throw new Error('step: the prompts come first');
      return cache;
    };
    const drawn = tf.tidy(() => {
      const tokens = work((cache) => added.push(cache), layerCache);
      for (const { keys, values } of added) [keys, values].forEach((tensor) => tf.keep(tensor));
      return tokens;
    });
    this.replaceCache(added);
    return drawn;
  }

  private replaceCache(cache: readonly LayerCache[]): void {
    for (const { keys, values } of this.cache) tf.dispose([keys, values]);
    this.cache = cache;
  }

  private layers(
    embedded: tf.Tensor2D,
    rotate: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor2D,
    attend: (projected: tf.Tensor2D, layer: number) => tf.Tensor2D,
  ): tf.Tensor2D {
    return this.weights.layers.reduce((x, weights, layer) => {
      const seen = this.normalised(x);
      const projected = rotate(tf.matMul(seen, weights.projection), tf.matMul(seen, weights.turnedProjection));
      const mixed = tf.add<tf.Tensor2D>(x, tf.matMul(attend(projected, layer), weights.output));
      return tf.add<tf.Tensor2D>(mixed, swiGlu(this.normalised(mixed), weights));
    }, embedded);
  }

  /** RMSNorm without its gain, which is in the next matrix. */
  private normalised(x: tf.Tensor2D): tf.Tensor2D {
    return tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), this.config.rmsNormEpsilon)));
  }

  private mostLikely(x: tf.Tensor2D): tf.Tensor1D {
    return tf.argMax(tf.matMul(this.normalised(x), this.weights.head), 1);
  }
}

function swiGlu(x: tf.Tensor2D, { gate, up, down }: DecodeLayer): tf.Tensor2D {
  const gated = tf.matMul(x, gate);
  return tf.matMul(tf.mul<tf.Tensor2D>(tf.mul(gated, tf.sigmoid(gated)), tf.matMul(x, up)), down);
}

/** cos and sin for every column of queries, keys and values at T positions. */
function rotationTables(config: ModelConfig, T: number): [tf.Tensor2D, tf.Tensor2D] {
  const { headCount: H, keyValueHeadCount: G, headSize: S } = config;
  const table = (halves: tf.Tensor3D, still: number) => {
    const perHead = tf.reshape<tf.Rank.R2>(tf.concat([halves, halves], 2), [T, S]);
    const values = tf.fill([T, G * S], still) as tf.Tensor2D; // of the shape it was given
    return tf.concat([tf.tile(perHead, [1, H + G]), values], 1);
  };
  const positions = Array.from({ length: T }, (_, position) => position);
  return tf.tidy(() => {
    const { cos, sin } = rotaryAngles(config, positions);
    return [table(cos, 1), table(sin, 0)];
  });
}
