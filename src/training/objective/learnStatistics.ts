import type { ObjectiveMemory } from '../../record/objectiveMemory.ts';
import { isTrainedToken, turnOfTokens, type Trajectory } from './batch.ts';
import type { Objective } from './parts.ts';
import { learnEntropies } from './regulariser/entropyBand.ts';
import { nextEntropyCoefficient } from './regulariser/entropyTarget.ts';

/** What the regularisers remember of the entropies that the batch was sampled with. */
export function learnStatistics(
  objective: Objective,
  batch: readonly Trajectory[],
  compared: readonly boolean[],
  memory: ObjectiveMemory,
): ObjectiveMemory {
  const perTurn = turnEntropies(batch, compared);
  const all = perTurn.flat();
  const entropy = all.length > 0 ? mean(all) : memory.entropy;
  const target = objective.regularisers.find((regulariser) => regulariser.kind === 'entropy-target');
  const hasBand = objective.regularisers.some((regulariser) => regulariser.kind === 'entropy-band');
  return {
    ...memory,
    entropy,
    entropyCoefficient:
      target && entropy !== null
        ? nextEntropyCoefficient(memory.entropyCoefficient, entropy, target)
        : memory.entropyCoefficient,
    entropyHistory: hasBand
      ? learnEntropies(
          memory.entropyHistory,
          perTurn.map((values) => (values.length > 0 ? mean(values) : null)),
        )
      : memory.entropyHistory,
  };
}

/** Entropies of the policy's tokens by own-turn number. */
function turnEntropies(batch: readonly Trajectory[], compared: readonly boolean[]): number[][] {
  const byTurn: number[][] = [];
  batch.forEach((trajectory, index) => {
    if (!compared[index] || trajectory.source !== 'policy') return;
    turnOfTokens(trajectory).forEach((turn, token) => {
      if (isTrainedToken(trajectory.tokens, token)) (byTurn[turn] ??= []).push(trajectory.tokens.entropies[token] ?? 0);
    });
  });
  return Array.from(byTurn, (values) => values ?? []);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
