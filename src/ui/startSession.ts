import { wallClockMs } from '../base/clock.ts';
import { assertNever, explain } from '../base/errors.ts';
import { createEngineWorker, EngineClient } from '../../workers/engineClient.ts';
import type { Command, EngineMessage } from '../../workers/protocol.ts';
import { startStorage } from '../../workers/storageHost.ts';
import { listEvaluations, listUpdates } from '../storage/history.ts';
import { DEFAULT_BUILT_IN_MODEL, isBuiltInModel, type BuiltInModelName } from '../record/builtInModel.ts';
import { database } from './database.ts';
import { downloadFile } from './download.ts';
import { useDraft } from './draftStore.ts';
import { useEngine, type Failure } from './engineStore.ts';
import { queuePerFrame } from './eventQueue.ts';
import { useFork } from './fork/forkStore.ts';
import { readPreference, writePreference } from './preferences.ts';
import { newRunId } from './runId.ts';
import { useRun, type PendingOrder } from './runStore.ts';
import type { Session } from './session.ts';
import { useSelfTest } from './selfTest/selfTestStore.ts';
import { useTalk } from './talk/talkStore.ts';

/** Once somebody has agreed to the slow CPU engine, a reload does not ask again. A GPU, where there is one, goes first. */
export function hasAgreedToFallback(): boolean {
  return readPreference('cpu-engine') === 'agreed';
}

/** Starts both workers, joins them, and translates between orders, messages and stores. */
export function startSession(): Session {
  const storage = startStorage();
  const receive = queuePerFrame(useRun.getState().receive);
  const listener = {
    onMessage: (message: EngineMessage) => obey(message, receive),
    onBroken: loseEngine,
  };
  let client: EngineClient | null = null;
  let newestRunId: string | null = null;
  const send = (command: Command) => client?.send(command);
  const order = (pending: PendingOrder, command: Command) => {
    useRun.getState().order(pending);
    send(command);
  };

  return {
    storage: storage.client,
    prepare: (allowFallback) => {
      client?.close();
      if (allowFallback) writePreference('cpu-engine', 'agreed');
      useEngine.getState().setEngine({ kind: 'preparing' });
      client = new EngineClient(createEngineWorker(), storage.openPort(), listener);
      send({ kind: 'engine.prepare', model: chosenModel(), allowFallback });
    },
    train: (config) => {
      const runId = newRunId(wallClockMs(), newestRunId);
      newestRunId = runId;
      useRun.getState().expectRun(runId);
      send({ kind: 'run.start', runId, config });
    },
    resume: (runId, checkpointId) => {
      useRun.getState().expectRun(runId);
      send({ kind: 'run.resume', runId, checkpointId });
    },
    pause: () => order('pause', { kind: 'run.pause' }),
    goOn: () => order('continue', { kind: 'run.continue' }),
    step: () => order('step', { kind: 'run.step' }),
    stop: () => order('stop', { kind: 'run.stop' }),
    saveCheckpoint: (label) => order('save', { kind: 'checkpoint.save', label }),
    exportWeights: (checkpointId) => send({ kind: 'weights.export', checkpointId }),
    estimate: (config) => send({ kind: 'run.estimate', config }),
    ask: (askId, talk) => send({ kind: 'talk.ask', askId, talk }),
    startFork: (forkId, fork) => send({ kind: 'fork.start', forkId, fork }),
    cancelFork: () => send({ kind: 'fork.cancel' }),
    startSelfTest: () => {
      useSelfTest.getState().change({ kind: 'started' });
      send({ kind: 'selfTest.start' });
    },
    cancelSelfTest: () => send({ kind: 'selfTest.cancel' }),
  };
}

/** The model of the settings, so that the first one that is loaded is the one that is wanted. */
function chosenModel(): BuiltInModelName {
  const { model } = useDraft.getState().draft;
  return isBuiltInModel(model) ? model : DEFAULT_BUILT_IN_MODEL;
}

function obey(message: EngineMessage, receive: ReturnType<typeof queuePerFrame>): void {
  const { setEngine, setEstimate, setNotice } = useEngine.getState();
  switch (message.kind) {
    case 'hello':
      return; // the client has compared the versions
    case 'engine.ready':
      return setEngine({ kind: 'ready', status: message.status });
    case 'engine.failed':
      return loseEngine(message.failure);
    case 'run.events': {
      const { runId, events } = message;
      receive(runId, events);
      if (events.some((event) => event.kind === 'run.started' && event.updatesDone > 0)) void loadEarlierCurves(runId);
      return;
    }
    case 'command.refused': {
      const { forgetRun, order } = useRun.getState();
      if (message.command === 'run.start' || message.command === 'run.resume') forgetRun();
      else order(null);
      return setNotice(message.failure);
    }
    case 'run.estimated':
      return setEstimate(message.estimate);
    case 'talk.streamed':
    case 'talk.answered':
    case 'talk.failed':
      return useTalk.getState().change(message);
    case 'fork.opened':
    case 'fork.progressed':
    case 'fork.finished':
    case 'fork.failed':
      return useFork.getState().change(message);
    case 'selfTest.progressed':
    case 'selfTest.finished':
    case 'selfTest.failed':
      return useSelfTest.getState().change(message);
    case 'weights.exported':
      // A zip that crossed a thread is never shared memory.
      return downloadFile(message.fileName, [message.bytes as Uint8Array<ArrayBuffer>], 'application/zip');
    default:
      return assertNever(message);
  }
}

/** A run that was under way can go on after the engine has been started again. */
function loseEngine(failure: Failure): void {
  useEngine.getState().setEngine({ kind: 'failed', failure });
  useTalk.getState().loseEngine(failure);
  useSelfTest.getState().change({ kind: 'selfTest.failed', failure });
  const { fork, change } = useFork.getState();
  if (fork.forkId !== null) change({ kind: 'fork.failed', forkId: fork.forkId, failure });
  const { runId, run, receive } = useRun.getState();
  if (!runId || !['starting', 'running', 'paused'].includes(run.status)) return;
  const { code, what, why, fix } = failure;
  receive(runId, [{ kind: 'run.failed', code, what, why, fix }]);
}

/** The curves of a resumed run begin where the run began, not where this page came in. */
async function loadEarlierCurves(runId: string): Promise<void> {
  const { addEarlierUpdates, addEarlierEvaluations } = useRun.getState();
  try {
    addEarlierUpdates(runId, await listUpdates(database, runId));
    const evaluations = await listEvaluations(database, runId);
    addEarlierEvaluations(
      runId,
      evaluations.map(({ updatesDone, evaluation: { points } }) => ({ updatesDone, points })),
    );
  } catch (thrown) {
    useEngine.getState().setNotice(explain(thrown));
  }
}
