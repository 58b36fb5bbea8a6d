import { halvingsPerNat } from './drawWeight.ts';
import { drawMass, drawToken, drawTop } from './kernels/draw.ts';
import type { BufferPool, Plan } from './plan.ts';

/** How a token is drawn. The number drawn is a function of key and counter alone (`base/counterRandom.ts`). */
export interface Draw {
  /** Names the stream (`drawKey`), */
  readonly key: readonly [number, number];
  /** and this its place in the stream: one per token, from 0. */
  readonly counter: number;
  /** Divides the logits; 0 takes the most likely token (log-prob and entropy are then those at temperature 1). */
  readonly temperature: number;
  /** Only the so many most likely tokens, ties by id; 0 for all. Log-prob and entropy are those of what is left. */
  readonly topK: number;
  /** Of those, the fewest most likely tokens that hold this share of their mass, in (0, 1]; 1 for all. As `topK`. */
  readonly topP: number;
}

/** @throws RangeError when the draw is none */
export function assertDraw({ temperature, topK, topP }: Draw): void {
  if (!(temperature >= 0 && topP > 0 && topP <= 1 && Number.isInteger(topK) && topK >= 0)) {
    throw new RangeError(`draw: temperature ${temperature}, top k ${topK} and top p ${topP} do not describe a draw`);
  }
}

/**
 * The words of a draw in `info`, behind its row and its temperature. The last is `halvingsPerNat`: WGSL's division is not
 * correctly rounded, and the token must be the host's.
 */
export function drawWords(draw: Draw): readonly [number, number, number, number, number, number] {
  assertDraw(draw);
  const bits = new Uint32Array(Float32Array.of(draw.topP, halvingsPerNat(draw.temperature)).buffer);
  return [...draw.key, draw.counter, draw.topK, bits[0] ?? 0, bits[1] ?? 0];
}

export interface DrawBuffers {
  /** Per draw: token, bits of its log-prob, bits of the entropy, 0. */
  readonly drawn: GPUBuffer;
  /** What the tiles of the vocabulary weigh. */
  readonly tiles: GPUBuffer;
}

const TILE_WORDS = 5;

/** How the work is divided. Tokens and log-probs do not depend on it; entropies do, in their last bits. */
export interface DrawShape {
  /** Threads of a workgroup, at least 2. */
  readonly threads: number;
  /** Runs of tokens that a thread weighs, one after the other. */
  readonly runs: number;
  /** Tokens of the vocabulary that a workgroup weighs: all, or a multiple of 4. */
  readonly tile: number;
}

/** Few threads with long runs, or many with short ones and a workgroup for every 4,096 tokens. */
export function drawShape(style: 'serial' | 'parallel', vocabularySize: number): DrawShape {
  return style === 'serial'
    ? { threads: 4, runs: 4, tile: vocabularySize }
    : { threads: 256, runs: 1, tile: Math.min(vocabularySize, 4096) };
}

/** Tiles of the vocabulary. */
export function tileCount(vocabularySize: number, { tile }: DrawShape): number {
  return Math.ceil(vocabularySize / tile);
}

export function createDrawBuffers(
  pool: BufferPool,
  vocabularySize: number,
  shape: DrawShape,
  drawLimit: number,
): DrawBuffers {
  return {
    drawn: pool.create('drawn', drawLimit * 4),
    tiles: pool.create('draw tiles', drawLimit * tileCount(vocabularySize, shape) * TILE_WORDS),
  };
}

/** Draws a token from each row of `logits` [N, V], as `info` says (`drawWords`). */
export function recordDraw(
  plan: Plan,
  vocabularySize: number,
  shape: DrawShape,
  info: GPUBuffer,
  logits: GPUBuffer,
  { drawn, tiles }: DrawBuffers,
): void {
  const constants = { V: vocabularySize, TILE: shape.tile, THREADS: shape.threads, RUNS: shape.runs };
  const count = tileCount(vocabularySize, shape);
  if (count > 1) {
    plan.add(drawTop, constants, [info, logits, logits, tiles], (_rows, draws) => draws * count);
    plan.add(drawMass, constants, [info, logits, logits, tiles], (_rows, draws) => draws * count);
  }
  plan.add(drawToken, constants, [info, logits, logits, tiles, drawn], (_rows, draws) => draws);
}
