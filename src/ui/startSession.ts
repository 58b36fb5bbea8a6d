import { wallClockMs } from '../base/clock.ts';
import { assertNever, explain } from '../base/errors.ts';
import { createEngineWorker, EngineClient } from '../../workers/engineClient.ts';
import type { AgentQuestion, ChatAccess, Command, EngineMessage } from '../../workers/protocol.ts';
import { startModelStore, type ModelStoreClient } from '../../workers/modelStoreClient.ts';
import { startStorage } from '../../workers/storageHost.ts';
import { DEFAULT_BUILT_IN_MODEL, isBuiltInModel, type BuiltInModelName } from '../record/builtInModel.ts';
import type { ChatServers } from '../record/runConfig.ts';
import { useTrial } from './compare/trialStore.ts';
import { downloadFile } from './download.ts';
import { useDraft } from './draftStore.ts';
import { loadEarlierCurves } from './earlierCurves.ts';
import { useEngine, type Failure } from './engineStore.ts';
import { useExperiment } from './experiments/experimentStore.ts';
import { queuePerFrame } from './eventQueue.ts';
import { useFork } from './fork/forkStore.ts';
import { useAlternatives } from './inspect/alternativesStore.ts';
import { useModels } from './models/modelsStore.ts';
import { readPreference, writePreference } from './preferences.ts';
import { BrowserModelDesk, hasPromptApi } from './promptApi.ts';
import { savedRun } from './queries.ts';
import { newRunId } from './runId.ts';
import { useRun, type PendingOrder } from './runStore.ts';
import type { Session } from './session.ts';
import { useSelfTest } from './selfTest/selfTestStore.ts';
import { usePlay } from './play/playStore.ts';
import { useTalk } from './talk/talkStore.ts';
import { asksAgent } from './train/extrasDraft.ts';
import { accessTo, hostsOf, useExtras, type WaitingOrder } from './train/extrasStore.ts';

/** Once somebody has agreed to the slow CPU engine, a reload does not ask again. A GPU, where there is one, goes first. */
export function hasAgreedToFallback(): boolean {
  return readPreference('cpu-engine') === 'agreed';
}

/** Starts both workers, joins them, and translates between orders, messages and stores. */
export function startSession(): Session {
  const storage = startStorage();
  const receive = queuePerFrame(useRun.getState().receive);
  const listener = {
    onMessage: (message: EngineMessage) => {
      if (message.kind === 'agent.withdrawn') browserModel.withdraw(message.askId);
      else if (message.kind === 'agent.asked') void answer(message.askId, message.question);
      else obey(message, receive);
    },
    onBroken: loseEngine,
  };
  let client: EngineClient | null = null;
  let models: ModelStoreClient | null = null;
  let newestRunId: string | null = null;
  const send = (command: Command) => client?.send(command);
  const browserModel = new BrowserModelDesk();
  const answer = async (askId: string, question: AgentQuestion) => {
    const reply = await browserModel.answer(askId, question);
    if (reply) send({ kind: 'agent.replied', askId, reply });
  };
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
    train: (config, { dialogues, from } = { dialogues: [], from: null }) => {
      const runId = newRunId(wallClockMs(), newestRunId);
      newestRunId = runId;
      useRun.getState().expectRun(runId);
      send({
        kind: 'run.start',
        runId,
        config,
        ...(dialogues.length > 0 && { dialogues: [...dialogues] }),
        ...(from !== null && { from }),
        access: accessOf(config.servers),
      });
    },
    resume: (runId, checkpointId) =>
      void serversOfRun(runId).then((servers) => {
        const begin = () => {
          useRun.getState().expectRun(runId);
          send({ kind: 'run.resume', runId, checkpointId, access: accessOf(servers) });
        };
        beginAskingFirst({ what: { kind: 'run' }, servers, begin });
      }, tellFailure),
    testServer: (role, server, access) => {
      useExtras.getState().setTest(role, 'asking');
      send({ kind: 'chat.test', testId: role, server, access });
    },
    pause: () => order('pause', { kind: 'run.pause' }),
    goOn: () => order('continue', { kind: 'run.continue' }),
    step: () => order('step', { kind: 'run.step' }),
    stop: () => order('stop', { kind: 'run.stop' }),
    turnKnobs: (knobs) => {
      useRun.getState().awaitTurned(knobs);
      send({ kind: 'run.turnKnobs', knobs });
    },
    saveCheckpoint: (label) => order('save', { kind: 'checkpoint.save', label }),
    exportWeights: (checkpointId) => send({ kind: 'weights.export', checkpointId }),
    estimate: (config) => send({ kind: 'run.estimate', config }),
    ask: (askId, talk) => send({ kind: 'talk.ask', askId, talk }),
    askPlay: (askId, order) => {
      const server = order.agent.kind === 'chat' ? order.agent.server : null;
      const access = accessOf({ agent: server, judge: null });
      send({ kind: 'play.ask', askId, order, access });
    },
    startFork: (place, fork) => {
      const servers = { agent: asksAgent(fork.config) ? fork.config.servers.agent : null, judge: null };
      const dialogues = (1 + fork.strategies.length + fork.drawCount) * fork.replays;
      const begin = () => {
        const forkId = useFork.getState().start(place);
        send({ kind: 'fork.start', forkId, fork, access: accessOf(servers) });
      };
      beginAskingFirst({ what: { kind: 'fork', dialogues }, servers, begin });
    },
    cancelFork: () => send({ kind: 'fork.cancel' }),
    startTrial: (trialId, trial) => send({ kind: 'trial.start', trialId, trial }),
    cancelTrial: () => send({ kind: 'trial.cancel' }),
    consider: (askId, consideration) => send({ kind: 'alternatives.ask', askId, consideration }),
    startSelfTest: () => {
      useSelfTest.getState().change({ kind: 'started' });
      send({ kind: 'selfTest.start' });
    },
    cancelSelfTest: () => send({ kind: 'selfTest.cancel' }),
    startExperiment: (order) => {
      const experimentId = useExperiment.getState().start(order);
      send({ kind: 'experiment.start', experimentId, order });
    },
    stopExperiment: () => {
      useExperiment.getState().change({ kind: 'experiment.stopping' });
      send({ kind: 'experiment.stop' });
    },
    orderModels: (command) => {
      const hear = useModels.getState().change;
      // Started by whoever looks at models first.
      models ??= startModelStore(hear, (failure) => hear({ kind: 'model.failed', failure: explain(failure) }));
      models.send(command);
    },
  };
}

