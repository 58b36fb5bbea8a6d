import { globals } from 'webgpu';
import { requestNodeDevice } from '../cli/nodeGpu.ts';
import { kernelStyle } from '../src/gpu/style.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import type { Weights } from '../src/policy/weights.ts';
import { watchGpu } from './gpuWatch.ts';
import { ourContestant } from './ours.ts';
import { runBench, type BenchResult } from './runBench.ts';
import type { Part, Size } from './size.ts';
import { tfjsContestant } from './tfjs/contestant.ts';
import { registerTfjsOn } from './tfjsOnDevice.ts';

export interface NodeRequest {
  readonly modelName: string;
  readonly config: ModelConfig;
  readonly weights: Weights;
  readonly size: Size;
  readonly parts: readonly Part[];
  readonly isBesideWanted: boolean;
}

/** The comparison on Dawn in this process; without transformers.js, whose WebGPU needs a browser. */
export async function runInNode(
  { modelName, config, weights, size, parts, isBesideWanted }: NodeRequest,
  say: (text: string) => void,
): Promise<{ runtime: string; result: BenchResult }> {
  Object.assign(globalThis, globals);
  const watch = watchGpu();
  const gpu = await requestNodeDevice();
  await registerTfjsOn(gpu);
  const setting = {
    gpu,
    config,
    main: [ourContestant(gpu, config, weights), tfjsContestant('webgpu', config, weights)],
    // Compared with a graphics card, it would only take time.
    beside: isBesideWanted && kernelStyle(gpu) === 'serial' ? [tfjsContestant('cpu', config, weights)] : [],
    watch,
    size,
    say,
  };
  const result = await runBench(modelName, setting, parts);
  const why = 'ONNX Runtime Web needs a browser for WebGPU; leave out --node';
  const unavailable = { ...result.measurements.unavailable, transformersjs: why };
  return {
    runtime: `Dawn in Node ${process.versions.node}`,
    result: { ...result, measurements: { ...result.measurements, unavailable } },
  };
}
