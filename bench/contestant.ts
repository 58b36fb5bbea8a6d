import type { TrainingSequence } from '../src/policy/engine.ts';

/** What everybody writes: `batch` sequences, all prompts of one length, greedily, to one length. */
export interface DecodeWorkload {
  /** Token ids of each prompt. */
  readonly prompts: readonly Int32Array[];
  readonly newTokens: number;
}

/** One update: forward under policy and base, backward, gradients clipped to `maximumNorm`, AdamW. */
export interface TrainWorkload {
  /** All of one length and with the same scored indices: nobody has to pad. */
  readonly sequences: readonly TrainingSequence[];
  /** d loss / d log-prob of each scored token, sequences concatenated. */
  readonly logProb: Float32Array;
  /** d loss / d KL(policy‖base), the same for every scored token. */
  readonly klToBase: number;
}

export const ADAMW = { learningRate: 1e-5, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.01 };
export const MAXIMUM_NORM = 1;

export interface Generation {
  /** From the prompts until the first token of every sequence is known to the host. */
  readonly firstMs: number;
  /** From there until the last one is. */
  readonly restMs: number;
  /** The new tokens, by sequence. */
  readonly tokenIds: readonly (readonly number[])[];
}

interface Session {
  /** Measures which of several ways is fastest here, and takes it. Absent: there is but one way. */
  tune?(): Promise<void>;
  close(): Promise<void>;
}

export interface DecodeSession extends Session {
  /** Reads the prompts and writes `newTokens` for each. */
  generate(): Promise<Generation>;
}

export interface TrainSession extends Session {
  /** @returns the norm of the gradient before clipping */
  update(): Promise<number>;
}

/** One of those that are compared, with the same weights as the others. What compiles when first used is used once before. */
export interface Contestant {
  readonly name: string;
  openDecoder(workload: DecodeWorkload): Promise<DecodeSession>;
  /** null: it cannot train. */
  readonly openTrainer: ((workload: TrainWorkload) => Promise<TrainSession>) | null;
}
