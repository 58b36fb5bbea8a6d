import { AppError, explain, type Explanation } from '../src/base/errors.ts';
import { dealOrNoDeal } from '../src/environment/negotiation/dealOrNoDeal.ts';
import { requestGpuDevice, type GpuDevice } from '../src/gpu/device.ts';
import type { Engine } from '../src/policy/engine.ts';
import { loadCheckpoint, type LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { PlannedEngine } from '../src/policy/plannedEngine.ts';
import { sizeBytes } from '../src/policy/weights.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import type { RunConfig } from '../src/record/runConfig.ts';
import { weightFiles } from '../src/storage/export/weights.ts';
import { zipBytes } from '../src/storage/export/zip.ts';
import { assertRoomFor, bytesOfRun } from '../src/storage/quota.ts';
import { takeRunLock } from '../src/storage/runLock.ts';
import { RunControl } from '../src/training/runControl.ts';
import { train, type TrainingNews } from '../src/training/train.ts';
import { EventBatcher } from './eventBatcher.ts';
import { urlSource } from './modelSource.ts';
import { PROTOCOL_VERSION, type Command, type EngineMessage, type EngineStatus } from './protocol.ts';
import type { StorageClient } from './storageClient.ts';

type Failure = Explanation & { readonly code: string };
type Tell = (message: EngineMessage, transfer?: Transferable[]) => void;

interface Prepared {
  readonly engine: Engine;
  readonly modelName: string;
  readonly model: LoadedCheckpoint;
  readonly status: EngineStatus;
}

/** Owns the device, the model and the one run of this worker; obeys commands and tells what happened. */
export class EngineHost {
  private prepared: Prepared | null = null;
  private active: { readonly runId: string; readonly control: RunControl } | null = null;
  private readonly tell: Tell;
  private readonly storage: StorageClient;

  constructor(storage: StorageClient, tell: Tell) {
    this.storage = storage;
    this.tell = tell;
  }

  /** Carries the command out; a refusal is told and changes nothing. */
  async obey(command: Command): Promise<void> {
    try {
      await this.carryOut(command);
    } catch (thrown) {
      const failure = explain(thrown);
      if (command.kind === 'engine.prepare') this.tell({ kind: 'engine.failed', failure });
      else this.tell({ kind: 'command.refused', command: command.kind, failure });
    }
  }

  private async carryOut(command: Command): Promise<void> {
    switch (command.kind) {
      case 'hello':
        return this.tell({ kind: 'hello', protocolVersion: PROTOCOL_VERSION });
      case 'engine.prepare':
        return this.prepare(command.modelName, command.allowFallback);
      case 'run.start':
        return this.start(command.runId, command.config);
      case 'run.resume':
        return this.resume(command.runId, command.checkpointId);
      case 'run.pause':
        return this.control().give({ kind: 'pause' });
      case 'run.continue':
        return this.control().give({ kind: 'continue' });
      case 'run.step':
        return this.control().give({ kind: 'step' });
      case 'run.stop':
        return this.control().stop();
      case 'checkpoint.save':
        return this.control().give({ kind: 'save', label: command.label });
      case 'weights.export':
        return this.exportWeights(command.checkpointId);
    }
  }

  private async prepare(modelName: string, allowFallback: boolean): Promise<void> {
    if (this.prepared?.modelName !== modelName) {
      // `../models` is right for the worker's address in development (/workers/…) and in the build (/assets/…).
      const folder = new URL(`../models/${encodeURIComponent(modelName)}/`, self.location.href);
      const model = await loadCheckpoint(urlSource(folder));
      this.prepared = await openEngine(modelName, model, allowFallback);
    }
    this.tell({ kind: 'engine.ready', status: this.prepared.status });
  }

  private async start(runId: string, config: RunConfig): Promise<void> {
    const { modelName, model } = this.ready();
    await this.hold(runId, async () => {
      await this.checkRoom(model, config, 0);
      await this.storage.createRun({ runId, name: runId, config, modelName });
      await this.run(runId, config, null);
    });
  }

  private async resume(runId: string, checkpointId: string | null): Promise<void> {
    const { model } = this.ready();
    await this.hold(runId, async () => {
      const saved = await this.storage.loadRun(runId);
      const checkpoints = await this.storage.list(runId);
      const chosen =
        checkpointId ?? checkpoints.find(({ updatesDone }) => updatesDone <= saved.updatesDone)?.checkpointId;
      const resumeFrom = chosen === undefined ? null : await this.storage.load(chosen);
      const updatesDone = resumeFrom?.manifest.updatesDone ?? 0;
      await this.checkRoom(model, saved.config, updatesDone);
      await this.storage.truncateRun(runId, updatesDone);
      await this.storage.setRunStatus(runId, 'running');
      await this.run(runId, saved.config, resumeFrom);
    });
  }

  /** Runs `work` as the one run of this worker, with the run's lock held against other tabs. */
  private async hold(runId: string, work: () => Promise<void>): Promise<void> {
    if (this.active) throw busy();
    this.active = { runId, control: new RunControl() };
    try {
      const lock = await takeRunLock(navigator.locks, runId);
      try {
        await work();
      } finally {
        await lock.release();
      }
    } finally {
      this.active = null;
    }
  }

  private async checkRoom(model: LoadedCheckpoint, config: RunConfig, updatesDone: number): Promise<void> {
    const checkpointBytes = 3 * sizeBytes(model.weights); // parameters and two moments; less for LoRA
    await assertRoomFor(bytesOfRun(config, checkpointBytes, updatesDone), navigator.storage);
  }

  /** Trains to the end, a stop or a failure; what happens is told and stored. Never throws. */
  private async run(runId: string, config: RunConfig, resumeFrom: Checkpoint | null): Promise<void> {
    const { engine, modelName, model } = this.ready();
    const control = this.control();
    const batcher = new EventBatcher((events) => this.tell({ kind: 'run.events', runId, events }));
    let failure: Failure | null = null;
    try {
      const news = train(
        { runId, config, resumeFrom },
        { environment: dealOrNoDeal, modelName, model, engine, checkpoints: this.storage, control },
      );
      for await (const event of news) {
        if (event.kind !== 'batch.recorded') batcher.add(event);
        try {
          await this.store(runId, event);
        } catch (thrown) {
          // The run cannot go on without its records. Stopping lets it save its state first, if there is room.
          failure ??= explain(thrown);
          control.stop();
        }
      }
    } catch (thrown) {
      failure ??= explain(thrown);
    }
    if (failure) {
      batcher.add({ kind: 'run.failed', ...failure });
      await this.storage.setRunStatus(runId, 'failed', failure).catch(() => undefined); // the failure itself is told
    }
    batcher.flush();
  }

  private async store(runId: string, event: TrainingNews): Promise<void> {
    switch (event.kind) {
      case 'batch.recorded':
        return this.storage.recordEpisodes(runId, event.episodes, event.traces);
      case 'update.finished':
        return this.storage.recordUpdate(runId, event.updateIndex, event.metrics);
      case 'run.paused':
        return this.storage.setRunStatus(runId, 'paused');
      case 'run.continued':
        return this.storage.setRunStatus(runId, 'running');
      case 'run.finished':
        return this.storage.setRunStatus(runId, 'finished');
      case 'run.stopped':
        return this.storage.setRunStatus(runId, 'stopped');
      default:
        return;
    }
  }

  private async exportWeights(checkpointId: string): Promise<void> {
    const { model, modelName } = this.ready();
    const checkpoint = await this.storage.load(checkpointId);
    const { manifest } = checkpoint;
    if (manifest.modelName !== modelName) throw otherModel(manifest.modelName, modelName);
    const bytes = await zipBytes(weightFiles(checkpoint, model.keptFiles), manifest.createdAtMs);
    this.tell({ kind: 'weights.exported', fileName: `${manifest.checkpointId}.zip`, bytes }, [bytes.buffer]);
  }

  private ready(): Prepared {
    if (this.prepared) return this.prepared;
    throw new AppError('engine-not-ready', {
      what: 'The engine is not ready.',
      why: 'No model has been loaded yet.',
      fix: 'Wait until the adapter is shown at the top of the page.',
    });
  }

  private control(): RunControl {
    if (this.active) return this.active.control;
    throw new AppError('no-run', {
      what: 'There is no run to change.',
      why: 'It has ended, or none was started in this tab.',
      fix: 'Start a run, or resume one under Storage.',
    });
  }
}

async function openEngine(modelName: string, model: LoadedCheckpoint, allowFallback: boolean): Promise<Prepared> {
  const about = { modelName, parameterCount: sizeBytes(model.weights) / 4, modelBytes: sizeBytes(model.weights) };
  let gpu: GpuDevice;
  try {
    gpu = await requestGpuDevice(navigator.gpu);
  } catch (thrown) {
    if (!allowFallback) throw thrown;
    // Loaded only when it is needed: tfjs is most of the bytes of this worker.
    const [{ setCpuBackend }, { ReferenceEngine }] = await Promise.all([
      import('../src/gpu/tfjsBackend.ts'),
      import('../src/policy/referenceEngine.ts'),
    ]);
    await setCpuBackend();
    const status = {
      ...about,
      engine: 'reference',
      adapter: 'CPU (tfjs, one core)',
      features: [],
      maxBufferBytes: 0,
    } as const;
    return { engine: new ReferenceEngine(model.config), modelName, model, status: { ...status, features: [] } };
  }
  const { device, adapterName } = gpu;
  const features = [...device.features].filter((feature) => feature !== 'core-features-and-limits').sort();
  const status: EngineStatus = {
    ...about,
    engine: 'kernels',
    adapter: adapterName,
    features,
    maxBufferBytes: device.limits.maxStorageBufferBindingSize,
  };
  return { engine: new PlannedEngine(gpu, model.config), modelName, model, status };
}

function busy(): AppError {
  return new AppError('run-active', {
    what: 'A run is already training in this tab.',
    why: 'One run at a time has the graphics device.',
    fix: 'Stop it first, or wait for its end.',
  });
}

function otherModel(needed: string, loaded: string): AppError {
  return new AppError('other-model', {
    what: 'This checkpoint belongs to another model.',
    why: `It was trained on ${needed}; ${loaded} is loaded.`,
    fix: `Load ${needed}, then export again.`,
  });
}
