import { trainedPerTurn, tokenWeights } from './aggregation.ts';
import { turnOfTokens, type Trajectory } from './batch.ts';
import { stalenessFactor } from './likelihood/importanceRatio.ts';
import type { Objective } from './parts.ts';
import { entropyRanks } from './stabiliser/entropyClip.ts';
import { withoutLargeMovements } from './stabiliser/rejection.ts';

/** The weight of each token in the policy term: aggregation × HPT's factor × staleness × not rejected. */
export function policyWeights(
  objective: Objective,
  batch: readonly Trajectory[],
  trained: readonly Uint8Array[],
  factors: readonly number[],
  advantages: readonly (readonly number[])[],
  tokenLimit: number,
): Float64Array[] {
  if (objective.kind === 'contrastive') return trained.map((mask) => new Float64Array(mask.length));
  const counts = trainedPerTurn(batch, trained);
  const perTurn = tokenWeights(objective.aggregation, counts, tokenLimit);
  const { likelihood } = objective;
  const rejection = likelihood.kind === 'ratio' ? likelihood.rejection : null;
  const movable =
    rejection?.kind === 'movement'
      ? withoutLargeMovements(
          flatTrained(trained, advantages),
          flatTrained(
            trained,
            batch.map(({ tokens }) => Array.from(tokens.logProbs)),
          ),
          rejection.threshold,
          rejection.share,
        )
      : null;
  let next = 0;
  return batch.map((trajectory, index) => {
    const { tokens } = trajectory;
    const turnOfToken = turnOfTokens(trajectory);
    return Float64Array.from(turnOfToken, (turn, token) => {
      if (trained[index]?.[token] !== 1) return 0;
      const isMovable = movable ? movable[next++] === true : true;
      const staleness =
        likelihood.kind === 'ratio'
          ? stalenessFactor(
              likelihood.staleness,
              (tokens.proximalLogProbs ?? tokens.logProbs)[token] ?? 0,
              tokens.logProbs[token] ?? 0,
            )
          : 1;
      return isMovable ? (perTurn[index]?.[turn] ?? 0) * (factors[index] ?? 0) * staleness : 0;
    });
  });
}

/** HAPO's rank of each token's entropy among the trained ones, −1 to 1, [trajectory][token]; zeros for other stabilisers. */
export function rankedEntropies(
  objective: Objective,
  batch: readonly Trajectory[],
  trained: readonly Uint8Array[],
): Float64Array[] {
  const ranks = trained.map((mask) => new Float64Array(mask.length));
  if (objective.kind !== 'policy-gradient' || objective.likelihood.kind !== 'ratio') return ranks;
  const { stabiliser } = objective.likelihood;
  if (stabiliser.kind !== 'entropy-clip') return ranks;
  const entropies = batch.map(({ tokens }) => Array.from(tokens.entropies));
  const flat = entropyRanks(flatTrained(trained, entropies), stabiliser.pivot);
  let next = 0;
  trained.forEach((mask, index) =>
    mask.forEach((bit, token) => {
      const own = ranks[index];
      if (bit === 1 && own) own[token] = flat[next++] ?? 0;
    }),
  );
  return ranks;
}

function flatTrained(trained: readonly Uint8Array[], values: readonly (readonly number[])[]): number[] {
  return values.flatMap((own, index) => own.filter((_, token) => trained[index]?.[token] === 1));
}
