import * as tf from '@tensorflow/tfjs';
import { yieldToEvents } from '../base/clock.ts';
import { drawToken } from './drawToken.ts';
import type { Decoder, DrawnToken, Speaker, StepRow } from './engine.ts';
import type { ModelConfig } from './modelConfig.ts';
import { groupedAttention, hiddenStates, logitsOf, MASKED, rotaryAngles, type Attend } from './referenceTransformer.ts';
import { weightsOf } from './referenceWeights.ts';

/** Rows that are computed at once; a longer step is split, in order. Later rows see the keys of earlier ones. */
const ROW_LIMIT = 256;
/** Shapes are rounded up to these, because the WebGPU backend keeps a buffer of every size that it has ever used. */
const ROW_BUCKET = 16;
const LENGTH_BUCKET = 32;

/** Keys and values of one layer for every slot and position, [(slots + 1) * context, G * S]. Owned by the decoder. */
interface LayerCache {
  keys: tf.Tensor2D;
  values: tf.Tensor2D;
}

/** Cached generation in plain tfjs operations. */
export class ReferenceDecoder implements Decoder {
  readonly slotCount: number;
  private readonly config: ModelConfig;
  private readonly caches: LayerCache[];

  constructor(config: ModelConfig, slotCount: number) {
    this.config = config;
    this.slotCount = slotCount;
    // One slot more than asked for: rows that only pad a bucket write there.
    const shape: [number, number] = [
      (slotCount + 1) * config.contextLength,
      config.keyValueHeadCount * config.headSize,
    ];
    const empty = () => tf.keep(tf.zeros<tf.Rank.R2>(shape));
    this.caches = Array.from({ length: config.layerCount }, () => ({ keys: empty(), values: empty() }));
  }

  async step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]> {
    await yieldToEvents(); // the CPU backend never waits for anything
    for (const { slot, position } of rows) {
      if (!(slot >= 0 && slot < this.slotCount && position >= 0 && position < this.config.contextLength)) {
        throw new RangeError(`step: slot ${slot}, position ${position} is outside the cache`);
      }
    }
    const tokens = new Map<StepRow, DrawnToken>();
    for (const speaker of new Set(rows.map((row) => row.speaker))) {
      const own = rows.filter((row) => row.speaker === speaker);
      for (let first = 0; first < own.length; first += ROW_LIMIT) {
        await this.feed(speaker, own.slice(first, first + ROW_LIMIT), tokens);
      }
    }
    return rows.flatMap((row) => tokens.get(row) ?? []);
  }

  fork(from: number, to: number, length: number): void {
    const { contextLength } = this.config;
    if (length === 0) return;
    const writtenAt = Int32Array.from({ length }, (_, position) => to * contextLength + position);
    for (const cache of this.caches) {
      for (const part of ['keys', 'values'] as const) {
        const updated = tf.tidy(() =>
          tf.tensorScatterUpdate(
            cache[part],
            tf.tensor2d(writtenAt, [length, 1], 'int32'),
            tf.slice(cache[part], [from * contextLength, 0], [length, -1]),
          ),
        );
        cache[part].dispose();
        cache[part] = tf.keep(updated as tf.Tensor2D); // keeps the shape
      }
    }
  }

  [Symbol.dispose](): void {
    for (const { keys, values } of this.caches) tf.dispose([keys, values]);
    this.caches.length = 0;
  }

  /** Rows of one speaker; what they draw is added to `tokens`. */
  private async feed(speaker: Speaker, rows: readonly StepRow[], tokens: Map<StepRow, DrawnToken>): Promise<void> {
    const weights = weightsOf(speaker);
    const draws = rows.flatMap(({ draw }, row) => (draw ? [{ row, draw }] : []));
    const padded: readonly StepRow[] = [
      ...rows,
      ...this.padding(speaker, roundUp(rows.length, ROW_BUCKET) - rows.length),
    ];
    const logits = tf.tidy<tf.Tensor2D | void>(() => {
      const positions = padded.map(({ position }) => position);
      const embedded = weights.embed(padded.map(({ tokenId }) => tokenId));
      const angles = rotaryAngles(this.config, positions);
      const hidden = hiddenStates(this.config, weights.tensors, embedded, angles, this.cachedAttention(padded));
      if (draws.length === 0) return;
      const indices = new Int32Array(roundUp(draws.length, ROW_BUCKET)); // the padding draws row 0, unread
      draws.forEach(({ row }, index) => (indices[index] = row));
      const drawnFrom = tf.gather<tf.Tensor2D>(hidden, tf.tensor1d(indices, 'int32'));
      return logitsOf(this.config, weights.tensors, drawnFrom);
    });
    if (!logits) return;
    try {
      const numbers = await logits.data<'float32'>();
      const V = this.config.vocabularySize;
      draws.forEach(({ row, draw }, index) => {
        const source = rows[row];
        if (source) tokens.set(source, drawToken(numbers.subarray(index * V, (index + 1) * V), draw));
      });
    } finally {
      logits.dispose();
    }
  }

  private padding(speaker: Speaker, count: number): StepRow[] {
    return Array.from({ length: count }, () => ({ slot: this.slotCount, position: 0, tokenId: 0, speaker }));
  }

  /** Writes the rows' keys and values into the cache, then lets every row see its slot up to its own position. */
  private cachedAttention(rows: readonly StepRow[]): Attend {
    const { contextLength, headCount: H, keyValueHeadCount: G, headSize: S } = this.config;
    const R = rows.length;
    const K = roundUp(Math.max(...rows.map(({ position }) => position)) + 1, LENGTH_BUCKET, contextLength);
    const written = Int32Array.from(rows, ({ slot, position }) => slot * contextLength + position);
    const read = new Int32Array(R * K);
    const mask = new Float32Array(R * K).fill(MASKED);
    rows.forEach(({ slot, position }, row) => {
      for (let key = 0; key < K; key++) read[row * K + key] = slot * contextLength + key;
      mask.fill(0, row * K, row * K + position + 1);
    });
    const writtenAt = tf.tensor2d(written, [R, 1], 'int32');
    const readAt = tf.tensor1d(read, 'int32');
    const visible = tf.tensor4d(mask, [R, 1, 1, K]);
    const store = (cache: tf.Tensor2D, news: tf.Tensor3D) => {
      const updated = tf.keep(tf.tensorScatterUpdate(cache, writtenAt, tf.reshape(news, [R, G * S])) as tf.Tensor2D); // keeps the shape
      cache.dispose();
      return updated;
    };
    const contexts = (cache: tf.Tensor2D) => tf.reshape<tf.Rank.R4>(tf.gather(cache, readAt), [R, K, G, S]);
    return (layer, queries, keys, values) => {
      const cache = this.caches[layer];
      if (!cache) throw new Error('step: this decoder is disposed');
      cache.keys = store(cache.keys, keys);
      cache.values = store(cache.values, values);
      const mixed = groupedAttention(
        tf.reshape<tf.Rank.R4>(queries, [R, 1, H, S]),
        contexts(cache.keys),
        contexts(cache.values),
        visible,
      );
      return tf.reshape(mixed, [R, H * S]);
    };
  }
}

function roundUp(count: number, multiple: number, limit = Infinity): number {
  return Math.min(Math.ceil(count / multiple) * multiple, limit);
}
