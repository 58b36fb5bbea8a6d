import { monotonicMs, wallClockMs } from '../base/clock.ts';
import { isAbort } from '../base/errors.ts';
import { Owner } from '../base/owner.ts';
import type { Environment } from '../environment/environment.ts';
import type { Engine } from '../policy/engine.ts';
import { adapterGradients, adapterScale } from '../policy/lora.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import type { Weights } from '../policy/weights.ts';
import type { Checkpoint, CheckpointManifest, CheckpointStore } from '../record/checkpoint.ts';
import type { Episode } from '../record/episode.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { RunEvent } from '../record/runEvent.ts';
import type { Trace } from '../record/trace.ts';
import { collectBatch, planBatch, slotsNeeded } from './collect.ts';
import { accumulateGradient } from './learn.ts';
import { batchMetrics } from './batchMetrics.ts';
import { adamWOptions, adamWStep, clipGlobalNorm, learningRateAt } from './optimizer.ts';
import type { Table } from './rollout.ts';
import type { Order, RunControl } from './runControl.ts';
import { scoreBatch, tracesOf } from './score.ts';
import {
  assertSuits,
  effectiveWeights,
  fromCheckpoint,
  initialState,
  toCheckpoint,
  type TrainerState,
} from './trainerState.ts';

/** News for the page, and the batch's records for whoever keeps them. */
export type TrainingNews =
  | RunEvent
  | {
      readonly kind: 'batch.recorded';
      readonly updateIndex: number;
      readonly episodes: readonly Episode[];
      readonly traces: readonly Trace[];
    };

export interface TrainingRun {
  readonly runId: string;
  readonly config: RunConfig;
  /** Where to go on; null starts at the base model. */
  readonly resumeFrom: Checkpoint | null;
}

export interface TrainingPorts<State> {
  readonly environment: Environment<State>;
  readonly modelName: string;
  readonly model: LoadedCheckpoint;
  readonly engine: Engine;
  readonly checkpoints: Pick<CheckpointStore, 'save'>;
  readonly control: RunControl;
}

/**
 * Plays, scores, learns, repeats: one optimizer step per batch of dialogues, strictly on-policy. Yields everything that
 * happens. Whatever interrupts it, the state after the last complete update is saved before it ends.
 */
export async function* train<State>(run: TrainingRun, ports: TrainingPorts<State>): AsyncGenerator<TrainingNews, void> {
  const { config } = run;
  const { control } = ports;
  using session = openSession(run, ports);
  let state = session.state;
  /** Time spent on checkpoints since the last update was reported. */
  let saveSeconds = 0;
  let savedAt = run.resumeFrom ? state.updatesDone : -1;
  async function store(label: string, isKept: boolean): Promise<CheckpointManifest> {
    const checkpoint = toCheckpoint(state, {
      checkpointId: `${run.runId}-${state.updatesDone}${isKept ? `-kept-${wallClockMs()}` : ''}`,
      runId: run.runId,
      label,
      createdAtMs: wallClockMs(),
      modelName: ports.modelName,
      config,
      isKept,
    });
    const startedAt = monotonicMs();
    await ports.checkpoints.save(checkpoint);
    saveSeconds += (monotonicMs() - startedAt) / 1000;
    savedAt = state.updatesDone;
    return checkpoint.manifest;
  }
  async function* save(label: string, isKept = false): AsyncGenerator<RunEvent, void> {
    yield { kind: 'checkpoint.saved', manifest: await store(label, isKept) };
  }
  const saveIfNew = (label: string) => (savedAt === state.updatesDone ? nothing() : save(label));
  /** A step was ordered: pause again after the update that is now due. */
  let isStepping = false;
  async function* obey(): AsyncGenerator<RunEvent, void> {
    let isPaused = false;
    for (;;) {
      const order = isPaused ? await control.wait() : isStepping ? PAUSE : control.take();
      isStepping = false;
      if (!order) return;
      if (order.kind === 'save') yield* save(order.label, true);
      else if (order.kind === 'pause' && !isPaused) {
        yield* saveIfNew('paused');
        yield { kind: 'run.paused', updatesDone: state.updatesDone };
        isPaused = true;
      } else if (order.kind !== 'pause' && isPaused) {
        yield { kind: 'run.continued', updatesDone: state.updatesDone };
        isPaused = false;
        if (order.kind === 'step') {
          isStepping = true;
          return;
        }
      }
    }
  }

  let isOver = false;
  try {
    yield { kind: 'run.started', config, modelName: ports.modelName, updatesDone: state.updatesDone };
    while (state.updatesDone < config.updates) {
      yield* obey();
      control.signal.throwIfAborted();
      const updateIndex = state.updatesDone;
      const { next, metrics } = yield* session.update(state);
      state = next;
      yield { kind: 'update.finished', updateIndex, metrics: { ...metrics, saveSeconds } };
      saveSeconds = 0;
      if (state.updatesDone % config.updatesPerCheckpoint === 0 || state.updatesDone === config.updates) {
        yield* save(`update ${state.updatesDone}`);
      }
    }
    yield* obey();
    isOver = true;
    yield { kind: 'run.finished', updatesDone: state.updatesDone };
  } catch (thrown) {
    isOver = true;
    yield* saveIfNew(isAbort(thrown) ? 'stopped' : 'before the failure');
    if (!isAbort(thrown)) throw thrown;
    yield { kind: 'run.stopped', updatesDone: state.updatesDone };
  } finally {
    // Whoever stops asking (`return()`) gets no more news, but the checkpoint all the same.
    if (!isOver && savedAt !== state.updatesDone) await store('stopped', false);
  }
}

