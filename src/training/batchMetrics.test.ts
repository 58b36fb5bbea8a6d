import { expect, test } from 'vitest';
import { writeEpisode, scoreEpisodes } from '../../tests/playedEpisode.ts';
import { UpdateMetrics } from '../record/metrics.ts';
import { EMPTY_MEMORY } from '../record/objectiveMemory.ts';
import { defaultRunConfig } from '../record/runConfig.ts';
import { batchMetrics } from './batchMetrics.ts';

const config = { ...defaultRunConfig(), turnReward: 'terminal', turnDiscount: 0.5, advantage: 'paper' } as const;
const stats = {
  loss: -0.25,
  seconds: 1,
  gradientNorm: 1,
  entropy: 2,
  klToBase: 0.125,
  logProbDifferenceMax: 1e-7,
  ratioDeviationMax: 2e-7,
  tokensTrained: 5,
  objective: {},
};
const measured = { gradientNorm: 0.5, learningRate: 1e-3, rolloutSeconds: 4, scoreSeconds: 0.5, updateSeconds: 2 };

const agreed = writeEpisode({ episodeId: 'a', points: [8, 4], isParetoOptimal: true }, [
  { seat: 0, sampled: [1, 2], family: null },
  { seat: 1, sampled: [3], action: { kind: 'invalid', reason: 'unclear' } },
  { seat: 0, sampled: [4, 5], isComplete: false },
]);
/** Seat 1 is the frozen base here. */
const failed = writeEpisode({ episodeId: 'b', points: [0, 0], endReason: 'turn-limit', trainedSeats: [0] }, [
  { seat: 0, sampled: [6] },
  { seat: 1, sampled: [7] },
]);

const metricsOf = (episodes: readonly (typeof agreed)[]) =>
  batchMetrics(
    { episodes, tokensFed: 100, tokensSampled: 40 },
    scoreEpisodes(config, episodes, 0, EMPTY_MEMORY),
    stats,
    measured,
  );

test('means and shares of a batch of two', () => {
  expect(metricsOf([agreed, failed])).toMatchObject({
    pointsSeat0: 4,
    pointsSeat1: 2,
    pointsTrained: (8 + 4 + 0) / 3, // three trained sides
    agreementShare: 0.5,
    paretoShare: 1, // of the one that agreed
    readableShare: 3 / 4, // of the four strategies of trained seats
    applicableShare: 3 / 4,
    invalidActionShare: 1 / 5,
    truncatedStrategyShare: 1 / 4, // of the same four
    turnsPerEpisode: 2.5,
  });
});

test('rewards and returns are those of the trained turns', () => {
  // Trained turns: seat 0 earns 0 and 0.8 (returns 0.4, 0.8), seat 1 earns 0.4; the failed episode's one earns 0.
  const { turnRewardMean, returnMean } = metricsOf([agreed, failed]);
  expect(turnRewardMean).toBeCloseTo((0 + 0.8 + 0.4 + 0) / 4);
  expect(returnMean).toBeCloseTo((0.4 + 0.8 + 0.4 + 0) / 4);
});

test('tokens per second are those of the roll-out; what was measured passes through', () => {
  expect(metricsOf([agreed])).toMatchObject({
    ...measured,
    tokensPerSecond: 25,
    tokensFed: 100,
    tokensSampled: 40,
    tokensTrained: 5,
    loss: -0.25,
    entropy: 2,
    klToBase: 0.125,
    ratioDeviationMax: 2e-7,
  });
});

test('a batch in which nothing happened has numbers all the same', () => {
  const metrics = { ...metricsOf([]), saveSeconds: 0 };
  expect(UpdateMetrics.parse(metrics)).toEqual(metrics); // z.number() refuses NaN
  const untouched = metricsOf([writeEpisode({ episodeId: 'c', points: [0, 0], endReason: 'context-full' }, [])]);
  expect(UpdateMetrics.parse({ ...untouched, saveSeconds: 0 })).toMatchObject({ paretoShare: 0, readableShare: 0 });
});