/** The model of the settings, so that the first one that is loaded is the one that is wanted. */
function chosenModel(): BuiltInModelName {
  const { model } = useDraft.getState().draft;
  return isBuiltInModel(model) ? model : DEFAULT_BUILT_IN_MODEL;
}

/** Whom a run may ask: the servers that it names, and the model that this browser may have. */
function accessOf(servers: ChatServers): ChatAccess {
  return { ...accessTo(servers, useExtras.getState().keys), hasBrowserModel: hasPromptApi() };
}

type Obeyed = Exclude<EngineMessage, { kind: 'agent.asked' | 'agent.withdrawn' }>;

function obey(message: Obeyed, receive: ReturnType<typeof queuePerFrame>): void {
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
      const { forgetRun, order, awaitTurned } = useRun.getState();
      if (message.command === 'run.start' || message.command === 'run.resume') forgetRun();
      else if (message.command === 'run.turnKnobs') awaitTurned(null);
      else order(null);
      return setNotice(message.failure);
    }
    case 'run.estimated':
      return setEstimate(message.estimate);
    case 'talk.streamed':
    case 'talk.answered':
    case 'talk.failed':
      return useTalk.getState().change(message);
    case 'play.streamed':
    case 'play.answered':
    case 'play.failed':
      return usePlay.getState().change(message);
    case 'chat.tested':
      // The page names its tests after what they are of.
      return useExtras.getState().setTest(message.testId === 'judge' ? 'judge' : 'agent', message.outcome);
    case 'chat.metered':
      return useExtras.getState().setMetered(message);
    case 'fork.opened':
    case 'fork.progressed':
    case 'fork.finished':
    case 'fork.failed':
      return useFork.getState().change(message);
    case 'trial.progressed':
    case 'trial.played':
    case 'trial.finished':
    case 'trial.failed':
      return useTrial.getState().change(message);
    case 'alternatives.found':
    case 'alternatives.failed':
      return useAlternatives.getState().change(message);
    case 'selfTest.progressed':
    case 'selfTest.finished':
    case 'selfTest.failed':
      return useSelfTest.getState().change(message);
    case 'experiment.progressed':
    case 'experiment.finished':
    case 'experiment.failed':
      return useExperiment.getState().change(message);
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
  usePlay.getState().loseEngine(failure);
  useSelfTest.getState().change({ kind: 'selfTest.failed', failure });
  const { experiment, change: changeExperiment } = useExperiment.getState();
  if (experiment.experimentId !== null)
    changeExperiment({ kind: 'experiment.failed', experimentId: experiment.experimentId, failure });
  const { fork, change } = useFork.getState();
  if (fork.forkId !== null) change({ kind: 'fork.failed', forkId: fork.forkId, failure });
  const { trial, change: changeTrial } = useTrial.getState();
  if (trial.trialId !== null) changeTrial({ kind: 'trial.failed', trialId: trial.trialId, failure });
  const { alternatives, change: changeAlternatives } = useAlternatives.getState();
  if (alternatives.phase === 'asking' && alternatives.askId !== null)
    changeAlternatives({ kind: 'alternatives.failed', askId: alternatives.askId, failure });
  const { runId, run, receive } = useRun.getState();
  if (!runId || !['starting', 'running', 'paused'].includes(run.status)) return;
  const { code, what, why, fix } = failure;
  receive(runId, [{ kind: 'run.failed', code, what, why, fix }]);
}

/** What was saved names its servers itself: nobody but the person may say that they are asked, and nobody else knows the keys. */
function beginAskingFirst(order: WaitingOrder): void {
  if (hostsOf(order.servers).length === 0) order.begin();
  else useExtras.getState().setWaiting(order);
}

async function serversOfRun(runId: string): Promise<ChatServers> {
  return (await savedRun(runId))?.config.servers ?? { agent: null, judge: null };
}

function tellFailure(thrown: unknown): void {
  useEngine.getState().setNotice(explain(thrown));
}
