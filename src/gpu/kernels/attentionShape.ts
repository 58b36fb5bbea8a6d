/**
 * Causal attention with grouped queries over a cache of keys and values; the T × T matrix never exists.
 *
 * Buffers: qkv [R, (HEADS + 2 GROUPS) SIZE] with rotated queries; keys, values [cache rows, GROUPS SIZE]; out [R, HEADS SIZE];
 * stats [R, HEADS] of (log Σ exp, delta). A row sees the cache rows kvStart … kvStart + position. In training these are rows
 * of the batch: the cache row of a token is its row, sequences lie one after the other, and `info` says where each ends.
 */
export interface AttentionShape {
  /** A multiple of 4. */
  readonly headSize: number;
  /** A multiple of the number of key/value heads. */
  readonly headCount: number;
  readonly keyValueHeadCount: number;
}

/** What the code of every attention kernel refers to. */
export function attentionConstants({ headSize, headCount, keyValueHeadCount }: AttentionShape) {
  return { HEADS: headCount, GROUPS: keyValueHeadCount, SIZE: headSize, SCALE: 1 / Math.sqrt(headSize) };
}

/** Fours of a head. */
export const partsOf = ({ headSize }: AttentionShape) => headSize / 4;

/** Query heads per key/value head. */
export const shareOf = ({ headCount, keyValueHeadCount }: AttentionShape) => headCount / keyValueHeadCount;

/** The largest number of heads that divides a group's and is at most `limit`, at least 1. */
export function headsAtOnce(shape: AttentionShape, limit: number): number {
  const share = shareOf(shape);
  const divisors = Array.from({ length: share }, (_, index) => index + 1).filter((count) => share % count === 0);
  return Math.max(1, ...divisors.filter((count) => count <= limit));
}

/** The first bindings of all attention kernels, and sizes in fours. */
export const ATTENTION_HEADER = `
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;

const ALL_HEADS = HEADS + 2u * GROUPS;
const PARTS = SIZE / 4u;
const SHARE = HEADS / GROUPS;`;
