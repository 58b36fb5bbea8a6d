import { monotonicMs } from '../../base/clock.ts';
import type { UpdateMetrics } from '../../record/metrics.ts';
import type { TrainingNews } from '../train.ts';
import { batchMetrics } from '../batchMetrics.ts';
import { learnUpdate, type Workshop } from '../learnUpdate.ts';
import { learningRateAt } from '../optimizer.ts';
import type { TrainerState } from '../trainerState.ts';
import { lessonConfig } from './lessonConfig.ts';
import { asRecorded, recallBatch, type Classroom } from './recallBatch.ts';

type Room<State> = Omit<Classroom<State>, 'learner'> & Workshop<State>;

/**
 * One update from dialogues that exist already: recall a mini-batch, take what it earned from the record, learn. Its numbers
 * (points, agreement …) are those of the recorded dialogues, and say nothing of how the policy plays. Nothing of it is
 * remembered but by an objective of the run's own.
 */
export async function* recallUpdate<State>(
  room: Room<State>,
  before: TrainerState,
): AsyncGenerator<TrainingNews, { next: TrainerState; metrics: Omit<UpdateMetrics, 'saveSeconds'> }> {
  const { lesson, signal } = room;
  const updateIndex = before.updatesDone;
  const config = lessonConfig(room.config, lesson);
  const startedAt = monotonicMs();
  const recalling = recallBatch({ ...room, config }, updateIndex, signal);
  let step = await recalling.next();
  for (; !step.done; step = await recalling.next()) {
    yield { kind: 'phase.progressed', updateIndex, phase: 'score', share: step.value };
  }
  const recalledAt = monotonicMs();
  const { batch, rewarded, metrics: own } = step.value;
  const learning = learnUpdate({ ...room, config }, before, rewarded, (scored) => asRecorded(scored, batch));
  const { scored, learned, stats, measures, scoreSeconds } = yield* learning;
  const metrics = batchMetrics(batch, scored, stats, {
    gradientNorm: stats.gradientNorm,
    learningRate: learningRateAt(config, updateIndex),
    rolloutSeconds: (recalledAt - startedAt) / 1000,
    scoreSeconds,
    updateSeconds: stats.seconds,
  });
  const memory = lesson.recipe === 'own' ? scored.plan.memory : before.memory;
  // A lesson without a value head must not take away that of the run.
  const valueHead = learned.valueHead ?? before.valueHead;
  const next = { ...learned, updatesDone: updateIndex + 1, valueHead, memory, score: before.score };
  const objective = { ...metrics.objective, ...own };
  return { next, metrics: { ...metrics, objective, ...(measures && { measures }) } };
}
