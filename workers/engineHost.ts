import { AppError, explain, type Explanation } from '../src/base/errors.ts';
import { runEnvironment } from '../src/environment/runEnvironment.ts';
import type { ModelDescription } from '../src/policy/formats/huggingFace.ts';
import { frozenBytes, parameterCount } from '../src/policy/kernelWeights.ts';
import { estimateFrozenMemory, estimateMemory } from '../src/policy/memoryEstimate.ts';
import type { BuiltInModelName } from '../src/record/builtInModel.ts';
import type { Dialogue } from '../src/record/dialogueSet.ts';
import { configAt, type LiveKnobs } from '../src/record/knobChange.ts';
import type { ExperimentOrder } from '../src/record/experiment.ts';
import { withOwnModel, type RunConfig } from '../src/record/runConfig.ts';
import { weightFiles } from '../src/storage/export/weights.ts';
import { zipBytes } from '../src/storage/export/zip.ts';
import { assertRoomFor, bytesOfRun } from '../src/storage/quota.ts';
import { takeRunLock } from '../src/storage/runLock.ts';
import { assertStartable } from '../src/training/gather/assertGatherable.ts';
import { RunControl } from '../src/training/runControl.ts';
import { agentShape, runShape } from '../src/training/runShape.ts';
import { train, type TrainingRun } from '../src/training/train.ts';
import { considerTokens } from './alternativesHost.ts';
import { beginRun, type RunOrder } from './beginRun.ts';
import { EventBatcher } from './eventBatcher.ts';
import { createMeter, NO_ACCESS, openChats, testServer } from './chats.ts';
import { playForks } from './forkHost.ts';
import { PageModel } from './pageModel.ts';
import { takeTurn } from './playHost.ts';
import type { PlayOrder } from './playProtocol.ts';
import {
  PROTOCOL_VERSION,
  type ChatAccess,
  type Command,
  type Consideration,
  type EngineMessage,
  type Fork,
  type Talk,
  type Trial,
} from './protocol.ts';
import { askRule } from './rules.ts';
import { ResidentWeights } from './residentWeights.ts';
import { changesKnownTo, recordNews, whereToGoOn } from './runRecords.ts';
import type { StorageClient } from './storageClient.ts';
import { answerTwice } from './talkHost.ts';
import { playTrial } from './trialHost.ts';
import { Workbench, type RunModels } from './workbench.ts';

type Failure = Explanation & { readonly code: string };
type Tell = (message: EngineMessage, transfer?: Transferable[]) => void;

interface ActiveRun {
  readonly runId: string;
  readonly control: RunControl;
  readonly access: ChatAccess;
  /** With all knobs as they were turned last; null until the run has begun. */
  config: RunConfig | null;
  /** How often the device was lost since the last update that was finished. */
  losses: number;
  /** Its end has been told. It still frees what it held: the next run waits for that. */
  isOver: boolean;
  readonly closed: Promise<void>;
}

/** So many devices in a row may be lost in one update; then the run fails instead of trying for ever. */
const LOSSES_ALLOWED = 2;

interface Passing {
  readonly kind: 'talk' | 'play' | 'fork' | 'trial' | 'alternatives' | 'self-test' | 'experiment';
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** Owns the device, the models and the one run of this worker; obeys commands and tells what happened. */
export class EngineHost {
  private readonly workbench: Workbench;
  /** For questions that follow each other: talks and plays. */
  private readonly resident = new ResidentWeights();
  private active: ActiveRun | null = null;
  /** The talk that is being answered, the fork that is played, or the self-test; a run, or the next of them, takes its place. */
  private passing: Passing | null = null;
  private readonly tell: Tell;
  private readonly pageModel: PageModel;
  private readonly storage: StorageClient;

  constructor(storage: StorageClient, tell: Tell) {
    this.storage = storage;
    this.tell = tell;
    this.pageModel = new PageModel(tell);
    this.workbench = new Workbench(storage.tunings);
  }

