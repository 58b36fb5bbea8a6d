import { estimateMemory, slotLimit } from '../src/policy/memoryEstimate.ts';
import { limitContext, weightShapes, type ModelConfig } from '../src/policy/modelConfig.ts';
import { linearBytes } from '../src/gpu/linear.ts';
import { precisionOf } from '../src/policy/kernelWeights.ts';
import { RunConfig } from '../src/record/runConfig.ts';
import { runShape } from '../src/training/runShape.ts';
import type { KeptModel } from './modelStoreProtocol.ts';

const PRECISIONS = ['f32', 'f16', 'int8', 'int4'] as const;

/** What a LoRA run with the default knobs takes on the device, by precision of the base. */
export function modelNeeds(model: ModelConfig): Pick<KeptModel, 'memoryBytes' | 'largestBufferBytes'> {
  const run = RunConfig.parse({ adaptation: 'lora' });
  const config = limitContext(model, run.contextLimit);
  const engine = { config, slotLimit: slotLimit(config, Infinity) };
  const by = (bytes: (precision: (typeof PRECISIONS)[number]) => number) => ({
    f32: bytes('f32'),
    f16: bytes('f16'),
    int8: bytes('int8'),
    int4: bytes('int4'),
  });
  return {
    memoryBytes: by((basePrecision) => estimateMemory(config, runShape({ ...run, basePrecision }, engine)).total),
    largestBufferBytes: by((precision) => largestMatrix(config, precision)),
  };
}

/** The embedding of most models; a head as large beside it. */
function largestMatrix(config: ModelConfig, precision: (typeof PRECISIONS)[number]): number {
  const sizes = [...weightShapes(config)].map(([name, [rows = 1, columns]]) => {
    if (columns === undefined) return rows * 4;
    const key = name === 'model.embed_tokens.weight' ? 'embed' : name === 'lm_head.weight' ? 'head' : 'layer';
    return linearBytes(precisionOf(key, precision), rows, columns);
  });
  return Math.max(...sizes);
}
