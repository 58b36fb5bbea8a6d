import { assertNever } from '../../../base/errors.ts';
import { ofTrainedTokens, type Trajectory, type TrajectoryTurn } from '../batch.ts';
import { leaveOneOutMeans } from './leaveOneOut.ts';
import { predictReturns, type TurnFeatures } from './linearBaseline.ts';
import type { Baseline } from '../parts.ts';
import { firstReturns, type Earned } from './earned.ts';
import { groupMeans } from './groupStatistics.ts';

/**
 * The number that is subtracted from the reward-to-go at each turn, [trajectory][turn]; null where there is nothing to
 * compare with. Always the reward-to-go, never single rewards: the policy decides how many of them there are.
 */
export function baselineValues(baseline: Baseline, earned: Earned): (number | null)[][] {
  const { batch, memory, returns } = earned;
  const sameForAllTurns = (values: readonly (number | null)[]) =>
    returns.map((turns, index) => turns.map(() => values[index] ?? null));
  switch (baseline.kind) {
    case 'none':
      return returns.map((turns) => turns.map(() => 0));
    case 'leave-one-out':
      return sameForAllTurns(meansOfOthers(earned, ({ group }) => group));
    case 'group-mean':
      return sameForAllTurns(groupMeans(groupsOf(batch), firstReturns(earned)));
    case 'group-token-mean':
      return sameForAllTurns(tokenMeans(earned));
    case 'batch-mean':
      return sameForAllTurns(groupMeans(seatsOf(batch), firstReturns(earned)));
    case 'seat-average':
      return sameForAllTurns(batch.map(({ seat }) => memory.seatAverages[seat] ?? 0));
    case 'linear':
      return linearPredictions(earned);
    case 'value-head':
      return batch.map(({ turns }) => turns.map(({ value }) => value));
    case 'turn-index-mean':
      return turnIndexMeans(earned);
    default:
      return assertNever(baseline);
  }
}

export function linearPredictions(earned: Earned): number[][] {
  return linearFeatures(earned).map((turns) => predictReturns(earned.memory.linear, turns));
}

/** The regressors of each turn. A trajectory alone in its group takes the mean of the others of its seat. */
export function linearFeatures(earned: Earned): TurnFeatures[][] {
  const inGroup = meansOfOthers(earned, ({ group }) => group);
  const inSeat = meansOfOthers(earned, ({ seat }) => `${seat}`);
  return earned.batch.map((trajectory, index) =>
    trajectory.turns.map((turn) => featuresOf(trajectory, turn, inGroup[index] ?? inSeat[index] ?? 0)),
  );
}

function featuresOf({ seat }: Trajectory, { situation }: TrajectoryTurn, leaveOneOutMean: number): TurnFeatures {
  return { seat, leaveOneOutMean, ...(situation ?? { offerValue: null, proposalValue: null, turnsLeft: 0 }) };
}

function meansOfOthers(earned: Earned, key: (trajectory: Trajectory) => string): (number | null)[] {
  const first = firstReturns(earned);
  return leaveOneOutMeans(
    earned.batch.map((trajectory, index) => ({ group: key(trajectory), firstReturn: first[index] ?? null })),
  );
}

function groupsOf(batch: readonly Trajectory[]): string[] {
  return batch.map(({ group }) => group);
}

function seatsOf(batch: readonly Trajectory[]): string[] {
  return batch.map(({ seat }) => `${seat}`);
}

/** The mean over all tokens of the group of what their trajectory earned: long trajectories weigh more (HAPO). */
function tokenMeans({ batch, takesPart, returns }: Earned): (number | null)[] {
  const groups: string[] = [];
  const values: (number | null)[] = [];
  batch.forEach(({ group, tokens }, index) =>
    ofTrainedTokens(tokens, tokens.logProbs).forEach(() => {
      groups.push(group);
      values.push(takesPart[index] ? (returns[index]?.[0] ?? null) : null);
    }),
  );
  const means = new Map(groupMeans(groups, values).map((mean, token) => [groups[token], mean]));
  return batch.map(({ group }) => means.get(group) ?? null);
}

/** The mean reward-to-go of those of the seat that got as far. Biased: who got as far depends on what is judged. */
function turnIndexMeans({ batch, takesPart, returns }: Earned): (number | null)[][] {
  return returns.map((turns, index) =>
    turns.map((_, turn) => {
      const peers = returns.filter(
        (values, other) => takesPart[other] && turn < values.length && batch[other]?.seat === batch[index]?.seat,
      );
      return peers.reduce((sum, values) => sum + (values[turn] ?? 0), 0) / Math.max(peers.length, 1);
    }),
  );
}
