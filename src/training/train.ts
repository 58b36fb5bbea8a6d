import { isChatTrouble, type Chats } from '../agent/chat/chat.ts';
import { monotonicMs, wallClockMs } from '../base/clock.ts';
import { explain, isAbort } from '../base/errors.ts';
import type { Environment } from '../environment/environment.ts';
import type { Engine } from '../policy/engine.ts';
import type { AnyCheckpoint } from '../policy/formats/huggingFace.ts';
import type { LoraAdapter } from '../policy/formats/peft.ts';
import type { Checkpoint, CheckpointManifest, CheckpointStore } from '../record/checkpoint.ts';
import type { Dialogue } from '../record/dialogueSet.ts';
import type { Episode } from '../record/episode.ts';
import { configAt, type KnobChange, type LiveKnobs } from '../record/knobChange.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { RunEvent } from '../record/runEvent.ts';
import type { Trace } from '../record/trace.ts';
import type { OpponentPool } from './opponents.ts';
import type { AgentModelPorts } from './agentModel.ts';
import type { Order, RunControl } from './runControl.ts';
import { afterUpdate, evaluatedAfter, isBestSoFar, progressOf, withEvaluation } from './runProgress.ts';
import type { AskRule } from './rulePoints.ts';
import { openSession } from './session.ts';
import { toCheckpoint } from './trainerState.ts';
import { isEvaluationDue } from './validation.ts';

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
  /** As the run was begun. */
  readonly config: RunConfig;
  /** Knobs that were turned on the way, in order: a run that goes on turns them again. None, if nothing is said. */
  readonly changes?: readonly KnobChange[];
  /** Where to go on; null starts at the base model. */
  readonly resumeFrom: Checkpoint | null;
}

export interface TrainingPorts<State> {
  readonly environment: Environment<State>;
  readonly modelName: string;
  readonly model: AnyCheckpoint;
  /** Acts for seats whose agent is `other-model`; nobody, if nothing is said. */
  readonly agentModel?: AgentModelPorts | null;
  /** Where low-rank factors start; new ones, if nothing is said. */
  readonly adapter?: LoraAdapter | null;
  readonly engine: Engine;
  readonly checkpoints: Pick<CheckpointStore, 'save'>;
  readonly control: RunControl;
  /** What the run's lesson (`config.dialogues`) is about; none, if nothing is said. */
  readonly dialogues?: readonly Dialogue[];
  /** Who sits opposite in some of the dialogues; nobody but whom the config says, if nothing is said. */
  readonly opponents?: OpponentPool<State>;
  /** Who is asked outside the engine; nobody, if nothing is said. */
  readonly chats?: Chats;
  /** Scores dialogues by the rules of their scenarios' authors; nobody, if nothing is said. */
  readonly askRule?: AskRule;
}

/**
 * Plays, scores, learns, repeats; between updates it evaluates, saves and takes orders. Yields everything that happens.
 * Where somebody outside the engine does not answer, it saves and pauses, and says why.
 * Whatever interrupts it, the state after the last complete update is saved before it ends, unless the device that held it
 * is gone: then the last checkpoint counts. What was not complete, an update or an evaluation, is repeated when it goes on.
 */
