import { RandomStream } from '../src/base/random.ts';
import { weightShapes, type ModelConfig } from '../src/policy/modelConfig.ts';
import { elementCount, type HostTensor, type Weights } from '../src/policy/weights.ts';

/** Shapes without training, for adapters that a small model cannot fill; about as many parameters as the name says. */
const RANDOM_MODELS: Readonly<Record<string, ModelConfig>> = {
  'random:110m': {
    hiddenSize: 768,
    intermediateSize: 2048,
    layerCount: 14,
    headCount: 12,
    keyValueHeadCount: 4,
    headSize: 64,
    vocabularySize: 32_000,
    contextLength: 2048,
    rmsNormEpsilon: 1e-5,
    ropeTheta: 10_000,
    isHeadTied: true,
  },
};

export const RANDOM_MODEL_NAMES = Object.keys(RANDOM_MODELS);

/** null when there is no such shape. */
export function createRandomModel(name: string): { config: ModelConfig; weights: Weights } | null {
  const config = RANDOM_MODELS[name];
  if (!config) return null;
  const random = new RandomStream(1, name);
  const weights = new Map<string, HostTensor>();
  for (const [tensor, shape] of weightShapes(config)) {
    const data = new Float32Array(elementCount(shape));
    if (shape.length === 1) data.fill(1);
    // Uniform of standard deviation 0.02, as such models begin.
    else for (let index = 0; index < data.length; index++) data[index] = 0.04 * Math.sqrt(3) * (random.uniform() - 0.5);
    weights.set(tensor, { shape, data });
  }
  return { config, weights };
}
