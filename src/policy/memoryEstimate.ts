import { headColumns, STAT_WORDS } from '../gpu/head.ts';
import type { Precision } from '../gpu/quantise.ts';
import { backwardSizes, reducedGradientSize } from './backwardPlan.ts';
import { bytesOf, type Sizes } from './bufferSizes.ts';
import { layerSizes, reducedSizes } from './forwardPlan.ts';
import { infoSize } from './infoWriter.ts';
import { frozenBytes, parameterCount } from './kernelWeights.ts';
import type { ModelConfig } from './modelConfig.ts';

/**
 * How large the buffers of decoders and learners are, and what they add up to. Decoders and learners make their buffers
 * of these sizes, so that the estimate cannot drift from what is allocated.
 */

/** What a run needs to know of itself to be estimated. */
export interface RunShape {
  readonly precision: Precision;
  /** Rank of the low-rank factors that are trained; null when all weights are. */
  readonly rank: number | null;
  readonly slotCount: number;
  readonly tokenLimit: number;
}

/** Of a model that only speaks, beside the one in training. */
export type FrozenShape = Pick<RunShape, 'precision' | 'slotCount'>;

/** Bytes on the device, by what they are for. */
export interface MemoryEstimate {
  /** Base and policy. */
  readonly weights: number;
  /** The gradient and both moments. */
  readonly optimizer: number;
  readonly caches: number;
  readonly activations: number;
  readonly total: number;
  /** Whether activations are computed again in the backward pass, because keeping them would take too much. */
  readonly recomputes: boolean;
}

const MEBIBYTE = 2 ** 20;
/** Caches of one decoder stay below this: more dialogues at once would wait for each other anyway. */
const CACHE_LIMIT = 1024 * MEBIBYTE;
/** Kept activations above this are computed again instead. */
const ACTIVATION_LIMIT = 1024 * MEBIBYTE;
/** Logits of a tile of the vocabulary, in learner and decoder. */
const LOGIT_LIMIT = 64 * MEBIBYTE;
/** Rows that a decoder computes at once: more only wait longer for their first token. */
const ROW_LIMIT = 512;
/** No decoder has more slots: an adapter that is busy with so many rows gains nothing from more. */
const SLOT_LIMIT = 512;

/** Rows of one pass and draws among them, as powers of two: decoders of similar size are alike. */
export function decoderLimits(
  { vocabularySize: V }: ModelConfig,
  slotCount: number,
): { readonly rows: number; readonly draws: number } {
  const rows = Math.min(ROW_LIMIT, Math.max(64, 2 ** Math.ceil(Math.log2(8 * slotCount))));
  const fitting = 2 ** Math.floor(Math.log2(LOGIT_LIMIT / (V * 4)));
  return { rows, draws: Math.max(1, Math.min(rows, fitting, 2 ** Math.ceil(Math.log2(slotCount)))) };
}

/** Of a decoder, without layers and caches. */
export function decoderSizes(config: ModelConfig, { rows, draws }: { readonly rows: number; readonly draws: number }) {
  const { hiddenSize: D, vocabularySize: V } = config;
  return {
    angles: config.contextLength * config.headSize,
    state: rows * D,
    hidden: draws * D,
    inverse: draws,
    logits: draws * V,
    /** One slot of one layer, on its way to another slot. */
    forked: cacheSizes(config, 1).keys,
  } satisfies Sizes;
}

/** Keys and values of one layer. */
export function cacheSizes({ contextLength, keyValueHeadCount: G, headSize: S }: ModelConfig, slotCount: number) {
  const elements = slotCount * contextLength * G * S;
  return { keys: elements, values: elements } satisfies Sizes;
}

/** Most slots that one decoder should have. @param bindingBytes most bytes of one buffer */
export function slotLimit(config: ModelConfig, bindingBytes: number): number {
  const { keys } = cacheSizes(config, 1);
  const byMemory = CACHE_LIMIT / (2 * keys * 4 * config.layerCount);
  return Math.max(1, Math.floor(Math.min(SLOT_LIMIT, byMemory, bindingBytes / (keys * 4))));
}

