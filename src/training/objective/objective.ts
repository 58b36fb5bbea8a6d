import type { RunConfig } from '../../record/runConfig.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { leaveOneOutAdvantages, leaveOneOutMeans } from './leaveOneOut.ts';
import { explainedVariance, learnReturns, predictReturns } from './linearBaseline.ts';
import type { BaselineState, TurnFeatures } from './linearBaseline.ts';
import { scaleToUnit } from './normalise.ts';
import { paperAdvantages } from './paperAdvantage.ts';
import { klTokenWeight, paperTokenWeights, turnTokenWeights } from './scoreFunction.ts';
import type { WeightedTurn } from './scoreFunction.ts';

/** One seat's side of one episode, as the objective sees it. */
export interface Trajectory {
  readonly seat: SeatIndex;
  /** Names the scenario; together with the seat it is the group that leave-one-out compares. */
  readonly scenario: string;
  readonly turns: readonly TrajectoryTurn[];
}

export interface TrajectoryTurn {
  readonly returnToGo: number;
  readonly offerValue: number | null;
  readonly proposalValue: number | null;
  readonly turnsLeft: number;
}

export interface BatchAdvantages {
  /** [trajectory][turn] */
  readonly advantages: number[][];
  /** What the linear baseline knows after this batch; unchanged for the other advantages. */
  readonly baselineState: BaselineState | null;
  /** Of the baseline as it was *before* this batch. */
  readonly baselineExplainedVariance: number;
}

/**
 * How much better each turn went than expected, for a whole batch.
 *
 * @param baselineState what `advantagesOfBatch` returned for the batch before; null at first
 */
export function advantagesOfBatch(
  config: Pick<RunConfig, 'advantage'>,
  batch: readonly Trajectory[],
  baselineState: BaselineState | null,
): BatchAdvantages {
  const returns = batch.map(({ turns }) => turns.map(({ returnToGo }) => returnToGo));
  if (config.advantage === 'paper') {
    return { advantages: returns.map(paperAdvantages), baselineState, baselineExplainedVariance: 0 };
  }
  const groupMeans = meansOfOthers(batch, ({ scenario, seat }) => `${scenario}/${seat}`);
  if (config.advantage === 'leave-one-out') {
    const advantages = returns.map((values, index) => leaveOneOutAdvantages(values, groupMeans[index] ?? null));
    const compared = returns.filter((_, index) => groupMeans[index] !== null);
    const predictions = groupMeans.flatMap((mean, index) =>
      mean === null ? [] : (returns[index] ?? []).map(() => mean),
    );
    return {
      advantages: scaleToUnit(advantages),
      baselineState,
      baselineExplainedVariance: explainedVariance(compared.flat(), predictions),
    };
  }
  const seatMeans = meansOfOthers(batch, ({ seat }) => `${seat}`); // for a trajectory that is alone in its group
  const features = batch.map((trajectory, index) => featuresOf(trajectory, groupMeans[index] ?? seatMeans[index] ?? 0));
  const predictions = features.map((turns) => predictReturns(baselineState, turns));
  const advantages = returns.map((values, row) => values.map((value, turn) => value - (predictions[row]?.[turn] ?? 0)));
  return {
    advantages: scaleToUnit(advantages),
    baselineState: learnReturns(baselineState, features.flat(), returns.flat()),
    baselineExplainedVariance: explainedVariance(returns.flat(), predictions.flat()),
  };
}

/** Per token, in the order of the trajectories, their turns, and the tokens in them. */
export interface TokenStatistics {
  readonly logProbs: ArrayLike<number>;
  readonly entropies: ArrayLike<number>;
  readonly klToBase: ArrayLike<number>;
  readonly klFromBase: ArrayLike<number>;
}

/** d loss / d statistic per token, in the same order. */
export interface LossAndCoefficients {
  /** This part's addend of the batch's loss, in nats. */
  readonly loss: number;
  readonly logProb: Float64Array;
  readonly entropy: Float64Array;
  readonly klToBase: Float64Array;
  readonly klFromBase: Float64Array;
}

/** Counts over all micro-batches: dividing by them makes the gradient independent of the split. */
export interface BatchSize {
  readonly trajectories: number;
  readonly turns: number;
}

/**
 * Loss of a part of the batch and its derivatives, over the tokens that the strategist sampled and nothing else.
 * `loss = Σ_tokens w · log-prob + k · KL(policy‖base)`; see `scoreFunction.ts` for w and k. Parts add up to the batch.
 *
 * @param part whole trajectories
 * @throws RangeError when the statistics are not those of the part's tokens
 */
export function lossOfPart(
  config: Pick<RunConfig, 'advantage' | 'klPenaltyPerNat'>,
  part: readonly (readonly WeightedTurn[])[],
  statistics: TokenStatistics,
  size: BatchSize,
): LossAndCoefficients {
  const logProb = Float64Array.from(
    part.flatMap((turns) =>
      config.advantage === 'paper' ? paperTokenWeights(turns, size.trajectories) : turnTokenWeights(turns, size.turns),
    ),
  );
  const tokenCount = logProb.length;
  for (const values of [statistics.logProbs, statistics.entropies, statistics.klToBase, statistics.klFromBase]) {
    if (values.length !== tokenCount) {
      throw new RangeError(
        `lossOfPart: ${tokenCount} tokens were sampled, but there are statistics of ${values.length}`,
      );
    }
  }
  const klToBase = new Float64Array(tokenCount).fill(klTokenWeight(config.klPenaltyPerNat, size.turns));
  return {
    loss: dot(logProb, statistics.logProbs) + dot(klToBase, statistics.klToBase),
    logProb,
    entropy: new Float64Array(tokenCount),
    klToBase,
    klFromBase: new Float64Array(tokenCount),
  };
}

function featuresOf({ seat, turns }: Trajectory, leaveOneOutMean: number): TurnFeatures[] {
  return turns.map(({ offerValue, proposalValue, turnsLeft }) => ({
    seat,
    leaveOneOutMean,
    offerValue,
    proposalValue,
    turnsLeft,
  }));
}

/** For each trajectory the mean first return of the others with the same key. */
function meansOfOthers(batch: readonly Trajectory[], key: (trajectory: Trajectory) => string): (number | null)[] {
  return leaveOneOutMeans(
    batch.map((trajectory) => ({ group: key(trajectory), firstReturn: trajectory.turns[0]?.returnToGo ?? null })),
  );
}

function dot(weights: Float64Array, values: ArrayLike<number>): number {
  return weights.reduce((sum, weight, index) => sum + weight * (values[index] ?? 0), 0);
}