  /** Carries the command out; a refusal is told and changes nothing. */
  async obey(command: Command): Promise<void> {
    try {
      await this.carryOut(command);
    } catch (thrown) {
      const failure = explain(thrown);
      if (command.kind === 'engine.prepare') this.tell({ kind: 'engine.failed', failure });
      else if (command.kind === 'talk.ask') this.tell({ kind: 'talk.failed', askId: command.askId, failure });
      else if (command.kind === 'play.ask') this.tell({ kind: 'play.failed', askId: command.askId, failure });
      else if (command.kind === 'fork.start') this.tell({ kind: 'fork.failed', forkId: command.forkId, failure });
      else if (command.kind === 'trial.start') this.tell({ kind: 'trial.failed', trialId: command.trialId, failure });
      else if (command.kind === 'alternatives.ask')
        this.tell({ kind: 'alternatives.failed', askId: command.askId, failure });
      else if (command.kind === 'experiment.start')
        this.tell({ kind: 'experiment.failed', experimentId: command.experimentId, failure });
      else if (command.kind === 'selfTest.start') this.tell({ kind: 'selfTest.failed', failure });
      else this.tell({ kind: 'command.refused', command: command.kind, failure });
    }
  }

  private async carryOut(command: Command): Promise<void> {
    switch (command.kind) {
      case 'hello':
        return this.tell({ kind: 'hello', protocolVersion: PROTOCOL_VERSION });
      case 'engine.prepare':
        return this.prepare(command.model, command.allowFallback);
      case 'run.start':
        return this.start(
          { ...command, dialogues: command.dialogues ?? [], from: command.from ?? null },
          command.access ?? NO_ACCESS,
        );
      case 'run.resume':
        return this.resume(command.runId, command.checkpointId, command.access ?? NO_ACCESS);
      case 'run.pause':
        return this.control().give({ kind: 'pause' });
      case 'run.continue':
        return this.control().give({ kind: 'continue' });
      case 'run.step':
        return this.control().give({ kind: 'step' });
      case 'run.stop':
        return this.control().stop();
      case 'run.turnKnobs':
        return this.turnKnobs(command.knobs);
      case 'checkpoint.save':
        return this.control().give({ kind: 'save', label: command.label });
      case 'weights.export':
        return this.exportWeights(command.checkpointId);
      case 'run.estimate':
        return this.estimate(command.config);
      case 'talk.ask':
        return this.talk(command.askId, command.talk);
      case 'play.ask':
        return this.play(command.askId, command.order, command.access ?? NO_ACCESS);
      case 'agent.replied':
        return this.pageModel.hear(command.askId, command.reply);
      case 'chat.test': {
        const outcome = await testServer(command.server, command.access);
        return this.tell({ kind: 'chat.tested', testId: command.testId, outcome });
      }
      case 'fork.start':
        return this.fork(command.forkId, command.fork, command.access ?? NO_ACCESS);
      case 'alternatives.ask':
        return this.consider(command.askId, command.consideration);
      case 'fork.cancel':
        return this.cancel('fork');
      case 'trial.start':
        return this.trial(command.trialId, command.trial);
      case 'trial.cancel':
        return this.cancel('trial');
      case 'selfTest.start':
        return this.testItself();
      case 'selfTest.cancel':
        return this.cancel('self-test');
      case 'experiment.start':
        return this.experiment(command.experimentId, command.order);
      case 'experiment.stop':
        return this.cancel('experiment');
    }
  }

  private async prepare(modelName: BuiltInModelName, allowFallback: boolean): Promise<void> {
    const [status] = await Promise.all([this.workbench.takeDevice(allowFallback), this.workbench.load(modelName)]);
    this.tell({ kind: 'engine.ready', status });
  }

  private async start(order: RunOrder, access: ChatAccess): Promise<void> {
    const { runId, config, dialogues } = order;
    assertStartable(config, true, access.hasBrowserModel); // refused before the run is in the list
    await this.hold(runId, access, async () => {
      const open = await this.workbench.openRun(config.model, config);
      await this.checkRoom(open.model, config, 0);
      await this.run(await beginRun(this.storage, order, open), open, dialogues);
    });
  }

  private async resume(runId: string, checkpointId: string | null, access: ChatAccess): Promise<void> {
    await this.hold(runId, access, () => this.goOn(runId, checkpointId));
  }

  /** @param checkpointId the newest when null */
  private async goOn(runId: string, checkpointId: string | null): Promise<void> {
    const saved = await this.storage.loadRun(runId);
    const open = await this.workbench.openRun(saved.modelName, saved.config);
    const config = withOwnModel(saved.config, saved.modelName);
    const resumeFrom = await whereToGoOn(this.storage, saved, checkpointId);
    const updatesDone = resumeFrom?.manifest.updatesDone ?? 0;
    await this.checkRoom(open.model, config, updatesDone);
    // Going on turns the same knobs again. Going back to a checkpoint forgets those that were turned after it.
    const isGoneBack = checkpointId !== null && resumeFrom !== null;
    const changes = isGoneBack ? changesKnownTo(resumeFrom.manifest, saved) : (saved.changes ?? []);
    await this.storage.truncateRun(runId, updatesDone, changes);
    await this.storage.setRunStatus(runId, 'running');
    const dialogues = config.dialogues ? await this.storage.listDialogues(runId) : [];
    await this.run({ runId, config, changes, resumeFrom }, open, dialogues);
  }

