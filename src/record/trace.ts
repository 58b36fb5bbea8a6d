import type { SeatIndex } from './scenario.ts';

/**
 * Every token of one strategist context, in order: what was fed and what was sampled. This is the training sequence.
 * Text is for people; nothing is ever tokenised again.
 */
export interface Trace {
  readonly episodeId: string;
  readonly seat: SeatIndex;
  readonly tokenIds: Int32Array;
  /** 1 where the token was sampled from the strategist, else 0. Length of `tokenIds`, as are the arrays below. */
  readonly sampledMask: Uint8Array;
  /** Own-turn number (0-based, counting this seat's turns) of each sampled token, −1 elsewhere. */
  readonly ownTurnIndex: Int16Array;
  /** Log-prob at sampling time, under the sampling temperature, nats; 0 where not sampled. */
  readonly logProbs: Float32Array;
  /** Entropy of the distribution the token was drawn from, nats; 0 where not sampled. */
  readonly entropies: Float32Array;
  /**
   * KL(policy‖base) at the token, nats, when the update first passed it through the model; 0 where not sampled, NaN where
   * the dialogue was left out of the loss and never passed.
   */
  readonly klToBase: Float32Array;
  /**
   * π(trainer)/π(sampler) of the token when the update first passed it through the model: 1 but for rounding where the
   * same weights do both. 0 where not sampled, NaN as in `klToBase`. Absent in traces from before it was kept.
   */
  readonly ratios?: Float32Array;
  /** Advantage of the token's turn; 0 where not sampled. */
  readonly advantages: Float32Array;
  /** Weights that sampled it: the update index whose weights were in force. */
  readonly policyVersion: number;
}
