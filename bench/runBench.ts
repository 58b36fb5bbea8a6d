import { weightShapes, type ModelConfig } from '../src/policy/modelConfig.ts';
import { elementCount } from '../src/policy/weights.ts';
import { measureCeilings } from './parts/ceilings.ts';
import { measureDecoding } from './parts/decode.ts';
import { measureMemory } from './parts/memory.ts';
import type { Setting } from './parts/part.ts';
import { measureTraining } from './parts/train.ts';
import { Recorder, type Measurements } from './recorder.ts';
import type { Part, Size } from './size.ts';

/** What a page or a process has measured; plain data, so that it can leave a page. */
export interface BenchResult {
  readonly adapter: string;
  readonly model: { readonly name: string; readonly parameters: number; readonly config: ModelConfig };
  readonly size: Size;
  readonly measurements: Measurements;
}

export async function runBench(
  modelName: string,
  setting: Omit<Setting, 'recorder'>,
  parts: readonly Part[],
): Promise<BenchResult> {
  const { gpu, config, size } = setting;
  const recorder = new Recorder();
  const whole = { ...setting, recorder };
  if (parts.includes('memory')) await measureMemory(whole);
  if (parts.includes('decode')) for (const batch of size.batches) await measureDecoding(whole, batch);
  if (parts.includes('train')) await measureTraining(whole);
  if (parts.includes('ceilings')) await measureCeilings(whole);
  gpu.assertHealthy();
  const parameters = [...weightShapes(config).values()].reduce((sum, shape) => sum + elementCount(shape), 0);
  const { samples, unavailable } = recorder;
  return {
    adapter: gpu.adapterName,
    model: { name: modelName, parameters, config },
    size,
    measurements: { samples, unavailable },
  };
}
