import { AppError } from '../base/errors.ts';
import { assertFits, type GpuDevice } from '../gpu/device.ts';
import { KernelLibrary } from '../gpu/plan.ts';
import type { Decoder, Engine, Learner, WeightSet } from './engine.ts';
import type { ModelConfig } from './modelConfig.ts';
import { PackedWeights } from './packedWeights.ts';
import { PlannedDecoder } from './plannedDecoder.ts';
import { PlannedLearner } from './plannedLearner.ts';
import type { Weights } from './weights.ts';

/** The fast engine: our WGSL kernels, recorded once and replayed. */
export class PlannedEngine implements Engine {
  readonly kind = 'kernels';
  readonly config: ModelConfig;
  /** Dispatches by kernel name: who did the work. */
  readonly library: KernelLibrary;
  private readonly gpu: GpuDevice;

  constructor(gpu: GpuDevice, config: ModelConfig) {
    assertShape(config);
    this.gpu = gpu;
    this.config = config;
    this.library = new KernelLibrary(gpu.device);
  }

  createWeightSet(weights: Weights): WeightSet {
    const largest = Math.max(...[...weights.values()].map(({ data }) => data.byteLength));
    assertFits(this.gpu.device, 'The largest weight of this model', largest);
    const packed = new PackedWeights(this.gpu.device, this.config);
    packed.update(weights);
    return packed;
  }

  createDecoder(weights: WeightSet, slotCount: number): Decoder {
    const { contextLength, keyValueHeadCount: G, headSize: S } = this.config;
    assertFits(this.gpu.device, `The key cache for ${slotCount} dialogues`, slotCount * contextLength * G * S * 4);
    return new PlannedDecoder(this.gpu, this.library, this.config, asPacked(weights), slotCount);
  }

  createLearner(policy: WeightSet, base: WeightSet, tokenLimit: number): Learner {
    const { intermediateSize: F, vocabularySize: V } = this.config;
    assertFits(this.gpu.device, `A micro-batch of ${tokenLimit} tokens`, tokenLimit * Math.max(2 * F, V) * 4);
    return new PlannedLearner(this.gpu, this.library, this.config, asPacked(policy), asPacked(base), tokenLimit);
  }

  dispose(): void {
    this.gpu.device.destroy();
  }
}

function asPacked(weights: WeightSet): PackedWeights {
  if (weights instanceof PackedWeights) return weights;
  throw new Error('this weight set was made by another engine');
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
