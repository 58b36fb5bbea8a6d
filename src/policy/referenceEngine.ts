import type { Decoder, Engine, Learner, WeightSet } from './engine.ts';
import type { ModelConfig } from './modelConfig.ts';
import { ReferenceDecoder } from './referenceDecoder.ts';
import { ReferenceLearner } from './referenceLearner.ts';
import { ReferenceWeights } from './referenceWeights.ts';
import type { Weights } from './weights.ts';

/**
 * The engine in plain tfjs operations: the yardstick of `plannedEngine`, and the fallback where there is no WebGPU. It uses
 * whatever backend tfjs has when it is used (`await tf.setBackend('cpu')` first), and owns nothing itself.
 */
export class ReferenceEngine implements Engine {
  readonly kind = 'reference';
  readonly config: ModelConfig;

  constructor(config: ModelConfig) {
    this.config = config;
  }

  createWeightSet(weights: Weights): WeightSet {
    return new ReferenceWeights(this.config, weights);
  }

  createDecoder(weights: WeightSet, slotCount: number): Decoder {
    return new ReferenceDecoder(this.config, asReference(weights), slotCount);
  }

  createLearner(policy: WeightSet, base: WeightSet, tokenLimit: number): Learner {
    return new ReferenceLearner(this.config, asReference(policy), asReference(base), tokenLimit);
  }

  dispose(): void {}
}

function asReference(weights: WeightSet): ReferenceWeights {
  if (weights instanceof ReferenceWeights) return weights;
  throw new Error('this weight set was made by another engine');
}
