import type { ModelConfig } from './modelConfig.ts';
import type { Weights } from './weights.ts';

/**
 * What computes: token ids in, log-probs and gradients out. Two implementations, one contract: `plannedEngine` (our
 * WGSL, recorded dispatches) and `referenceEngine` (plain tfjs operations: the yardstick of the first, and the fallback).
 */
export interface Engine {
  readonly kind: 'kernels' | 'reference';
  readonly config: ModelConfig;
  /** Puts weights where the engine computes. Decoders and learners share one set, so an update uploads it once. */
  createWeightSet(weights: Weights): WeightSet;
  /** A decoder with its own key/value cache. @param slotCount sequences that can be open at once */
  createDecoder(weights: WeightSet, slotCount: number): Decoder;
  /** @param base frozen weights that KL is measured against. @param tokenLimit most tokens of one `forward` */
  createLearner(policy: WeightSet, base: WeightSet, tokenLimit: number): Learner;
  dispose(): void;
}

/** One set of weights on the device, under one version at a time. */
export interface WeightSet extends Disposable {
  /** Replaces the values. Caches of decoders that hold keys of the old weights must not be read again. */
  update(weights: Weights): void;
}

/** One token to feed. Rows of one step may belong to any slots, several to the same slot (in position order). */
export interface StepRow {
  readonly slot: number;
  /** Position in the slot's sequence, from 0. Its keys and values overwrite what the slot held there. */
  readonly position: number;
  readonly tokenId: number;
  /** Draw the token after this one; absent for rows that are only fed. */
  readonly draw?: Draw;
}

export interface Draw {
  /** In (0, 1), from a named stream: the token is the inverse of the cumulative distribution at this point. */
  readonly uniform: number;
  /** Divides the logits; 0 takes the most likely token (log-prob and entropy are then those at temperature 1). */
  readonly temperature: number;
}

export interface DrawnToken {
  readonly tokenId: number;
  /** Under the temperature it was drawn with, nats. */
  readonly logProb: number;
  readonly entropy: number;
}

/** Cached generation for many sequences under one set of weights. */
export interface Decoder extends Disposable {
  readonly slotCount: number;
  /** Feeds the rows and returns one drawn token per row that asked for it, in row order. */
  step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]>;
}

/** A whole context to train on; no padding. */
export interface TrainingSequence {
  readonly tokenIds: Int32Array;
  /** Indices ≥ 1, ascending: the tokens whose log-prob matters (those the strategist sampled). */
  readonly scoredIndices: Int32Array;
}

/** Per scored token, sequences concatenated in order, nats. */
export interface TokenStats {
  readonly logProbs: Float32Array;
  readonly entropies: Float32Array;
  /** KL(policy‖base) over the whole vocabulary. */
  readonly klToBase: Float32Array;
  /** KL(base‖policy) over the whole vocabulary. */
  readonly klFromBase: Float32Array;
}

/** d loss / d (log-prob, entropy, KL(π‖base), KL(base‖π)) per scored token, in the order of `TokenStats`. */
export interface TokenCoefficients {
  readonly logProb: Float32Array;
  readonly entropy: Float32Array;
  readonly klToBase: Float32Array;
  readonly klFromBase: Float32Array;
}

/**
 * Forward and backward over packed sequences under the policy's weights. Use: per micro-batch
 * `forward` → objective → `backward`, then `takeGradients` once. Gradients are those of the *effective* weights;
 * `lora.ts` takes them to the adapter's factors.
 */
export interface Learner extends Disposable {
  readonly tokenLimit: number;
  /** @param temperature divides policy and base logits, as sampling did */
  forward(sequences: readonly TrainingSequence[], temperature: number): Promise<TokenStats>;
  /** Adds the gradient of `Σ coefficient × statistic` of the last `forward` to the running sum. */
  backward(coefficients: TokenCoefficients): Promise<void>;
  /** The sum since the last call, by weight name; then zero again. */
  takeGradients(): Promise<Weights>;
  /** Forgets what `backward` has added up: an update was aborted. */
  dropGradients(): void;
}
