import { sharingLearner } from './distinctSequences.ts';
import { AppError } from '../base/errors.ts';
import { assertFits, type GpuDevice } from '../gpu/device.ts';
import { KernelLibrary } from '../gpu/plan.ts';
import type { Precision } from '../gpu/quantise.ts';
import { kernelStyle } from '../gpu/style.ts';
import type {
  Decoder,
  Engine,
  FrozenWeights,
  Learner,
  LearnerOptions,
  NamedTensor,
  Policy,
  Speaker,
  Trainable,
} from './engine.ts';
import { defaultEngineTiles, type EngineTiles } from './engineTiles.ts';
import type { PlanContext } from './forwardPlan.ts';
import { PlannedPolicy, PlannedWeights } from './kernelWeights.ts';
import { cacheSizes, learnerSizes, slotLimit, wantsRecompute } from './memoryEstimate.ts';
import type { ModelConfig } from './modelConfig.ts';
import { PlannedDecoder } from './plannedDecoder.ts';
import { PlannedLearner } from './plannedLearner.ts';
import type { Weights } from './weights.ts';

/** The fast engine: our WGSL kernels, recorded once and replayed. */
export class PlannedEngine implements Engine {
  readonly kind = 'kernels';
  readonly config: ModelConfig;
  readonly slotLimit: number;
  /** Dispatches by kernel name: who did the work. */
  readonly library: KernelLibrary;
  private readonly gpu: GpuDevice;
  private readonly tiles: EngineTiles;

  /**
   * @param library compiled kernels; engines of one device do well to share it, for models share most kernels
   * @param tiles what `tuneEngine` has found
   */
  constructor(
    gpu: GpuDevice,
    config: ModelConfig,
    library = new KernelLibrary(gpu.device),
    tiles = defaultEngineTiles(gpu),
  ) {
    assertShape(config);
    this.gpu = gpu;
    this.config = config;
    this.library = library;
    this.tiles = tiles;
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
    this.slotLimit = slotLimit(config, Math.min(maxBufferSize, maxStorageBufferBindingSize));
  }

  loadWeights(weights: Weights, precision: Precision = 'f32'): FrozenWeights {
    return this.gpu.allocate(
      'The weights of the base model',
      () => new PlannedWeights(this.gpu, this.config, weights, precision),
    );
  }

  /**
   * As `loadWeights`, of tensors as they come from a file or the network (`readTensors` in `formats/tensorSource.ts`): the host
   * holds one at a time. What is half loaded when the source fails is given back.
   */
  async streamWeights(tensors: AsyncIterable<NamedTensor>, precision: Precision = 'f32'): Promise<FrozenWeights> {
    const what = 'The weights of the base model';
    const weights = this.gpu.allocate(what, () => new PlannedWeights(this.gpu, this.config, null, precision));
    try {
      for await (const [name, tensor] of tensors) {
        weights.put(name, tensor);
        // Else the queue would keep copies of all that was sent.
        await this.gpu.device.queue.onSubmittedWorkDone();
      }
      return weights;
    } catch (error) {
      weights[Symbol.dispose]();
      throw error;
    }
  }

  createPolicy(base: FrozenWeights, trainable: Trainable): Policy {
    if (!(base instanceof PlannedWeights)) throw new Error('these weights were made by another engine');
    return this.gpu.allocate('The policy', () => new PlannedPolicy(this.gpu, this.config, base, trainable));
  }

  createDecoder(speakers: readonly Speaker[], slotCount: number): Decoder {
    const { device } = this.gpu;
    assertFits(device, `The key cache for ${slotCount} contexts`, cacheSizes(this.config, slotCount).keys * 4);
    return this.gpu.allocate('The key cache', () => new PlannedDecoder(this.contextFor('decode'), speakers, slotCount));
  }

  createLearner(policy: Policy, tokenLimit: number, options?: LearnerOptions): Learner {
    if (!(policy instanceof PlannedPolicy)) throw new Error('this policy was made by another engine');
    const { config } = this;
    const largest = Math.max(
      2 * tokenLimit * config.intermediateSize,
      ...Object.values(learnerSizes(config, tokenLimit)),
    );
    assertFits(this.gpu.device, `A micro-batch of ${tokenLimit} tokens`, largest * 4);
    const { recompute } = options ?? { recompute: wantsRecompute(config, tokenLimit, policy.rank) };
    return this.gpu.allocate('What is kept of a micro-batch', () =>
      sharingLearner(new PlannedLearner(this.contextFor('train'), policy, tokenLimit, { recompute })),
    );
  }

  async *prepare(): AsyncGenerator<number, void> {
    await this.gpu.allocated();
    yield* this.library.compileAhead();
    this.gpu.assertHealthy();
  }

  dispose(): void {
    this.gpu.device.destroy();
  }

  private contextFor(purpose: PlanContext['purpose']): PlanContext {
    const { gpu, library, config } = this;
    return { gpu, library, config, style: kernelStyle(gpu), purpose, tiles: this.tiles[purpose] };
  }
}

/** The kernels read four numbers at a time along these sizes. */
function assertShape({ hiddenSize, intermediateSize, headSize }: ModelConfig): void {
  const odd = Object.entries({ hiddenSize, intermediateSize, headSize }).find(([, size]) => size % 4 !== 0);
  if (!odd) return;
  throw new AppError('model-shape', {
    what: 'The kernels cannot run this model.',
    why: `Its ${odd[0]} is ${odd[1]}, which is not a multiple of 4.`,
    fix: 'Choose a model whose sizes are multiples of 4 (all published Llama models are).',
  });
}
