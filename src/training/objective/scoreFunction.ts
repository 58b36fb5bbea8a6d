/** What a turn contributes: how good it was, and how many of its tokens the strategist sampled. */
export interface WeightedTurn {
  readonly advantage: number;
  readonly tokenCount: number;
}

/**
 * d loss / d log-prob for the REINFORCE loss per *turn*: every token of a turn weighs `−A / N`, with N the number of
 * turns in the whole batch. Williams 1992; a turn's log-prob is the sum of its tokens'.
 *
 * @param turns of any part of the batch, in token order
 * @param turnsInBatch N over all micro-batches, so that splitting a batch changes nothing
 * @returns one weight per token, length Σ tokenCount
 */
export function turnTokenWeights(turns: readonly WeightedTurn[], turnsInBatch: number): number[] {
  return turns.flatMap(({ advantage, tokenCount }) => repeat(-advantage / turnsInBatch, tokenCount));
}

/**
 * d loss / d log-prob for EPO (arXiv 2502.12486) eq. 5: a mean over the tokens of a turn, over the K turns of a
 * trajectory, over the trajectories: `−A_k / (tokens_k · K · trajectories)`.
 *
 * @param turns all K turns of *one* trajectory
 * @returns one weight per token, length Σ tokenCount
 */
export function paperTokenWeights(turns: readonly WeightedTurn[], trajectoriesInBatch: number): number[] {
  return turns.flatMap(({ advantage, tokenCount }) =>
    repeat(-advantage / (tokenCount * turns.length * trajectoriesInBatch), tokenCount),
  );
}

/**
 * d loss / d KL(policy‖base) per token for the penalty `klPenaltyPerNat · Σ_tokens KL / N`, N turns in the whole batch.
 * The KL is exact over the vocabulary, so it needs no estimator and no reward.
 */
export function klTokenWeight(klPenaltyPerNat: number, turnsInBatch: number): number {
  return klPenaltyPerNat / turnsInBatch;
}

function repeat(value: number, count: number): number[] {
  return new Array<number>(count).fill(value);
}
