import '@tensorflow/tfjs-backend-wasm';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { requestGpuDevice } from '../src/gpu/device.ts';
import { kernelStyle } from '../src/gpu/style.ts';
import { setWebGpuBackend } from '../src/gpu/tfjsBackend.ts';
import { loadCheckpoint, type FileSource } from '../src/policy/formats/huggingFace.ts';
import { watchGpu } from './gpuWatch.ts';
import { ourContestant } from './ours.ts';
import { MODEL_PATH, type PageRequest } from './pageRequest.ts';
import { createRandomModel } from './randomModel.ts';
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

const fetched = (name: string) => fetch(`/${MODEL_PATH}/${name}`);
const SERVED_FILES: FileSource = {
  has: async (name) => (await fetched(name)).ok,
  readBytes: async (name) => new Uint8Array(await (await fetched(name)).arrayBuffer()),
};

window.runInPage = async ({ modelName, hasOnnx, size, parts, isBesideWanted }) => {
  const watch = watchGpu();
  const gpu = await requestGpuDevice(navigator.gpu);
  await setWebGpuBackend(gpu);
  const { config, weights } = createRandomModel(modelName) ?? (await loadCheckpoint(SERVED_FILES));
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  setThreadsCount(navigator.hardwareConcurrency);
  const hosts = [
    ...(hasOnnx ? [transformersjsContestant('wasm', MODEL_PATH)] : []),
    tfjsContestant('wasm', config, weights),
    tfjsContestant('cpu', config, weights),
  ];
  const setting = {
    gpu,
    config,
    main: [
      ourContestant(gpu, config, weights),
      tfjsContestant('webgpu', config, weights),
      ...(hasOnnx ? [transformersjsContestant('webgpu', MODEL_PATH)] : []),
    ],
    // Compared with a graphics card, they would only take time.
    beside: isBesideWanted && kernelStyle(gpu) === 'serial' ? hosts : [],
    watch,
    size,
    say: (text: string) => void window.say(text),
  };
  return runBench(modelName, setting, parts);
};
