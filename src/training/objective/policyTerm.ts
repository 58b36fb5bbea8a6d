import { assertNever } from '../../base/errors.ts';
import type { Trajectory } from './batch.ts';
import type { Coupling } from './coupling.ts';
import { contrastiveLoss } from './likelihood/contrastivePairs.ts';
import { guidedSurrogate } from './likelihood/guidedLikelihood.ts';
import { logRatios, oldLogProbs } from './likelihood/importanceRatio.ts';
import { logRatioToBase, pairMembers } from './coupling.ts';
import type { TrajectoryStatistics } from './lossOfPart.ts';
import { missingInput } from './missingInput.ts';
import type { RatioLikelihood, Stabiliser } from './parts.ts';
import type { BatchPlan, PlannedTrajectory } from './planBatch.ts';
import type { Bounds } from './stabiliser/adaptiveBounds.ts';
import { clippedSurrogate, dualClipped } from './stabiliser/clip.ts';
import { entropyBounds, redistributed } from './stabiliser/entropyClip.ts';
import { plainSurrogate, type Surrogate } from './stabiliser/surrogate.ts';
import { truncatedWeight } from './stabiliser/truncatedWeight.ts';
import { EMPTY_TALLY, type Tally } from './tally.ts';

/** The policy term of one trajectory: its addend of the loss and the derivative by each token's log-prob. */
export interface PolicyTerm {
  readonly loss: number;
  readonly logProb: Float64Array;
  readonly ratios: Float64Array;
  readonly tally: Tally;
}

export function policyTerm(
  plan: BatchPlan,
  index: number,
  now: TrajectoryStatistics,
  coupling: Coupling | null,
): PolicyTerm {
  const planned = plan.trajectories[index];
  const trajectory = plan.batch[index];
  if (!planned || !trajectory) throw new RangeError(`policyTerm: the batch has no trajectory ${index}`);
  if (plan.objective.kind === 'contrastive') return pairTerm(plan, index, now, coupling);
  const surrogates = surrogatesOf(plan, trajectory, planned, now, coupling?.bounds ?? null);
  const logProb = new Float64Array(now.logProbs.length);
  let loss = 0;
  surrogates.terms.forEach(({ value, slope }, token) => {
    const weight = planned.weights[token] ?? 0;
    if (weight === 0) return;
    loss -= weight * value;
    logProb[token] = -weight * slope;
  });
  // A ratio to the policy with help says how much the help did, not how far the weights have moved.
  const ratios = trajectory.source === 'guided' ? new Float64Array(logProb.length).fill(1) : surrogates.ratios;
  const tally = tallyOf(planned, now, { ...surrogates, ratios }, loss);
  return { loss, logProb, ratios: surrogates.ratios, tally };
}

interface Surrogates {
  readonly terms: readonly Surrogate[];
  /** Raw, of each token's unit. */
  readonly ratios: Float64Array;
}

/** What each token's likelihood makes of its advantage. */
function surrogatesOf(
  { objective }: BatchPlan,
  { source, tokens }: Trajectory,
  planned: PlannedTrajectory,
  now: TrajectoryStatistics,
  bounds: Bounds | null,
): Surrogates {
  const none = new Float64Array(now.logProbs.length).fill(1);
  const scoreFunction = () => ({
    terms: Array.from(now.logProbs, (logProb, token) => {
      const advantage = planned.advantages[token] ?? 0;
      return { value: advantage * logProb, slope: advantage, clipped: null };
    }),
    ratios: none,
  });
  if (objective.kind === 'contrastive' || source === 'demonstration' || source === 'tempered') return scoreFunction();
  if (source === 'guided') {
    const guided = objective.data.guided ?? missingInput('a rule for guided trajectories');
    const terms = Array.from(now.logProbs, (logProb, token) =>
      guidedSurrogate(guided, logProb, tokens.logProbs[token] ?? 0, planned.advantages[token] ?? 0),
    );
    return {
      terms,
      ratios: Float64Array.from(now.logProbs, (logProb, token) => Math.exp(logProb - (tokens.logProbs[token] ?? 0))),
    };
  }
  const { likelihood } = objective;
  return likelihood.kind === 'score-function'
    ? scoreFunction()
    : ratioSurrogates(likelihood, tokens, planned, now, bounds);
}

/**
 * Surrogates of importance ratios. A ratio of a turn or a sequence reaches each of its tokens as `stop(s)·π/stop(π)` (GSPO-token,
 * arXiv 2507.18071): for one advantage per unit the gradient is that of the plain ratio, and several stay apart.
 */
