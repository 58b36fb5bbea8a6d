import '@tensorflow/tfjs-backend-wasm';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { requestGpuDevice } from '../src/gpu/device.ts';
import { setWebGpuBackend } from '../src/gpu/tfjsBackend.ts';
import { loadCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { watchGpu } from './gpuWatch.ts';
import { ourContestant } from './ours.ts';
import { MODEL_PATH, type PageRequest } from './pageRequest.ts';
import { runBench, type BenchResult } from './runBench.ts';
import { tfjsContestant } from './tfjs/contestant.ts';
import { transformersjsContestant } from './transformersjs.ts';

/** The comparison in a browser: `browser.ts` opens this page, calls `runInPage` and hears of progress through `say`. */
declare global {
  interface Window {
    runInPage(request: PageRequest): Promise<BenchResult>;
    say(text: string): Promise<void>;
  }
}

window.runInPage = async ({ modelName, hasOnnx, size, parts, isBesideWanted }) => {
  const watch = watchGpu();
  const gpu = await requestGpuDevice(navigator.gpu);
  await setWebGpuBackend(gpu);
  const fetched = async (name: string) => fetch(`/${MODEL_PATH}/${name}`);
  const { config, weights } = await loadCheckpoint({
    has: async (name) => (await fetched(name)).ok,
    readBytes: async (name) => new Uint8Array(await (await fetched(name)).arrayBuffer()),
  });
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  setThreadsCount(navigator.hardwareConcurrency);
  const hosts = [tfjsContestant('wasm', config, weights), tfjsContestant('cpu', config, weights)];
  const setting = {
    gpu,
    config,
    main: [
      ourContestant(gpu, config, weights),
      tfjsContestant('webgpu', config, weights),
      ...(hasOnnx ? [transformersjsContestant('webgpu', MODEL_PATH)] : []),
    ],
    beside: isBesideWanted ? [...(hasOnnx ? [transformersjsContestant('wasm', MODEL_PATH)] : []), ...hosts] : [],
    watch,
    size,
    say: (text: string) => void window.say(text),
  };
  return runBench(modelName, setting, parts);
};