  /** Runs `work` as the one run of this worker, with the run's lock held against other tabs. */
  private async hold(runId: string, access: ChatAccess, work: () => Promise<void>): Promise<void> {
    const before = this.active;
    if (before && !before.isOver) throw busy();
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const active = { runId, control: new RunControl(), access, config: null, losses: 0, isOver: false, closed };
    this.active = active;
    try {
      await before?.closed;
      await this.makeWay(runBegins());
      this.resident.free();
      const lock = await takeRunLock(navigator.locks, runId);
      try {
        await work();
      } finally {
        await lock.release();
      }
    } finally {
      if (this.active === active) this.active = null;
      close();
    }
  }

  private async checkRoom(model: ModelDescription, config: RunConfig, updatesDone: number): Promise<void> {
    const rank = config.adaptation === 'lora' ? config.loraRank : null;
    const checkpointBytes = 3 * 4 * parameterCount(model.config, rank); // parameters and two moments
    const turnLimit = config.turnLimit || runEnvironment(config).turnLimit;
    const needed = bytesOfRun({ ...config, turnLimit }, checkpointBytes, updatesDone);
    await assertRoomFor(needed, navigator.storage);
  }

  /** Trains to the end, a stop or a failure; what happens is told and stored. Never throws. */
  private async run(
    run: TrainingRun,
    { engine, modelName, model, agentModel }: RunModels,
    dialogues: readonly Dialogue[],
  ): Promise<void> {
    const { runId, config } = run;
    const active = this.activeRun();
    const { control } = active;
    active.config = configAt(config, run.changes ?? [], Infinity);
    const batcher = new EventBatcher((events) => this.tell({ kind: 'run.events', runId, events }));
    const chats = openChats(config.servers, active.access, this.storage.replies, this.pageModel);
    const meter = createMeter(chats, (usage) => this.tell({ kind: 'chat.metered', runId, ...usage }));
    let failure: Failure | null = null;
    try {
      const news = train(run, {
        environment: runEnvironment(config),
        modelName,
        model,
        agentModel,
        adapter: run.resumeFrom ? null : await this.workbench.openAdapter(config.adapter, model.config),
        engine,
        checkpoints: this.storage,
        control,
        dialogues,
        chats,
        askRule,
      });
      for await (const event of news) {
        if (event.kind === 'update.finished') active.losses = 0;
        if (event.kind === 'run.finished' || event.kind === 'run.stopped') active.isOver = true;
        if (event.kind !== 'batch.recorded') batcher.add(event);
        meter();
        try {
          await recordNews(this.storage, runId, event);
        } catch (thrown) {
          // The run cannot go on without its records. Stopping lets it save its state first, if there is room.
          failure ??= explain(thrown);
          control.stop();
        }
      }
    } catch (thrown) {
      failure ??= explain(thrown);
    }
    const isInterrupted = failure?.code === 'gpu-lost' && this.mayGoOn();
    if (!isInterrupted) active.isOver = true;
    if (failure) {
      batcher.add({ kind: isInterrupted ? 'run.interrupted' : 'run.failed', ...failure });
      // Should storage fail too: the failure itself is told.
      await this.storage.setRunStatus(runId, isInterrupted ? 'paused' : 'failed', failure).catch(() => undefined);
    }
    batcher.flush();
    meter();
    if (isInterrupted) await this.goOnElsewhere(runId);
  }

  /** @throws AppError where the objective could not be trained with these knobs; nothing is turned then */
  private turnKnobs(knobs: LiveKnobs): void {
    const active = this.activeRun();
    if (active.config) {
      const turned = { ...active.config, ...knobs };
      assertStartable(turned, true, active.access.hasBrowserModel);
      active.config = turned;
    }
    active.control.give({ kind: 'turn', knobs });
  }

  /** Counts a lost device. @returns whether another one should be tried */
  private mayGoOn(): boolean {
    if (!this.active || this.active.control.signal.aborted) return false;
    this.active.losses += 1;
    return this.active.losses <= LOSSES_ALLOWED;
  }