function ratioSurrogates(
  likelihood: RatioLikelihood,
  tokens: Trajectory['tokens'],
  planned: PlannedTrajectory,
  now: TrajectoryStatistics,
  bounds: Bounds | null,
): Surrogates {
  const old = oldLogProbs(likelihood, tokens);
  const { unit, stabiliser, rejection } = likelihood;
  const constant = logRatios(unit, now.constantLogProbs, old, planned.turnOfToken, planned.isTrained);
  const ratios = Float64Array.from(constant, Math.exp);
  const terms = Array.from(now.logProbs, (logProb, token) => {
    const constantRatio = ratios[token] ?? 1;
    if (rejection?.kind === 'ratio' && (constantRatio < rejection.low || constantRatio > rejection.high))
      return REJECTED;
    const own: RatioToken = {
      ratio: constantRatio * Math.exp(logProb - (now.constantLogProbs[token] ?? logProb)),
      constantRatio,
      logProb,
      advantage: planned.advantages[token] ?? 0,
      entropyRank: planned.entropyRanks[token] ?? 0,
    };
    return stabilised(stabiliser, own, bounds);
  });
  return { terms, ratios };
}

const REJECTED: Surrogate = { value: 0, slope: 0, clipped: null };

interface RatioToken {
  readonly ratio: number;
  readonly constantRatio: number;
  readonly logProb: number;
  readonly advantage: number;
  readonly entropyRank: number;
}

function stabilised(stabiliser: Stabiliser, token: RatioToken, bounds: Bounds | null): Surrogate {
  const { ratio, constantRatio, logProb, advantage, entropyRank } = token;
  switch (stabiliser.kind) {
    case 'none':
      return plainSurrogate(ratio, advantage);
    case 'clip': {
      const clipped = clippedSurrogate(ratio, advantage, 1 - stabiliser.low, 1 + stabiliser.high);
      return stabiliser.dual === null ? clipped : dualClipped(clipped, advantage, stabiliser.dual);
    }
    case 'adaptive-bounds': {
      const { low, high } = bounds ?? missingInput('the bounds of the batch (couplingOf)');
      const clipped = clippedSurrogate(ratio, advantage, low, high);
      return stabiliser.dual === null ? clipped : dualClipped(clipped, advantage, stabiliser.dual);
    }
    case 'truncated-weight':
      return truncatedWeight(constantRatio, logProb, advantage, 1 - stabiliser.low, 1 + stabiliser.high);
    case 'entropy-clip': {
      const own = entropyBounds(entropyRank, stabiliser.range);
      return clippedSurrogate(ratio, redistributed(advantage, entropyRank, constantRatio, own), own.low, own.high);
    }
    default:
      return assertNever(stabiliser);
  }
}

function pairTerm(plan: BatchPlan, index: number, now: TrajectoryStatistics, coupling: Coupling | null): PolicyTerm {
  const { objective, trajectories } = plan;
  const planned = trajectories[index];
  const logProb = new Float64Array(now.logProbs.length);
  const ratios = new Float64Array(now.logProbs.length).fill(1);
  if (objective.kind !== 'contrastive' || !planned?.isUsed) return { loss: 0, logProb, ratios, tally: EMPTY_TALLY };
  const known = coupling?.logRatiosToBase ?? missingInput('the log-ratios of the whole batch (couplingOf)');
  const own = {
    earned: plan.returns[index]?.[0] ?? 0,
    logRatio: logRatioToBase(planned, now.logProbs, now.baseLogProbs),
  };
  const { loss, slope } = contrastiveLoss(own, pairMembers(plan, index, known), objective.klWeight);
  planned.isTrained.forEach((bit, token) => (logProb[token] = (bit * slope) / plan.trajectoryCount));
  const total = loss / plan.trajectoryCount;
  return { loss: total, logProb, ratios, tally: tallyOf(planned, now, { terms: [], ratios }, total) };
}

function tallyOf(
  { isTrained }: PlannedTrajectory,
  now: TrajectoryStatistics,
  { terms, ratios }: Surrogates,
  policyLoss: number,
): Tally {
  const tally = { ...EMPTY_TALLY, policyLoss };
  isTrained.forEach((bit, token) => {
    if (bit === 0) return;
    const ratio = ratios[token] ?? 1;
    const clipped = terms[token]?.clipped ?? null;
    tally.tokens += 1;
    tally.entropy += now.entropies[token] ?? 0;
    tally.klToBase += now.klToBase[token] ?? 0;
    tally.logRatio -= Math.log(ratio);
    tally.ratio += ratio;
    tally.ratioMin = Math.min(tally.ratioMin, ratio);
    tally.ratioMax = Math.max(tally.ratioMax, ratio);
    tally.clippedLow += clipped === 'low' ? 1 : 0;
    tally.clippedHigh += clipped === 'high' ? 1 : 0;
    tally.clippedDual += clipped === 'dual' ? 1 : 0;
  });
  return tally;
}
