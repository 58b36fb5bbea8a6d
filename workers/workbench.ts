import { AppError } from '../src/base/errors.ts';
import { requestGpuDevice, type GpuDevice } from '../src/gpu/device.ts';
import { KernelLibrary } from '../src/gpu/plan.ts';
import type { Engine } from '../src/policy/engine.ts';
import { loadCheckpoint, type AnyCheckpoint, type LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { LoraAdapter } from '../src/policy/formats/peft.ts';
import { limitContext, type ModelConfig } from '../src/policy/modelConfig.ts';
import type { Precision } from '../src/gpu/quantise.ts';
import type { TuningStore } from '../src/gpu/tuning.ts';
import { tuneEngine } from '../src/policy/engineTiles.ts';
import { PlannedEngine } from '../src/policy/plannedEngine.ts';
import { BUILT_IN_MODEL_NAMES, isBuiltInModel } from '../src/record/builtInModel.ts';
import { isStoredModel } from '../src/record/modelName.ts';
import { callsAgentModel, DEFAULT_CONTEXT_LIMIT, NEW_ADAPTER, type RunConfig } from '../src/record/runConfig.ts';
import { AdapterStore } from '../src/storage/models/adapterStore.ts';
import { ModelStore } from '../src/storage/models/modelStore.ts';
import { builtInSource } from './modelSource.ts';
import { opfsFiles } from './opfsFiles.ts';
import type { EngineStatus } from './protocol.ts';

/** A model with the engine that computes it. */
export interface OpenModel {
  readonly modelName: string;
  readonly model: AnyCheckpoint;
  readonly engine: Engine;
}

/** What a run computes with: its base, and the model that acts for seats, where that is another one. */
export interface RunModels extends OpenModel {
  readonly agentModel: OpenModel | null;
}

interface Device {
  readonly status: EngineStatus;
  /** null on the CPU engine. */
  readonly gpu: GpuDevice | null;
  createEngine(config: ModelConfig, precision: Precision): Promise<Engine>;
}

/** The one device of this worker, and the models that were asked for so far. Those that ship are loaded once. */
export class Workbench {
  private device: Device | null = null;
  private readonly models = new Map<string, Promise<LoadedCheckpoint>>();
  /** Their weights stay in files until a session reads them. */
  private readonly stored = new ModelStore(opfsFiles('models'));
  private readonly adapters = new AdapterStore(opfsFiles('adapters'));
  private readonly engines = new Map<string, Engine>();
  private readonly tunings: TuningStore;

  constructor(tunings: TuningStore) {
    this.tunings = tunings;
  }

  /** Takes the device, once. @param allowFallback the person agreed to the slow tfjs CPU engine */
  async takeDevice(allowFallback: boolean): Promise<EngineStatus> {
    this.device ??= await takeDevice(allowFallback, this.tunings);
    return this.device.status;
  }

  /**
   * @throws AppError `model-unknown`, `model-missing`, `model-download` and those of the file readers; the next call tries again
   */
  async load(modelName: string): Promise<AnyCheckpoint> {
    // Opened anew each time: somebody may have deleted it meanwhile.
    if (isStoredModel(modelName)) return this.stored.open(modelName);
    if (!isBuiltInModel(modelName)) throw unknownModel(modelName);
    const loading = this.models.get(modelName) ?? loadCheckpoint(builtInSource(modelName));
    this.models.set(modelName, loading);
    try {
      return await loading;
    } catch (thrown) {
      this.models.delete(modelName);
      throw thrown;
    }
  }

  /** null: a new one. @throws AppError `adapter-missing`, and those of its reader */
  async openAdapter(name: string, config: ModelConfig): Promise<LoraAdapter | null> {
    return name === NEW_ADAPTER ? null : this.adapters.open(name, config);
  }

  /** @throws AppError `engine-not-ready` before `takeDevice`, `webgpu-missing` on the CPU engine */
  async takenGpu(): Promise<GpuDevice> {
    if (!this.device) throw notReady();
    const { gpu } = await this.healthyDevice(this.device);
    if (!gpu) throw noGpu();
    return gpu;
  }

  /** A device that has failed once does not heal: whoever comes next gets a new one, with engines of its own. */
  private async healthyDevice(device: Device): Promise<Device> {
    if (!device.gpu || !isBroken(device.gpu)) return device;
    this.engines.clear();
    device.gpu.device.destroy();
    return (this.device = await takeDevice(false, this.tunings));
  }

  /**
   * @param precision of the frozen weights, for which the engine is tuned
   * @param contextLimit longest context, in tokens, if the model's own is longer: caches are as large as it
   * @throws AppError `engine-not-ready` before `takeDevice`, and those of `load` and of taking a new device
   */
  async open(
    modelName: string,
    precision: Precision = 'f32',
    contextLimit = DEFAULT_CONTEXT_LIMIT,
  ): Promise<OpenModel> {
    if (!this.device) throw notReady();
    const loaded = await this.load(modelName);
    const model = { ...loaded, config: limitContext(loaded.config, contextLimit) };
    const device = await this.healthyDevice(this.device);
    // Engines share the device and its compiled kernels.
    const key = `${modelName} ${precision} ${model.config.contextLength}`;
    const engine = this.engines.get(key) ?? (await device.createEngine(model.config, precision));
    this.engines.set(key, engine);
    return { modelName, model, engine };
  }

  /** @param modelName of the base, whatever the config says */
  async openRun(modelName: string, config: RunConfig): Promise<RunModels> {
    const open = await this.open(modelName, config.basePrecision, config.contextLimit);
    return { ...open, agentModel: await this.openAgentModel(config) };
  }

  /** null where no agent is another model. */
  async openAgentModel(config: RunConfig): Promise<OpenModel | null> {
    const { agentModel, basePrecision, contextLimit } = config;
    return callsAgentModel(config) ? this.open(agentModel, basePrecision, contextLimit) : null;
  }
}

function isBroken(gpu: GpuDevice): boolean {
  try {
    gpu.assertHealthy();
    return false;
  } catch {
    return true;
  }
}

async function takeDevice(allowFallback: boolean, tunings: TuningStore): Promise<Device> {
  try {
    const gpu = await requestGpuDevice(navigator.gpu);
    const { device, adapterName } = gpu;
    const features = [...device.features].filter((feature) => feature !== 'core-features-and-limits').sort();
    const maxBufferBytes = device.limits.maxStorageBufferBindingSize;
    const library = new KernelLibrary(device);
    return {
      status: { engine: 'kernels', adapter: adapterName, features, maxBufferBytes },
      gpu,
      createEngine: async (config, precision) =>
        new PlannedEngine(gpu, config, library, await tuneEngine(gpu, library, config, precision, tunings)),
    };
  } catch (thrown) {
    if (!allowFallback) throw thrown;
  }
  // Loaded only when it is needed: tfjs is most of the bytes of this worker.
  const [{ setCpuBackend }, { ReferenceEngine }] = await Promise.all([
    import('../src/gpu/tfjsBackend.ts'),
    import('../src/policy/referenceEngine.ts'),
  ]);
  await setCpuBackend();
  return {
    status: { engine: 'reference', adapter: 'CPU (tfjs, one core)', features: [], maxBufferBytes: 0 },
    gpu: null,
    createEngine: async (config) => new ReferenceEngine(config),
  };
}

function notReady(): AppError {
  return new AppError('engine-not-ready', {
    what: 'The engine is not ready.',
    why: 'No model has been loaded yet.',
    fix: 'Wait until the adapter is shown at the top of the page.',
  });
}

function noGpu(): AppError {
  return new AppError('webgpu-missing', {
    what: 'There is no graphics device to test.',
    why: 'This tab computes on the slow CPU engine, which runs none of the kernels.',
    fix: 'Open Parley where WebGPU is available.',
  });
}

function unknownModel(modelName: string): AppError {
  return new AppError('model-unknown', {
    what: `The model ${modelName} does not ship with this version of Parley.`,
    why: `The built-in models are: ${BUILT_IN_MODEL_NAMES.join(', ')}.`,
    fix: 'Open the run with the version that made it, or with the command line and --model.',
  });
}
