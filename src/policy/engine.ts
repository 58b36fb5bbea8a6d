import type { Precision } from '../gpu/quantise.ts';
import type { Draw } from '../gpu/sampling.ts';
import type { AdamWOptions, Moments } from './adamW.ts';
import type { ModelConfig } from './modelConfig.ts';
import type { HostTensor, Weights } from './weights.ts';

/**
 * What computes: token ids in, log-probs and gradients out. Two implementations, one contract: `plannedEngine` (our
 * WGSL, recorded dispatches) and `referenceEngine` (plain tfjs operations: the yardstick of the first, and the fallback).
 */
export interface Engine {
  readonly kind: 'kernels' | 'reference';
  readonly config: ModelConfig;
  /** Most cache slots that one decoder should have here: what memory allows. */
  readonly slotLimit: number;
  /**
   * Puts weights where the engine computes, never to change: the base of policies, partner, judge. Everything made from
   * them shares them. @param precision of the matrices; norms stay float32. The default keeps every bit.
   */
  loadWeights(weights: Weights, precision?: Precision): FrozenWeights;
  /** The same of tensors that come one by one, each let go before the next; absent where the engine wants them all. */
  streamWeights?(tensors: AsyncIterable<NamedTensor>, precision?: Precision): Promise<FrozenWeights>;
  /** What is trained. Borrows `base`, which KL is measured against. */
  createPolicy(base: FrozenWeights, trainable: Trainable): Policy;
  /** One cache and one scheduler for several speakers. @param slotCount sequences that can be open at once, of any of them */
  createDecoder(speakers: readonly Speaker[], slotCount: number): Decoder;
  /** @param tokenLimit most tokens of one `forward`, in which equal sequences count once */
  createLearner(policy: Policy, tokenLimit: number, options?: LearnerOptions): Learner;
  /**
   * Waits until all that was created so far is ready: memory given, kernels compiled. Yields the share that is done, 0–1.
   * Nobody has to ask, but whoever does meets delays and failures here instead of in the middle of the work.
   * @throws AppError `gpu-memory`, `gpu-kernel` or `gpu-lost`
   */
  prepare(): AsyncIterable<number>;
  dispose(): void;
}

export type NamedTensor = readonly [name: string, tensor: HostTensor];

/** Weights that do not change. Dispose them after everything that was made from them. */
export interface FrozenWeights extends Disposable {
  readonly kind: 'frozen';
  readonly precision: Precision;
}

/** All weights, as a float32 copy, or low-rank factors beside the base (`lora.ts`) that are scaled by `scale`. */
export type Trainable =
  | { readonly kind: 'full'; readonly parameters: Weights }
  | { readonly kind: 'lora'; readonly rank: number; readonly scale: number; readonly parameters: Weights };

/** Weights that a learner changes. Caches of decoders that hold keys of the old weights must not be read again. */
export interface Policy extends Disposable {
  readonly kind: 'policy';
  readonly base: FrozenWeights;
}

/** Who writes: a policy, or frozen weights themselves. */
export type Speaker = FrozenWeights | Policy;

/** One token to feed. Rows of one step may belong to any slots, several to the same slot (in position order). */
export interface StepRow {
  readonly slot: number;
  /** Position in the slot's sequence, from 0. Its keys and values overwrite what the slot held there. */
  readonly position: number;
  readonly tokenId: number;
  /** Whose weights read it: the same ones for all rows of a slot, or its keys would not belong together. */
  readonly speaker: Speaker;
  /** Draw the token after this one; absent for rows that are only fed. */
  readonly draw?: Draw;
}

export type { Draw, Precision };

/** Names a stream of numbers that tokens are drawn with: `drawKey`. */
export type DrawKey = Draw['key'];

export interface DrawnToken {
  readonly tokenId: number;
  /** Under the temperature it was drawn with, nats. */
  readonly logProb: number;
  readonly entropy: number;
}

/** Cached generation for many sequences of several speakers. */
export interface Decoder extends Disposable {
  readonly slotCount: number;
  /** Feeds the rows and returns one drawn token per row that asked for it, in row order. */
  step(rows: readonly StepRow[]): Promise<readonly DrawnToken[]>;
  /** Copies the first `length` positions of a slot to another, after all steps before and before all steps to come. */
  fork(from: number, to: number, length: number): void;
}

/** A whole context to train on; no padding. */
export interface TrainingSequence {
  readonly tokenIds: Int32Array;
  /** Indices ≥ 1, ascending: the tokens whose log-prob matters (those the strategist sampled). */
  readonly scoredIndices: Int32Array;
  /** Ascending: the tokens after which the final hidden state is wanted (what a value head reads). */
  readonly hiddenIndices?: Int32Array;
}

/** Per scored token, sequences concatenated in order, nats. */
export interface TokenStats {
  readonly logProbs: Float32Array;
  readonly entropies: Float32Array;
  /** KL(policy‖base) over the whole vocabulary. */
  readonly klToBase: Float32Array;
  /** KL(base‖policy) over the whole vocabulary. */
  readonly klFromBase: Float32Array;
  /** Log-probs of the same tokens under the base, at the same temperature. */
  readonly baseLogProbs: Float32Array;
  /** Final normed hidden states of the policy after each of `hiddenIndices`, [n, D]. */
  readonly hidden: Float32Array;
}

/** d loss / d (log-prob, entropy, KL(π‖base), KL(base‖π)) per scored token, in the order of `TokenStats`. */
export interface TokenCoefficients {
  readonly logProb: Float32Array;
  readonly entropy: Float32Array;
  readonly klToBase: Float32Array;
  readonly klFromBase: Float32Array;
}

export interface LearnerOptions {
  /** Keep only the input of each layer and run it forward again before its backward pass: the same bits, less memory. */
  readonly recompute: boolean;
}

/** What a run needs to go on exactly: parameters of the policy, by name, and AdamW's moments. */
export interface LearnerState {
  readonly parameters: Weights;
  readonly moments: Moments;
}

/**
 * Forward and backward over packed sequences, and the optimizer. Use: per micro-batch `forward` → objective → `backward`,
 * then `step` once. Gradients are those of the policy's parameters: of its weights, or of its low-rank factors.
 */
export interface Learner extends Disposable {
  readonly tokenLimit: number;
  /** @param temperature divides policy and base logits, as sampling did */
  forward(sequences: readonly TrainingSequence[], temperature: number): Promise<TokenStats>;
  /** Adds the gradient of `Σ coefficient × statistic` of the last `forward` to the running sum. */
  backward(coefficients: TokenCoefficients): Promise<void>;
  /**
   * One AdamW step of the policy's parameters with the summed gradient, clipped by its global norm. The sum is zero
   * afterwards. @returns the norm before clipping. @throws AppError `gradient-not-finite`, with nothing changed but the sum
   */
  step(options: StepOptions): Promise<{ readonly gradientNorm: number }>;
  /** The sum since the last call, by parameter name; then zero again. */
  takeGradients(): Promise<Weights>;
  /** Forgets what `backward` has added up: an update was aborted. */
  dropGradients(): void;
  readState(): Promise<LearnerState>;
  writeState(state: LearnerState): void;
}

export interface StepOptions extends AdamWOptions {
  /** 1 for the first step. */
  readonly step: number;
  /** Largest global norm of the gradient. */
  readonly maximumNorm: number;
}