export async function* train<State>(run: TrainingRun, ports: TrainingPorts<State>): AsyncGenerator<TrainingNews, void> {
  const { changes = [] } = run;
  const { control } = ports;
  using session = await openSession(run, ports);
  /** A new object whenever anything in it changes: so what was saved can be told from what is new. */
  let progress = progressOf(session.state, run.resumeFrom?.manifest ?? null);
  let saved = run.resumeFrom ? progress : null;
  // What was turned after the last update so far is turned again when orders are taken: evaluation and checkpoint come first.
  let config = configAt(run.config, changes, progress.trainer.updatesDone - 1);
  const toTurnAgain = changes.filter(({ updatesDone }) => updatesDone >= progress.trainer.updatesDone);
  /** Spent since the last update was reported. */
  let saveSeconds = 0;
  let evaluationSeconds: number | null = null;
  const updatesDone = () => progress.trainer.updatesDone;

  async function store(label: string, isKept: boolean): Promise<CheckpointManifest> {
    const startedAt = monotonicMs();
    const { trainer, validation, vitals } = progress;
    const checkpoint = toCheckpoint(trainer, await session.readLearner(), {
      checkpointId: `${run.runId}-${trainer.updatesDone}${isKept ? `-kept-${wallClockMs()}` : ''}`,
      runId: run.runId,
      label,
      createdAtMs: wallClockMs(),
      modelName: ports.modelName,
      ...(session.agentModel && { agentModel: session.agentModel }),
      config,
      validation,
      vitals,
      isKept,
    });
    await ports.checkpoints.save(checkpoint);
    saveSeconds += (monotonicMs() - startedAt) / 1000;
    saved = progress;
    return checkpoint.manifest;
  }
  async function* save(label: string, isKept = false): AsyncGenerator<RunEvent, void> {
    yield { kind: 'checkpoint.saved', manifest: await store(label, isKept) };
  }
  const saveIfNew = (label: string) => (saved === progress ? nothing() : save(label));
  /** What broke may also keep the state from being read or stored; it is what the person must hear of. */
  async function* saveIfPossible() {
    try {
      yield* saveIfNew('before the failure');
    } catch {
      return;
    }
  }
  async function* update(): AsyncGenerator<TrainingNews, void> {
    const updateIndex = updatesDone();
    const { next, metrics } = yield* session.update(progress.trainer, config);
    // Nothing is awaited between the learner's step and this: they are one.
    const { progress: after, alarms } = afterUpdate(progress, config, next, metrics);
    progress = after;
    const spent = { saveSeconds, ...(evaluationSeconds !== null && { evaluationSeconds }) };
    saveSeconds = 0;
    evaluationSeconds = null;
    if (config.pauseOnAlarm === 'on' && alarms.length > 0 && updatesDone() < config.updates) pauseDue ??= {};
    yield { kind: 'update.finished', updateIndex, metrics: { ...metrics, ...spent } };
    for (const alarm of alarms) yield { kind: 'alarm.raised', updateIndex, alarm };
  }
  async function* evaluate(): AsyncGenerator<RunEvent, void> {
    const startedAt = monotonicMs();
    const playing = session.validate(updatesDone(), config);
    let step = await playing.next();
    while (!step.done) {
      yield { kind: 'phase.progressed', updateIndex: updatesDone(), phase: 'evaluate', share: step.value };
      step = await playing.next();
    }
    const evaluation = step.value;
    progress = withEvaluation(progress, evaluation.points);
    evaluationSeconds = (evaluationSeconds ?? 0) + (monotonicMs() - startedAt) / 1000;
    yield { kind: 'evaluation.finished', updatesDone: updatesDone(), evaluation, isBest: isBestSoFar(progress) };
  }
  const isCheckpointDue = () =>
    updatesDone() > 0 &&
    (updatesDone() % config.updatesPerCheckpoint === 0 || updatesDone() === config.updates || isBestSoFar(progress));

  /**
   * Pause before the next update, whatever is ordered: after the update of a step, after an alarm, or because of a failure
   * of somebody outside.
   */
  let pauseDue: { readonly failure?: ReturnType<typeof explain> } | null = null;
  function turn(knobs: LiveKnobs): RunEvent {
    config = { ...config, ...knobs };
    return { kind: 'knobs.turned', updatesDone: updatesDone(), knobs };
  }
  async function* obey(): AsyncGenerator<RunEvent, void> {
    while (toTurnAgain[0]?.updatesDone === updatesDone()) yield turn(toTurnAgain.shift()?.knobs ?? {});
    let isPaused = false;
    for (;;) {
      const order = isPaused ? await control.wait() : pauseDue ? PAUSE : control.take();
      const { failure } = pauseDue ?? {};
      pauseDue = null;
      if (!order) return;
      if (order.kind === 'save') yield* save(order.label, true);
      else if (order.kind === 'turn') yield turn(order.knobs);
      else if (order.kind === 'pause' && !isPaused) {
        yield* saveIfNew('paused');
        yield { kind: 'run.paused', updatesDone: updatesDone(), ...(failure && { failure }) };
        isPaused = true;
      } else if (order.kind !== 'pause' && isPaused) {
        yield { kind: 'run.continued', updatesDone: updatesDone() };
        isPaused = false;
        if (order.kind === 'step') {
          pauseDue = {};
          return;
        }
      }
    }
  }

  let isOver = false;
  try {
    yield { kind: 'run.started', config, modelName: ports.modelName, updatesDone: updatesDone() };
    yield* session.prepare();
    for (;;) {
      try {
        if (isEvaluationDue(config, { updatesDone: updatesDone(), evaluatedAfter: evaluatedAfter(progress) }))
          yield* evaluate();
        if (isCheckpointDue()) yield* saveIfNew(`update ${updatesDone()}`);
        if (updatesDone() >= config.updates) break;
        yield* obey();
        control.signal.throwIfAborted();
        yield* update();
      } catch (thrown) {
        // An update or an evaluation is all or nothing: it is repeated when the run goes on.
        if (!isChatTrouble(thrown)) throw thrown;
        pauseDue = { failure: explain(thrown) };
        yield* obey();
      }
    }
    yield* obey();
    isOver = true;
    yield { kind: 'run.finished', updatesDone: updatesDone() };
  } catch (thrown) {
    isOver = true;
    if (!isAbort(thrown)) {
      yield* saveIfPossible();
      throw thrown;
    }
    yield* saveIfNew('stopped');
    yield { kind: 'run.stopped', updatesDone: updatesDone() };
  } finally {
    // Whoever stops asking (`return()`) gets no more news, but the checkpoint all the same.
    if (!isOver && saved !== progress) await store('stopped', false);
  }
}

const PAUSE: Order = { kind: 'pause' };

/** A generator that yields nothing. */
async function* nothing(): AsyncGenerator<never, void> {}
