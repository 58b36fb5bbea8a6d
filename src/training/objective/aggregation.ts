import type { Trajectory } from './batch.ts';
import type { Aggregation } from './parts.ts';

/**
 * The weight of a token of each turn, so that `loss = Σ weight · token loss` is the mean that is asked for. All counts are
 * those of the whole batch: no split into micro-batches, order or padding changes a weight.
 *
 * @param counts trained tokens of each turn of each trajectory; a trajectory without any is none, nor is such a turn
 * @param tokenLimit most tokens that one trajectory may have: the divisor of `constant`
 * @returns [trajectory][turn]; 0 where there is nothing to train
 */
export function tokenWeights(
  aggregation: Aggregation,
  counts: readonly (readonly number[])[],
  tokenLimit: number,
): number[][] {
  const trajectories = counts.filter((turns) => turns.some((count) => count > 0)).length;
  const turnsInBatch = counts.flat().filter((count) => count > 0).length;
  const tokensInBatch = sum(counts.flat());
  return counts.map((turns) => {
    const tokens = sum(turns);
    const ownTurns = turns.filter((count) => count > 0).length;
    return turns.map((count) => {
      if (count === 0) return 0;
      switch (aggregation) {
        case 'token-mean':
          return 1 / tokensInBatch;
        case 'turn-mean':
          return 1 / (count * ownTurns * trajectories);
        case 'turn-sum':
          return 1 / turnsInBatch;
        case 'sequence-mean':
          return 1 / (tokens * trajectories);
        case 'sequence-sum':
          return 1 / trajectories;
        case 'constant':
          return 1 / (tokenLimit * trajectories);
      }
    });
  });
}

/** Trained tokens of each turn, [trajectory][turn]. @param trained 1 where a token is trained on, [trajectory][token] */
export function trainedPerTurn(
  batch: readonly Pick<Trajectory, 'turns'>[],
  trained: readonly Uint8Array[],
): number[][] {
  return batch.map(({ turns }, index) => {
    let first = 0;
    return turns.map(({ tokenCount }) => {
      const own = trained[index]?.subarray(first, (first += tokenCount)) ?? new Uint8Array();
      return own.reduce((total, bit) => total + bit, 0);
    });
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