/** Of a learner, without what each layer keeps. */
export function learnerSizes(config: ModelConfig, tokenLimit: number) {
  const { hiddenSize: D, vocabularySize: V } = config;
  const columns = headColumns(V, tokenLimit, LOGIT_LIMIT);
  return {
    angles: config.contextLength * config.headSize,
    tokenUses: 1 + tokenLimit * 4,
    hidden: tokenLimit * D,
    inverse: tokenLimit,
    baseHidden: tokenLimit * D,
    policyTile: tokenLimit * columns,
    baseTile: tokenLimit * columns,
    stats: tokenLimit * STAT_WORDS,
    coefficients: tokenLimit * 4,
    dHidden: tokenLimit * D,
  } satisfies Sizes;
}

/** Columns of the vocabulary that a learner works off at a time. */
export function learnerColumns(config: ModelConfig, tokenLimit: number): number {
  return headColumns(config.vocabularySize, tokenLimit, LOGIT_LIMIT);
}

/** Keys and values of one layer for the packed batch. */
export function batchCacheSizes({ keyValueHeadCount: G, headSize: S }: ModelConfig, tokenLimit: number) {
  return { keys: tokenLimit * G * S, values: tokenLimit * G * S } satisfies Sizes;
}

/** Input of one layer. */
export function stateSize({ hiddenSize: D }: ModelConfig, tokenLimit: number): number {
  return tokenLimit * D;
}

/** Whether a learner of these sizes computes activations again. */
export function wantsRecompute(config: ModelConfig, tokenLimit: number, rank: number | null): boolean {
  return config.layerCount * keptBytes(config, tokenLimit, rank) > ACTIVATION_LIMIT;
}

/** What one layer keeps besides its input. */
function keptBytes(config: ModelConfig, tokenLimit: number, rank: number | null): number {
  const layer = bytesOf(layerSizes(config, tokenLimit), batchCacheSizes(config, tokenLimit));
  return layer + (rank === null ? 0 : bytesOf(reducedSizes(tokenLimit, rank)));
}

/**
 * Device memory of a run with the kernels engine: weights, gradient and moments, key/value caches, and the activations of
 * learner and decoder. What a checkpoint takes on its way to the host is the same memory a second time, for a moment.
 */
export function estimateMemory(
  config: ModelConfig,
  { precision, rank, slotCount, tokenLimit }: RunShape,
): MemoryEstimate {
  const trained = parameterCount(config, rank) * 4;
  const recomputes = wantsRecompute(config, tokenLimit, rank);
  const learner =
    bytesOf(learnerSizes(config, tokenLimit), backwardSizes(config, tokenLimit), {
      reduced: rank === null ? 0 : reducedGradientSize(tokenLimit, rank),
      info: infoSize(tokenLimit, tokenLimit),
      states: (config.layerCount + 1) * stateSize(config, tokenLimit),
    }) +
    (recomputes ? 1 : config.layerCount) * keptBytes(config, tokenLimit, rank);
  // One plan for a policy with factors and its base, one for each set of whole weights.
  const decoder = decoderBytes(config, slotCount, rank === null ? 2 : 1, rank);
  const parts = {
    weights: frozenBytes(config, precision) + trained,
    optimizer: 3 * trained,
    caches: cacheBytes(config, slotCount),
    activations: learner + decoder,
  };
  const total = parts.weights + parts.optimizer + parts.caches + parts.activations;
  return { ...parts, total, recomputes };
}

/** The same of a model that only speaks: frozen weights, caches, and a decoder. */
export function estimateFrozenMemory(config: ModelConfig, { precision, slotCount }: FrozenShape): number {
  return frozenBytes(config, precision) + cacheBytes(config, slotCount) + decoderBytes(config, slotCount, 1, null);
}

function cacheBytes(config: ModelConfig, slotCount: number): number {
  return config.layerCount * bytesOf(cacheSizes(config, slotCount));
}

/** Of a decoder, without its caches. @param plans sets of weights that it computes apart from each other */
function decoderBytes(config: ModelConfig, slotCount: number, plans: number, rank: number | null): number {
  const { rows, draws } = decoderLimits(config, slotCount);
  return (
    bytesOf(decoderSizes(config, { rows, draws }), layerSizes(config, rows)) +
    (rank === null ? 0 : bytesOf(reducedSizes(rows, rank))) +
    plans * bytesOf({ info: infoSize(rows, draws) })
  );
}