  /** Resumes from the last checkpoint on a new device. Never throws. */
  private async goOnElsewhere(runId: string): Promise<void> {
    try {
      await this.goOn(runId, null);
    } catch (thrown) {
      const failure = explain(thrown);
      this.activeRun().isOver = true;
      this.tell({ kind: 'run.events', runId, events: [{ kind: 'run.failed', ...failure }] });
      await this.storage.setRunStatus(runId, 'failed', failure).catch(() => undefined);
    }
  }

  private async exportWeights(checkpointId: string): Promise<void> {
    const checkpoint = await this.storage.load(checkpointId);
    const { manifest } = checkpoint;
    const { keptFiles } = await this.workbench.load(manifest.modelName);
    const bytes = await zipBytes(weightFiles(checkpoint, keptFiles), manifest.createdAtMs);
    this.tell({ kind: 'weights.exported', fileName: `${manifest.checkpointId}.zip`, bytes }, [bytes.buffer]);
  }

  private async estimate(config: RunConfig): Promise<void> {
    const { modelName, model, engine, agentModel } = await this.workbench.openRun(config.model, config);
    const own = estimateMemory(model.config, runShape(config, engine)).total;
    const beside = agentModel
      ? estimateFrozenMemory(agentModel.model.config, agentShape(config, agentModel.engine))
      : 0;
    const memoryBytes = engine.kind === 'kernels' ? own + beside : null;
    const modelBytes = frozenBytes(model.config, config.basePrecision);
    const estimate = { modelName, parameterCount: model.parameterCount, modelBytes, memoryBytes };
    this.tell({ kind: 'run.estimated', estimate });
  }

  private async talk(askId: string, talk: Talk): Promise<void> {
    if (this.active) throw busyTraining();
    await this.pass('talk', askedAgain(), async (signal) => {
      const open = await this.workbench.open(talk.model);
      const speaker = await this.resident.of(open.engine, open.model);
      await answerTwice(talk, { ...open, speaker }, signal, (news) => this.tell({ ...news, askId }));
    });
  }

  private async play(askId: string, order: PlayOrder, access: ChatAccess): Promise<void> {
    if (this.active) throw busyTraining();
    await this.pass('play', askedAgain(), async (signal) => {
      const { strategist, agent } = order;
      const trained = strategist.kind === 'model' ? strategist.checkpointId : null;
      const checkpoint = trained === null ? null : await this.storage.load(trained);
      const open = await this.workbench.open(order.model);
      const server = agent.kind === 'chat' ? agent.server : null;
      const asked = openChats({ agent: server, judge: null }, access, this.storage.replies, this.pageModel);
      const chat = (agent.kind === 'browser' ? asked.browser : asked.agent) ?? null;
      const tell = (role: 'strategist' | 'agent', text: string) =>
        this.tell({ kind: 'play.streamed', askId, role, text });
      const base = await this.resident.of(open.engine, open.model);
      const turn = await takeTurn(order, { open, base, checkpoint, chat }, signal, tell);
      this.tell({ kind: 'play.answered', askId, turn });
    });
  }

  private async fork(forkId: string, fork: Fork, access: ChatAccess): Promise<void> {
    if (this.active) throw busyTraining();
    await this.pass('fork', askedAgain(), async (signal) => {
      const checkpoint = fork.checkpointId === null ? null : await this.storage.load(fork.checkpointId);
      const models = await this.workbench.openRun(fork.modelName, fork.config);
      const servers = { agent: fork.config.servers.agent, judge: null };
      const chats = openChats(servers, access, this.storage.replies, this.pageModel);
      await playForks(fork, { ...models, chats }, checkpoint, signal, (news) => this.tell({ ...news, forkId }));
    });
    this.tell({ kind: 'fork.finished', forkId });
  }

  private async trial(trialId: string, trial: Trial): Promise<void> {
    if (this.active) throw busyTraining();
    await this.pass('trial', askedAgain(), async (signal) => {
      const agentModel = await this.workbench.openAgentModel(trial.setting);
      for (const [player, { modelName, config, checkpointId }] of trial.players.entries()) {
        const checkpoint = checkpointId === null ? null : await this.storage.load(checkpointId);
        const open = await this.workbench.open(modelName, config.basePrecision, config.contextLimit);
        const adapter = checkpoint ? null : await this.workbench.openAdapter(config.adapter, open.model.config);
        const weights = { config, checkpoint, adapter };
        const episodes = await playTrial(trial, weights, { ...open, agentModel }, askRule, signal, (share) =>
          this.tell({ kind: 'trial.progressed', trialId, player, share }),
        );
        this.tell({ kind: 'trial.played', trialId, player, episodes });
      }
    });
    this.tell({ kind: 'trial.finished', trialId });
  }

