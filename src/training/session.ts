import { monotonicMs } from '../base/clock.ts';
import { Owner } from '../base/owner.ts';
import type { LearnerState } from '../policy/engine.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import type { RunEvent } from '../record/runEvent.ts';
import { batchMetrics } from './batchMetrics.ts';
import { collectBatch, planBatch } from './collect.ts';
import { accumulateGradient } from './learn.ts';
import { trainableObjective } from './objectiveBatch.ts';
import { adamWOptions, learningRateAt } from './optimizer.ts';
import { policyMeasures } from './policyMeasures.ts';
import type { Table } from './rollout.ts';
import { runShape } from './runShape.ts';
import { scoreBatch, tracesOf } from './score.ts';
import type { TrainingNews, TrainingPorts, TrainingRun } from './train.ts';
import {
  assertSuits,
  INITIAL_STATE,
  initialParameters,
  learnerStateOf,
  stateOf,
  trainableOf,
  type TrainerState,
} from './trainerState.ts';

/** The device's side of a run: what is open on it, and the update that uses it. */
export interface Session extends Disposable {
  /** Where the run begins or goes on. */
  readonly state: TrainerState;
  /** Waits until the device is ready; yields news of it. */
  prepare(): AsyncGenerator<RunEvent, void>;
  /** Parameters and moments as they are after the last complete update. */
  readLearner(): Promise<LearnerState>;
  /** One update: a new state, or an exception, and nothing has changed. */
  update(
    before: TrainerState,
  ): AsyncGenerator<TrainingNews, { next: TrainerState; metrics: Omit<UpdateMetrics, 'saveSeconds'> }>;
}

/** Opens everything on the device. What was opened before a failure is freed. */
export function openSession<State>(run: TrainingRun, ports: TrainingPorts<State>): Session {
  const resources = new Owner();
  try {
    const session = createSession(run, ports, resources);
    return { ...session, [Symbol.dispose]: () => resources[Symbol.dispose]() };
  } catch (thrown) {
    resources[Symbol.dispose]();
    throw thrown;
  }
}

function createSession<State>(
  { config, resumeFrom }: TrainingRun,
  { environment, model, engine, control }: TrainingPorts<State>,
  resources: Owner,
): Omit<Session, typeof Symbol.dispose> {
  const { signal } = control;
  trainableObjective(config); // refused before anything is opened or played
  if (resumeFrom) assertSuits(resumeFrom, model.config);
  const resumed = resumeFrom && learnerStateOf(resumeFrom);
  const parameters = resumed?.parameters ?? initialParameters(config, model.config, model.weights);
  const { precision, slotCount, tokenLimit } = runShape(config, engine);
  const base = resources.own(engine.loadWeights(model.weights, precision));
  const policy = resources.own(engine.createPolicy(base, trainableOf(config, parameters)));
  const decoder = resources.own(engine.createDecoder([policy, base], slotCount));
  const learner = resources.own(engine.createLearner(policy, tokenLimit));
  if (resumed) learner.writeState(resumed);
  const table: Table<State> = {
    environment,
    tokenizer: model.tokenizer,
    chatFormat: model.chatFormat,
    contextLength: model.config.contextLength,
    turnLimit: config.turnLimit || environment.turnLimit,
    strategyTokenLimit: config.strategyTokenLimit,
    actionTokenLimit: config.actionTokenLimit,
  };

  async function* prepare(): AsyncGenerator<RunEvent, void> {
    for await (const share of engine.prepare()) {
      signal.throwIfAborted();
      yield { kind: 'engine.prepared', share };
    }
  }

  async function* update(before: TrainerState): ReturnType<Session['update']> {
    const updateIndex = before.updatesDone;
    const startedAt = monotonicMs();
    const plans = planBatch(config, environment, updateIndex, policy, base);
    const batch = yield* collectBatch(table, plans, updateIndex, decoder, signal);
    const collectedAt = monotonicMs();
    const scored = scoreBatch(config, batch.episodes, updateIndex, before.memory);
    yield { kind: 'episodes.scored', updateIndex, episodes: [...scored.episodes] };
    const scoredAt = monotonicMs();
    const isExact = config.agent === 'script'; // what the strategist writes is then all that it does
    const measures = isExact ? await policyMeasures(table, learner, config.strategistTemperature) : null;
    const measuredAt = monotonicMs();

    const progress = accumulateGradient(config, learner, scored, signal);
    let part = await progress.next();
    while (!part.done) {
      yield { kind: 'phase.progressed', updateIndex, phase: 'update', share: part.value };
      part = await progress.next();
    }
    const stats = part.value;
    const differentiatedAt = monotonicMs();
    const traces = tracesOf(scored, stats.tokenStats, updateIndex);
    yield { kind: 'batch.recorded', updateIndex, episodes: scored.episodes, traces };
    // The last moment to turn back. From here to the new state nobody is asked.
    if (signal.aborted) learner.dropGradients();
    signal.throwIfAborted();
    const optimizerStep = before.optimizerStep + 1;
    const recordedAt = monotonicMs();
    const { gradientNorm } = await learner.step({
      ...adamWOptions(config, updateIndex),
      step: optimizerStep,
      maximumNorm: config.gradientClipNorm,
    });
    const metrics = batchMetrics(batch, scored, stats, {
      gradientNorm,
      learningRate: learningRateAt(config, updateIndex),
      rolloutSeconds: (collectedAt - startedAt) / 1000,
      scoreSeconds: (scoredAt - collectedAt) / 1000,
      updateSeconds: (differentiatedAt - measuredAt + monotonicMs() - recordedAt) / 1000,
    });
    const { memory } = scored.plan;
    const next = { updatesDone: updateIndex + 1, optimizerStep, memory, score: metrics.pointsTrained };
    return { next, metrics: measures ? { ...metrics, measures } : metrics };
  }

  const state = resumeFrom ? stateOf(resumeFrom) : INITIAL_STATE;
  return { state, prepare, readLearner: () => learner.readState(), update };
}
