import { trainedPerTurn, tokenWeights } from './aggregation.ts';
import { indicesByGroup, turnOfTokens, type Source, type Trajectory } from './batch.ts';
import { missingInput } from './missingInput.ts';
import type { PlanContext } from './planBatch.ts';
import type { Aggregation, Objective, Regulariser } from './parts.ts';
import { phaseWeight } from './regulariser/entropyBand.ts';
import { outcomeWeights } from './regulariser/outcomeWeights.ts';

export interface PlannedTokens {
  readonly batch: readonly Trajectory[];
  /** Tokens in the policy term. */
  readonly trained: readonly Uint8Array[];
  readonly returns: readonly (readonly number[])[];
  readonly context: PlanContext;
}

/** The weight of each token in a regulariser, coefficient included, [trajectory][token]. */
export function regulariserWeights(
  regulariser: Regulariser,
  objective: Objective,
  tokens: PlannedTokens,
): Float64Array[] {
  const own: Aggregation = objective.kind === 'contrastive' ? 'sequence-sum' : objective.aggregation;
  const { memory, progress } = tokens.context;
  switch (regulariser.kind) {
    case 'kl-in-reward':
      return spread(own, tokens, [], () => 0);
    case 'exact-kl': {
      const factors = regulariser.outcomeWeight === 0 ? null : groupFactors(tokens.batch, regulariser.outcomeWeight);
      return spread(regulariser.aggregation ?? own, tokens, ['policy', 'guided'], (index) => {
        return regulariser.coefficient * (factors?.[index] ?? 1);
      });
    }
    case 'kl-estimate':
      return spread(regulariser.aggregation ?? own, tokens, ['policy', 'guided'], () => regulariser.coefficient);
    case 'entropy-bonus':
      return spread(own, tokens, ['policy', 'guided'], () => regulariser.coefficient);
    case 'entropy-target':
      return spread(own, tokens, ['policy', 'guided'], () => memory.entropyCoefficient);
    case 'entropy-band': {
      const weight = regulariser.coefficient * (regulariser.isPhased ? phaseWeight(progress) : 1);
      return spread(own, tokens, ['policy', 'guided'], () => weight);
    }
    case 'demonstration-kl':
      return spread(own, tokens, ['demonstration'], () => regulariser.coefficient);
    case 'tempered-reinforce': {
      const source = regulariser.from === 'sampled' ? 'tempered' : 'policy';
      return spread(own, tokens, [source], (index, turn, token) => {
        const likelier = regulariser.from === 'sampled' ? 1 : temperedRatio(tokens.batch[index], token);
        return regulariser.coefficient * likelier * (tokens.returns[index]?.[turn] ?? 0);
      });
    }
  }
}

/** Tokens of the policy term, or all tokens of sources that are in none, aggregated among themselves. */
function spread(
  aggregation: Aggregation,
  { batch, trained, context }: PlannedTokens,
  sources: readonly Source[],
  factor: (index: number, turn: number, token: number) => number,
): Float64Array[] {
  const masks = batch.map(({ source, tokens }, index) => {
    if (!sources.includes(source)) return new Uint8Array(tokens.logProbs.length);
    if (source === 'policy' || source === 'guided') return trained[index] ?? new Uint8Array();
    return Uint8Array.from({ length: tokens.logProbs.length }, (_, token) => tokens.isTrained?.[token] ?? 1);
  });
  const weights = tokenWeights(aggregation, trainedPerTurn(batch, masks), context.tokenLimit);
  return batch.map((trajectory, index) =>
    Float64Array.from(turnOfTokens(trajectory), (turn, token) =>
      masks[index]?.[token] === 1 ? (weights[index]?.[turn] ?? 0) * factor(index, turn, token) : 0,
    ),
  );
}

function groupFactors(batch: readonly Trajectory[], strength: number): number[] {
  const factors = batch.map(() => 1);
  for (const group of indicesByGroup(batch).values()) {
    const weights = outcomeWeights(
      group.map((index) => batch[index]?.outcome ?? 0),
      strength,
    );
    weights.forEach((weight, member) => (factors[group[member] ?? -1] = weight));
  }
  return factors;
}

/** How much likelier the other temperature makes a token that the policy sampled. */
function temperedRatio(trajectory: Trajectory | undefined, token: number): number {
  const tempered = trajectory?.tokens.temperedLogProbs ?? missingInput('log-probs at a second temperature');
  return Math.exp((tempered[token] ?? 0) - (trajectory?.tokens.logProbs[token] ?? 0));
}
