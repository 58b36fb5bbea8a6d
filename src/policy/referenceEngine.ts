import { sharingLearner } from './distinctSequences.ts';
import type { Decoder, Engine, FrozenWeights, Learner, Policy, Precision, Speaker, Trainable } from './engine.ts';
import type { ModelConfig } from './modelConfig.ts';
import { ReferenceDecoder } from './referenceDecoder.ts';
import { ReferenceLearner } from './referenceLearner.ts';
import { ReferenceFrozenWeights, ReferencePolicy, weightsOf } from './referenceWeights.ts';
import type { Weights } from './weights.ts';

/**
 * The engine in plain tfjs operations: the yardstick of `plannedEngine`, and the fallback where there is no WebGPU. It uses
 * whatever backend tfjs has when it is used (`await tf.setBackend('cpu')` first), and owns nothing itself.
 */
export class ReferenceEngine implements Engine {
  readonly kind = 'reference';
  readonly config: ModelConfig;
  /** Its cache is a tensor that every step copies. */
  readonly slotLimit = 256;

  constructor(config: ModelConfig) {
    this.config = config;
  }

  loadWeights(weights: Weights, precision: Precision = 'f32'): FrozenWeights {
    return new ReferenceFrozenWeights(this.config, weights, precision);
  }

  createPolicy(base: FrozenWeights, trainable: Trainable): Policy {
    if (!(base instanceof ReferenceFrozenWeights)) throw new Error('these weights were made by another engine');
    return new ReferencePolicy(this.config, base, trainable);
  }

  createDecoder(speakers: readonly Speaker[], slotCount: number): Decoder {
    for (const speaker of speakers) weightsOf(speaker); // made by this engine, or it throws
    return new ReferenceDecoder(this.config, slotCount);
  }

  /** Nothing is kept between forward and backward: every layer is computed again, whatever is asked. */
  createLearner(policy: Policy, tokenLimit: number): Learner {
    if (!(policy instanceof ReferencePolicy)) throw new Error('this policy was made by another engine');
    return sharingLearner(new ReferenceLearner(this.config, policy, tokenLimit));
  }

  async *prepare(): AsyncGenerator<number, void> {}

  dispose(): void {}
}
