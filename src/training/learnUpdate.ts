import { monotonicMs } from '../base/clock.ts';
import type { Learner } from '../policy/engine.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { BatchStats } from './batchStats.ts';
import { learnBatch, type LearningNews, type LearningState } from './learn.ts';
import { measureBatch } from './measure.ts';
import { needsOf } from './objective/needs.ts';
import { trainableObjective } from './objective/trainable.ts';
import { policyMeasures } from './policyMeasures.ts';
import type { Table } from './rollout.ts';
import { scoreBatch, type ScoredBatch } from './score.ts';
import type { RewardedBatch } from './sides.ts';
import { tracesOf } from './traces.ts';
import type { TrainingNews } from './train.ts';
import type { TrainerState } from './trainerState.ts';
import { zeroValueHead } from './valueHead.ts';

/** What an update learns with. */
export interface Workshop<State> {
  /** Of the update. */
  readonly config: RunConfig;
  readonly table: Table<State>;
  readonly learner: Learner;
  /** Width of what a value head reads. */
  readonly hiddenSize: number;
  readonly signal: AbortSignal;
}

/** What became of the batch. */
export interface LearntUpdate {
  readonly scored: ScoredBatch;
  readonly learned: LearningState;
  readonly stats: BatchStats;
  /** What the environment can say exactly of the policy; null where it cannot. */
  readonly measures: Readonly<Record<string, number>> | null;
  readonly scoreSeconds: number;
}

/**
 * From a rewarded batch to the step, wherever the batch comes from: measure, compare, learn. All or nothing, as `learnBatch`;
 * nothing is awaited between its last step and the return.
 *
 * @param kept the batch as the run records it; as it is, if nothing is said
 */
export async function* learnUpdate<State>(
  { config, table, learner, hiddenSize, signal }: Workshop<State>,
  before: TrainerState,
  rewarded: RewardedBatch,
  kept: (scored: ScoredBatch) => ScoredBatch = (scored) => scored,
): AsyncGenerator<TrainingNews, LearntUpdate> {
  const updateIndex = before.updatesDone;
  const startedAt = monotonicMs();
  const objective = trainableObjective(config, updateIndex / config.updates);
  const valueHead = needsOf(objective).has('values') ? (before.valueHead ?? zeroValueHead(hiddenSize)) : null;
  const known = { valueHead, memory: before.memory };
  const measuring = measureBatch(config, objective, learner, rewarded.examples, known, signal);
  let share = await measuring.next();
  for (; !share.done; share = await measuring.next()) {
    yield { kind: 'phase.progressed', updateIndex, phase: 'score', share: share.value };
  }
  const scored = scoreBatch(config, rewarded, share.value, updateIndex, before.memory);
  const recorded = kept(scored);
  yield { kind: 'episodes.scored', updateIndex, episodes: [...recorded.episodes] };
  const scoreSeconds = (monotonicMs() - startedAt) / 1000;
  const isExact = config.agent === 'script'; // what the strategist writes is then all that it does
  const measures = isExact ? await policyMeasures(table, learner, config.strategistTemperature) : null;

  const told: LearningNews<TrainingNews> = {
    progressed: (share) => ({ kind: 'phase.progressed', updateIndex, phase: 'update', share }),
    measured: (tokenStats) => {
      const traces = tracesOf(recorded, tokenStats, updateIndex);
      return { kind: 'batch.recorded', updateIndex, episodes: recorded.episodes, traces };
    },
  };
  const { optimizerStep } = before;
  const steps = learnBatch(config, learner, scored, { optimizerStep, valueHead }, updateIndex, told, signal);
  const { stats, ...learned } = yield* steps;
  return { scored, learned, stats, measures, scoreSeconds };
}