const PAUSE: Order = { kind: 'pause' };

/** A generator that yields nothing. */
async function* nothing(): AsyncGenerator<never, void> {}

/** Device resources of a run, and the step that uses them. What was opened before a failure is freed. */
function openSession<State>(run: TrainingRun, ports: TrainingPorts<State>) {
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
  run: TrainingRun,
  { environment, model, engine, control }: TrainingPorts<State>,
  resources: Owner,
) {
  const { config } = run;
  const { signal } = control;
  if (run.resumeFrom) assertSuits(run.resumeFrom, model.config);
  const state = run.resumeFrom ? fromCheckpoint(run.resumeFrom) : initialState(config, model.config, model.weights);
  const policy = resources.own(engine.createWeightSet(effectiveWeights(config, model.weights, state.parameters)));
  const base = resources.own(engine.createWeightSet(model.weights));
  const slots = slotsNeeded(config);
  const policyDecoder = resources.own(engine.createDecoder(policy, slots.policy));
  const baseDecoder = resources.own(engine.createDecoder(base, slots.base));
  const tokenLimit = Math.max(config.tokensPerMicroBatch, model.config.contextLength);
  const learner = resources.own(engine.createLearner(policy, base, tokenLimit));
  const table: Table<State> = {
    environment,
    tokenizer: model.tokenizer,
    chatFormat: model.chatFormat,
    contextLength: model.config.contextLength,
    turnLimit: config.turnLimit,
    strategyTokenLimit: config.strategyTokenLimit,
    actionTokenLimit: config.actionTokenLimit,
  };

  /** One update: a new state, or an exception and the old one. */
  async function* update(
    before: TrainerState,
  ): AsyncGenerator<TrainingNews, { next: TrainerState; metrics: Omit<UpdateMetrics, 'saveSeconds'> }> {
    const updateIndex = before.updatesDone;
    const startedAt = monotonicMs();
    const plans = planBatch(config, environment, updateIndex, policyDecoder, baseDecoder);
    const batch = yield* collectBatch(table, plans, updateIndex, signal);
    const collectedAt = monotonicMs();
    const scored = scoreBatch(config, batch.episodes, updateIndex, before.baselineState);
    yield { kind: 'episodes.scored', updateIndex, episodes: [...scored.episodes] };
    const scoredAt = monotonicMs();

    const progress = accumulateGradient(config, learner, scored.examples, signal);
    let step = await progress.next();
    while (!step.done) {
      yield { kind: 'phase.progressed', updateIndex, phase: 'update', share: step.value };
      step = await progress.next();
    }
    const stats = step.value;
    const { parameters, optimizerStep, moments, gradientNorm } = descend(before, await learner.takeGradients());
    signal.throwIfAborted();
    policy.update(effectiveWeights(config, model.weights, parameters));
    const updatedAt = monotonicMs();

    yield {
      kind: 'batch.recorded',
      updateIndex,
      episodes: scored.episodes,
      traces: tracesOf(scored, stats.tokenStats, updateIndex),
    };
    const metrics = batchMetrics(batch, scored, stats, {
      gradientNorm,
      learningRate: learningRateAt(config, updateIndex),
      rolloutSeconds: (collectedAt - startedAt) / 1000,
      scoreSeconds: (scoredAt - collectedAt) / 1000,
      updateSeconds: (updatedAt - scoredAt) / 1000,
    });
    return {
      next: {
        updatesDone: updateIndex + 1,
        parameters,
        moments,
        optimizerStep,
        baselineState: scored.baselineState,
        score: metrics.pointsTrained,
      },
      metrics,
    };
  }

  /** Gradient of the effective weights → gradient of what is trained → clip → AdamW. */
  function descend(before: TrainerState, weightGradients: Weights) {
    const own =
      config.adaptation === 'lora'
        ? adapterGradients(weightGradients, before.parameters, adapterScale(config.loraRank, config.loraAlpha))
        : weightGradients;
    const { gradients, norm } = clipGlobalNorm(own, config.gradientClipNorm);
    const optimizerStep = before.optimizerStep + 1;
    const options = adamWOptions(config, before.updatesDone);
    const { parameters, moments } = adamWStep(before.parameters, gradients, before.moments, optimizerStep, options);
    return { parameters, moments, optimizerStep, gradientNorm: norm };
  }

  return { state, update };
}
