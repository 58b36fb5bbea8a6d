import { z } from 'zod';
import { explain } from '../src/base/errors.ts';
import { PlannedEngine } from '../src/policy/plannedEngine.ts';
import { ReferenceEngine } from '../src/policy/referenceEngine.ts';
import { loadModel } from '../cli/loadModel.ts';
import { requestNodeDevice } from '../cli/nodeGpu.ts';
import { decodeRate, LEARNER_CONTEXTS, learnerTimes } from './engines.ts';
import { kernelTimes } from './kernelTimes.ts';
import { matmulRate, tfjsMatmulRate } from './matmul.ts';
import { registerTfjsOn } from './tfjsOnDevice.ts';

/**
 * `npm run bench`: our kernels against plain tfjs operations on the same device. What counts are the ratios: absolute numbers
 * belong to the machine and to whatever else it does meanwhile. `-- --json` prints numbers only.
 */
const BATCHES = [1, 8, 32, 64];
const SHAPES = [
  { M: 2048, N: 352, K: 64 }, // gate and up of the built-in model, one micro-batch
  { M: 256, N: 256, K: 256 },
];

const words = z.array(z.string()).parse(JSON.parse(process.env['PARLEY_ARGUMENTS'] ?? '[]'));
const isJson = words.includes('--json');

try {
  const report = await measure();
  if (isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
  else print(report);
} catch (thrown) {
  const { what, why, fix } = explain(thrown);
  process.stderr.write(`\nerror: ${what}\n  why: ${why}\n  fix: ${fix}\n`);
  process.exitCode = 1;
}
// Dawn keeps a thread for its device; the process must not wait for it.
process.exit();

async function measure() {
  const { name, model } = await loadModel('builtin:parley-mini');
  const gpu = await requestNodeDevice();
  await registerTfjsOn(gpu);
  const kernels = new PlannedEngine(gpu, model.config);
  const reference = new ReferenceEngine(model.config);
  const say = (text: string) => process.stderr.write(`${text} …\n`);

  const decode = [];
  for (const batch of BATCHES) {
    say(`decoding, batch ${batch}`);
    const own = await decodeRate(kernels, model.weights, batch, 60);
    decode.push({ batch, ...compared(own, await decodeRate(reference, model.weights, batch, 3), 'more is better') });
  }
  say('learning');
  const own = await learnerTimes(kernels, model.weights, LEARNER_CONTEXTS, 5);
  // Fewer contexts for the slow one, or this would take minutes on a CPU adapter: both times are per 1,000 tokens.
  const theirs = await learnerTimes(reference, model.weights, 2, 1);
  const learner = {
    forward: compared(own.forward, theirs.forward, 'less is better'),
    forwardAndBackward: compared(own.forwardAndBackward, theirs.forwardAndBackward, 'less is better'),
  };
  const matmul = [];
  for (const shape of SHAPES) {
    say(`matmul ${shape.M} × ${shape.N} × ${shape.K}`);
    const rate = await matmulRate(gpu, kernels.library, shape);
    matmul.push({ ...shape, ...compared(rate, await tfjsMatmulRate(shape), 'more is better') });
  }
  say('kernel by kernel');
  const perKernel = await kernelTimes(gpu, kernels.library, model);
  gpu.assertHealthy();
  return { adapter: gpu.adapterName, model: name, decode, learner, matmul, perKernel };
}

/** @returns `ratio` says how many times better the kernels are */
function compared(kernels: number, reference: number, direction: 'more is better' | 'less is better') {
  return { kernels, reference, ratio: direction === 'more is better' ? kernels / reference : reference / kernels };
}

function print({ adapter, model, decode, learner, matmul, perKernel }: Awaited<ReturnType<typeof measure>>): void {
  const line = (left: string, ...numbers: (number | string)[]) =>
    console.log(left.padEnd(34) + numbers.map((number) => shown(number).padStart(12)).join(''));
  console.log(`\n${model} on ${adapter}\n`);
  line('', 'kernels', 'tfjs', 'ratio');
  for (const { batch, kernels, reference, ratio } of decode) {
    line(`decode, batch ${batch} [tokens/s]`, kernels, reference, ratio);
  }
  const { forward, forwardAndBackward } = learner;
  line('forward [ms / 1,000 tokens]', forward.kernels, forward.reference, forward.ratio);
  const both = forwardAndBackward;
  line('with backward [ms / 1,000 tokens]', both.kernels, both.reference, both.ratio);
  for (const { M, N, K, kernels, reference, ratio } of matmul) {
    line(`matmul ${M} × ${N} × ${K} [GFLOP/s]`, kernels, reference, ratio);
  }
  console.log(
    `\nMilliseconds per kernel, each dispatch awaited alone (${shown(perKernel.emptyMs)} ms of it for waiting)\n`,
  );
  line('', `decode, ${perKernel.decodeBatch}`, `learn, ${perKernel.learnRows}`);
  for (const { name, decodeMs, learnMs } of perKernel.kernels) {
    line(name, decodeMs === null ? '' : decodeMs, learnMs === null ? '' : learnMs);
  }
}

function shown(value: number | string): string {
  if (typeof value === 'string') return value;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
