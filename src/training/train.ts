import { monotonicMs, wallClockMs } from '../base/clock.ts';
import { isAbort } from '../base/errors.ts';
import type { Environment } from '../environment/environment.ts';
import type { Engine } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import type { Checkpoint, CheckpointManifest, CheckpointStore } from '../record/checkpoint.ts';
import type { Episode } from '../record/episode.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { RunEvent } from '../record/runEvent.ts';
import type { Trace } from '../record/trace.ts';
import type { Order, RunControl } from './runControl.ts';
import { openSession } from './session.ts';
import { toCheckpoint } from './trainerState.ts';

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
 * happens. Whatever interrupts it, the state after the last complete update is saved before it ends, unless the device that
 * held it is gone: then the last checkpoint counts.
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
    const startedAt = monotonicMs();
    const checkpoint = toCheckpoint(state, await session.readLearner(), {
      checkpointId: `${run.runId}-${state.updatesDone}${isKept ? `-kept-${wallClockMs()}` : ''}`,
      runId: run.runId,
      label,
      createdAtMs: wallClockMs(),
      modelName: ports.modelName,
      config,
      isKept,
    });
    await ports.checkpoints.save(checkpoint);
    saveSeconds += (monotonicMs() - startedAt) / 1000;
    savedAt = state.updatesDone;
    return checkpoint.manifest;
  }
  async function* save(label: string, isKept = false): AsyncGenerator<RunEvent, void> {
    yield { kind: 'checkpoint.saved', manifest: await store(label, isKept) };
  }
  const saveIfNew = (label: string) => (savedAt === state.updatesDone ? nothing() : save(label));
  /** What broke may also keep the state from being read or stored; it is what the person must hear of. */
  async function* saveIfPossible() {
    try {
      yield* saveIfNew('before the failure');
    } catch {
      return;
    }
  }
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
    yield* session.prepare();
    while (state.updatesDone < config.updates) {
      yield* obey();
      control.signal.throwIfAborted();
      const updateIndex = state.updatesDone;
      const { next, metrics } = yield* session.update(state);
      state = next; // nothing is awaited between the learner's step and this: they are one
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
    if (!isAbort(thrown)) {
      yield* saveIfPossible();
      throw thrown;
    }
    yield* saveIfNew('stopped');
    yield { kind: 'run.stopped', updatesDone: state.updatesDone };
  } finally {
    // Whoever stops asking (`return()`) gets no more news, but the checkpoint all the same.
    if (!isOver && savedAt !== state.updatesDone) await store('stopped', false);
  }
}

const PAUSE: Order = { kind: 'pause' };

/** A generator that yields nothing. */
async function* nothing(): AsyncGenerator<never, void> {}
