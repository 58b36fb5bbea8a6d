import { AppError } from '../src/base/errors.ts';
import { requestGpuDevice } from '../src/gpu/device.ts';
import type { Engine } from '../src/policy/engine.ts';
import { loadCheckpoint, type LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import { PlannedEngine } from '../src/policy/plannedEngine.ts';
import { BUILT_IN_MODEL_NAMES, isBuiltInModel } from '../src/record/builtInModel.ts';
import { builtInSource } from './modelSource.ts';
import type { EngineStatus } from './protocol.ts';

/** A model with the engine that computes it. */
export interface OpenModel {
  readonly modelName: string;
  readonly model: LoadedCheckpoint;
  readonly engine: Engine;
}

interface Device {
  readonly status: EngineStatus;
  createEngine(config: ModelConfig): Engine;
}

/** The one device of this worker, and the models that were asked for so far: each is loaded once, when it is needed. */
export class Workbench {
  private device: Device | null = null;
  private readonly models = new Map<string, Promise<LoadedCheckpoint>>();
  private readonly engines = new Map<string, Engine>();

  /** Takes the device, once. @param allowFallback the person agreed to the slow tfjs CPU engine */
  async takeDevice(allowFallback: boolean): Promise<EngineStatus> {
    this.device ??= await takeDevice(allowFallback);
    return this.device.status;
  }

  /** @throws AppError `model-unknown`, `model-download` and those of the file readers; the next call tries again */
  async load(modelName: string): Promise<LoadedCheckpoint> {
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

  /** @throws AppError `engine-not-ready` before `takeDevice`, and those of `load` */
  async open(modelName: string): Promise<OpenModel> {
    const device = this.device;
    if (!device) throw notReady();
    const model = await this.load(modelName);
    // Engines share the device; what one of them keeps is its compiled kernels.
    const engine = this.engines.get(modelName) ?? device.createEngine(model.config);
    this.engines.set(modelName, engine);
    return { modelName, model, engine };
  }
}

async function takeDevice(allowFallback: boolean): Promise<Device> {
  try {
    const gpu = await requestGpuDevice(navigator.gpu);
    const { device, adapterName } = gpu;
    const features = [...device.features].filter((feature) => feature !== 'core-features-and-limits').sort();
    const maxBufferBytes = device.limits.maxStorageBufferBindingSize;
    return {
      status: { engine: 'kernels', adapter: adapterName, features, maxBufferBytes },
      createEngine: (config) => new PlannedEngine(gpu, config),
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
    createEngine: (config) => new ReferenceEngine(config),
  };
}

function notReady(): AppError {
  return new AppError('engine-not-ready', {
    what: 'The engine is not ready.',
    why: 'No model has been loaded yet.',
    fix: 'Wait until the adapter is shown at the top of the page.',
  });
}

function unknownModel(modelName: string): AppError {
  return new AppError('model-unknown', {
    what: `The model ${modelName} does not ship with this version of Parley.`,
    why: `The built-in models are: ${BUILT_IN_MODEL_NAMES.join(', ')}.`,
    fix: 'Open the run with the version that made it, or with the command line and --model.',
  });
}