  private async consider(askId: string, consideration: Consideration): Promise<void> {
    if (this.active) throw busyTraining();
    const { checkpointId, modelName, config } = consideration;
    await this.pass('alternatives', askedAgain(), async (signal) => {
      const checkpoint = checkpointId === null ? null : await this.storage.load(checkpointId);
      const open = await this.workbench.open(modelName, config.basePrecision);
      const tokens = await considerTokens(consideration, open, checkpoint, signal);
      this.tell({ kind: 'alternatives.found', askId, tokens });
    });
  }

  private async testItself(): Promise<void> {
    if (this.active) throw busyTraining();
    await this.pass('self-test', testBegins(), async (signal) => {
      const gpu = await this.workbench.takenGpu();
      const { runSelfTest } = await import('./selfTestHost.ts'); // every check and variant: loaded by those who ask for it
      await runSelfTest(gpu, signal, (news) => this.tell(news));
    });
  }

  private async experiment(experimentId: string, order: ExperimentOrder): Promise<void> {
    if (this.active) throw busyTraining();
    await this.pass('experiment', askedAgain(), async (signal) => {
      const { runExperiment } = await import('./experimentHost.ts'); // every recipe: loaded by those who ask for it
      await runExperiment(order, this.workbench, this.storage, signal, (news) => this.tell({ ...news, experimentId }));
    });
    this.tell({ kind: 'experiment.finished', experimentId });
  }

  /** Does what gives way to whatever comes next: `reason` goes to what was there before. */
  private async pass(
    kind: Passing['kind'],
    reason: AppError,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    await this.makeWay(reason);
    if (kind !== 'talk' && kind !== 'play') this.resident.free();
    const abort = new AbortController();
    const worked = work(abort.signal);
    // Whoever takes its place waits for its end; only the person who asked for it hears how it ended.
    const passing = { kind, abort, ended: worked.catch(() => undefined) };
    this.passing = passing;
    try {
      await worked;
    } finally {
      if (this.passing === passing) this.passing = null;
    }
  }

  /** Nothing happens where something else has taken its place. */
  private async cancel(kind: Passing['kind']): Promise<void> {
    if (this.passing?.kind === kind) await this.makeWay(cancelled());
  }

  private async makeWay(reason: AppError): Promise<void> {
    this.passing?.abort.abort(reason);
    await this.passing?.ended;
  }

  private control(): RunControl {
    return this.activeRun().control;
  }

  private activeRun(): ActiveRun {
    if (this.active) return this.active;
    throw new AppError('no-run', {
      what: 'There is no run to change.',
      why: 'It has ended, or none was started in this tab.',
      fix: 'Start a run, or resume one under Storage.',
    });
  }
}

function busy(): AppError {
  return new AppError('run-active', {
    what: 'A run is already training in this tab.',
    why: 'One run at a time has the graphics device.',
    fix: 'Stop it first, or wait for its end.',
  });
}

function busyTraining(): AppError {
  return new AppError('run-active', {
    what: 'This cannot be done now.',
    why: 'A run is open in this tab, and one thing at a time has the graphics device.',
    fix: 'Stop the run (it saves where it is, and can go on later) or wait for its end, then try again.',
  });
}

function runBegins(): AppError {
  return new AppError('interrupted', {
    what: 'This was broken off.',
    why: 'A run began, and it has the graphics device.',
    fix: 'Try again when the run has ended.',
  });
}

function askedAgain(): AppError {
  return new AppError('interrupted', {
    what: 'This was broken off.',
    why: 'The model was asked something meanwhile.',
    fix: 'Try again when it has answered.',
  });
}

function testBegins(): AppError {
  return new AppError('interrupted', {
    what: 'This was broken off.',
    why: 'The self-test began, and it has the graphics device.',
    fix: 'Try again when the self-test has ended.',
  });
}

function cancelled(): AppError {
  return new AppError('cancelled', {
    what: 'This was cancelled.',
    why: 'Somebody asked for that.',
    fix: 'Start it again when you want it.',
  });
}
