import { isScored } from '../environment/environment.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import type { SeatIndex } from '../record/scenario.ts';
import type { CollectedBatch } from './collect.ts';
import type { BatchStats } from './batchStats.ts';
import type { ScoredBatch } from './score.ts';

/** What an update measured, as one flat record (definitions: `record/metrics.ts`). */
export function batchMetrics(
  { episodes: played, tokensFed, tokensSampled }: CollectedBatch,
  scored: ScoredBatch,
  stats: BatchStats,
  measured: Pick<UpdateMetrics, 'gradientNorm' | 'learningRate' | 'rolloutSeconds' | 'scoreSeconds' | 'updateSeconds'> &
    Pick<UpdateMetrics, 'judge' | 'judgeSeconds' | 'agentUsage' | 'judgeUsage'>,
): Omit<UpdateMetrics, 'saveSeconds'> {
  // What was said with help, at another temperature or by experts says nothing of how the policy does.
  const episodes = played.filter(({ source }) => source === 'policy');
  const rows = scored.episodes.filter(({ source = 'policy' }) => source === 'policy');
  const allTurns = rows.flatMap((episode) => episode.turns);
  const trainedTurns = allTurns.filter(({ advantage }) => advantage !== null);
  const readings = trainedTurns.flatMap(({ strategyReading }) => (strategyReading ? [strategyReading] : []));
  const samples = episodes.flatMap(({ turns, trainedSeats }) =>
    turns.flatMap(({ sample, seat }) => (sample && trainedSeats.includes(seat) ? [sample] : [])),
  );
  const agreed = episodes.filter(({ outcome }) => outcome.endReason === 'agreement');
  const pointsOf = (seat: SeatIndex) =>
    episodes.flatMap(({ outcome }) => (isScored(outcome, seat) ? [outcome.points[seat]] : []));
  const trainedPoints = episodes.flatMap(({ outcome, trainedSeats }) =>
    trainedSeats.flatMap((seat) => (isScored(outcome, seat) ? [outcome.points[seat]] : [])),
  );
  return {
    pointsSeat0: mean(pointsOf(0)),
    pointsSeat1: mean(pointsOf(1)),
    pointsTrained: mean(trainedPoints),
    agreementShare: agreed.length / Math.max(1, episodes.length),
    paretoShare: share(agreed, ({ outcome }) => outcome.isParetoOptimal),
    readableShare: share(readings, ({ family }) => family !== null),
    applicableShare: share(readings, ({ isApplicable }) => isApplicable),
    invalidActionShare: share(allTurns, ({ action }) => action.kind === 'invalid'),
    truncatedStrategyShare: share(samples, ({ isComplete }) => !isComplete),
    turnsPerEpisode: allTurns.length / Math.max(1, episodes.length),
    turnRewardMean: mean(trainedTurns.map(({ reward }) => reward)),
    returnMean: mean(trainedTurns.map(({ returnToGo }) => returnToGo)),
    baselineExplainedVariance: scored.baselineExplainedVariance,
    loss: stats.loss,
    entropy: stats.entropy,
    klToBase: stats.klToBase,
    logProbDifferenceMax: stats.logProbDifferenceMax,
    ratioDeviationMax: stats.ratioDeviationMax,
    zeroSpreadGroupShare: scored.zeroSpreadGroupShare,
    tokensSampled,
    tokensFed,
    tokensTrained: stats.tokensTrained,
    tokensPerSecond: tokensFed / Math.max(1e-9, measured.rolloutSeconds),
    objective: storable(stats.objective),
    ...measured,
  };
}

/** JSON has no infinities and no NaN: the largest number stands for the first, and what is no number is left out. */
function storable(metrics: Readonly<Record<string, number>>): Record<string, number> {
  const clamp = (value: number) => Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) => (Number.isNaN(value) ? [] : [[name, clamp(value)]])),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function share<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.filter(holds).length / Math.max(1, items.length);
}
