import { assertNever } from '../../base/errors.ts';
import type { TrajectoryStatistics } from './lossOfPart.ts';
import { missingInput } from './missingInput.ts';
import type { EntropyBand, Regulariser } from './parts.ts';
import type { BatchPlan, PlannedTrajectory } from './planBatch.ts';
import { outsideBand, type EntropyHistory } from './regulariser/entropyBand.ts';
import { klEstimate, ratioWeighted } from './regulariser/klEstimate.ts';
import { EMPTY_TALLY, type Tally } from './tally.ts';

/** All regularisers of one trajectory: their addend of the loss and the four derivatives per token. */
export interface RegulariserTerms {
  readonly loss: number;
  readonly logProb: Float64Array;
  readonly entropy: Float64Array;
  readonly klToBase: Float64Array;
  readonly klFromBase: Float64Array;
  readonly tally: Tally;
}

export function regulariserTerms(plan: BatchPlan, index: number, now: TrajectoryStatistics): RegulariserTerms {
  const length = now.logProbs.length;
  const sums = {
    logProb: new Float64Array(length),
    entropy: new Float64Array(length),
    klToBase: new Float64Array(length),
    klFromBase: new Float64Array(length),
  };
  const planned = plan.trajectories[index];
  if (!planned) throw new RangeError(`regulariserTerms: the batch has no trajectory ${index}`);
  let loss = 0;
  plan.objective.regularisers.forEach((regulariser, position) => {
    const weights = planned.regulariserWeights[position] ?? new Float64Array(length);
    const add = (into: keyof typeof sums, token: number, slope: number) => {
      sums[into][token] = (sums[into][token] ?? 0) + slope;
    };
    loss += addTerm(regulariser, weights, now, plan, index, add);
  });
  return { loss, ...sums, tally: { ...EMPTY_TALLY, regulariserLoss: loss } };
}

type Add = (into: 'logProb' | 'entropy' | 'klToBase' | 'klFromBase', token: number, slope: number) => void;

/** Adds one regulariser's derivatives and returns its loss. */
function addTerm(
  regulariser: Regulariser,
  weights: Float64Array,
  now: TrajectoryStatistics,
  { batch, entropyHistory, trajectories }: BatchPlan,
  index: number,
  add: Add,
): number {
  const tokens = batch[index]?.tokens;
  const planned = trajectories[index];
  if (!tokens || !planned || weights.every((weight) => weight === 0)) return 0;
  switch (regulariser.kind) {
    case 'kl-in-reward':
      return 0;
    case 'exact-kl': {
      const name = regulariser.direction === 'to-base' ? 'klToBase' : 'klFromBase';
      return linear(weights, now[name], (token, weight) => add(name, token, weight));
    }
    case 'entropy-bonus':
    case 'entropy-target':
      return -linear(weights, now.entropies, (token, weight) => add('entropy', token, -weight));
    case 'demonstration-kl':
    case 'tempered-reinforce': {
      if (regulariser.kind === 'demonstration-kl' || regulariser.from === 'sampled') {
        return -linear(weights, now.logProbs, (token, weight) => add('logProb', token, -weight));
      }
      const ratios = now.logProbs.map((logProb, token) => Math.exp(logProb - (tokens.logProbs[token] ?? 0)));
      return -linear(weights, ratios, (token, weight) => add('logProb', token, -weight * (ratios[token] ?? 0)));
    }
    case 'kl-estimate': {
      const base = now.baseLogProbs ?? missingInput('the base model’s log-probs');
      return weights.reduce((sum, weight, token) => {
        const logProb = now.logProbs[token] ?? 0;
        const plain = klEstimate(regulariser.estimator, logProb, base[token] ?? 0);
        const ratio = Math.exp(logProb - (tokens.logProbs[token] ?? 0));
        const { value, slope } = regulariser.isRatioWeighted ? ratioWeighted(plain, ratio) : plain;
        if (weight !== 0) add('logProb', token, weight * slope);
        return weight === 0 ? sum : sum + weight * value;
      }, 0);
    }
    case 'entropy-band':
      return bandTerm(regulariser, weights, now.entropies, planned, entropyHistory, add);
    default:
      return assertNever(regulariser);
  }
}

/** Per turn: the hinge of its mean entropy, weighing as much as its tokens together. No history, no band. */
function bandTerm(
  band: EntropyBand,
  weights: Float64Array,
  entropies: Float64Array,
  { turnOfToken }: PlannedTrajectory,
  history: EntropyHistory,
  add: Add,
): number {
  let loss = 0;
  for (const turn of new Set(turnOfToken)) {
    const own = turnOfToken.flatMap((other, token) => (other === turn && weights[token] !== 0 ? [token] : []));
    const { mean, updates } = history[turn] ?? { mean: 0, updates: 0 };
    if (own.length === 0 || updates === 0) continue;
    const now = own.reduce((sum, token) => sum + (entropies[token] ?? 0), 0) / own.length;
    const weight = own.reduce((sum, token) => sum + (weights[token] ?? 0), 0);
    const { value, slope } = outsideBand(now, mean, band);
    loss += weight * value;
    for (const token of own) add('entropy', token, (weight * slope) / own.length);
  }
  return loss;
}

/** `Σ weight · value`, telling `each` the weight of every token that has one. */
function linear(weights: Float64Array, values: Float64Array, each: (token: number, weight: number) => void): number {
  return weights.reduce((sum, weight, token) => {
    if (weight === 0) return sum;
    each(token, weight);
    return sum + weight * (values[token] ?? NaN);
  }, 0);
}
