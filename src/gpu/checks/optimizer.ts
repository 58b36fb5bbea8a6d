import { adamW } from '../kernels/adamW.ts';
import { squaredNorm, squaredNormTotal } from '../kernels/squaredNorm.ts';
import { adamWSettings, recordAdamW, recordSquaredNorm, squaredNormScratch, type StepSettings } from '../optimizer.ts';
import { Plan } from '../plan.ts';
import type { CheckBench, KernelCheck, Mutation } from './check.ts';
import { checkInput } from './inputs.ts';

/** The gradient's norm and AdamW. Golden numbers: `tools/golden/kernels/optimizer.py`. */

/** Elements of the tensors, all in one norm and one step. Every second one decays. */
const SIZES = [1, 3, 17, 127, 129, 1000, 100_003] as const;

const SETTINGS: Readonly<Record<string, StepSettings>> = {
  clipped: { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, step: 3, maximumNorm: 1 },
  first: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0, step: 1, maximumNorm: 1e6 },
  late: { learningRate: 1, beta1: 0.5, beta2: 0.999, epsilon: 0.25, weightDecay: 0.5, step: 1000, maximumNorm: 100 },
};

const normCheck: KernelCheck = {
  name: 'squaredNorm of seven tensors',
  kernels: [squaredNorm.name, squaredNormTotal.name],
  golden: 'squaredNorm',
  tolerance: 3e-7,
  isAvailable: () => true,
  async run(bench) {
    const norm = bench.poisoned(2);
    const plan = new Plan(bench.library);
    recordNorm(bench, plan, SIZES.map(gradientOf(bench)), norm);
    await bench.runOnce(plan, 0);
    return bench.read({ norm });
  },
};

const stepChecks = Object.entries(SETTINGS).map(([name, settings]) =>
  stepCheck(name, settings, 2e-6, (bench) => SIZES.map(gradientOf(bench))),
);

/** The gradient of the third tensor is NaN, infinite, or so large that its square is. Nothing may change. */
const unchangedChecks = [NaN, Infinity, -1e30].map((value) =>
  stepCheck(
    'unchanged',
    { ...(SETTINGS['late'] as StepSettings), step: 1 }, // it is there
    1e-8, // what nine digits of a golden number tell
    (bench) =>
      SIZES.map((size) => (size === 17 ? bench.upload(new Float32Array(size).fill(value)) : gradientOf(bench)(size))),
    `, gradient ${value}`,
  ),
);

export const checks: readonly KernelCheck[] = [normCheck, ...stepChecks, ...unchangedChecks];

function stepCheck(
  golden: string,
  settings: StepSettings,
  tolerance: number,
  createGradients: (bench: CheckBench) => readonly GPUBuffer[],
  remark = '',
): KernelCheck {
  return {
    name: `adamW, ${golden}${remark}`,
    kernels: [adamW.name],
    golden: `adamW ${golden}`,
    tolerance,
    isAvailable: () => true,
    async run(bench) {
      const gradients = createGradients(bench);
      const tensors = SIZES.map((count, index) => {
        const input = (part: string) => checkInput(`adamW ${count} ${part}`, count);
        return {
          count,
          decays: index % 2 === 1,
          gradient: gradients[index] as GPUBuffer, // one per size
          parameter: bench.upload(input('parameter')),
          first: bench.upload(input('first')),
          second: bench.upload(input('second').map((value) => value * value)),
        };
      });
      const norm = bench.poisoned(2);
      const plan = new Plan(bench.library);
      recordNorm(bench, plan, gradients, norm);
      recordAdamW(plan, tensors, bench.upload(adamWSettings(settings)), norm);
      await bench.runOnce(plan, 0);
      const named = tensors.flatMap(({ count, parameter, gradient, first, second }) =>
        Object.entries({ parameter, gradient, first, second }).map(([part, buffer]) => [`${part} ${count}`, buffer]),
      );
      return bench.read(Object.fromEntries(named) as Record<string, GPUBuffer>); // as the line above says
    },
  };
}

function recordNorm(bench: CheckBench, plan: Plan, gradients: readonly GPUBuffer[], norm: GPUBuffer): void {
  const tensors = gradients.map((buffer, index) => ({ buffer, count: SIZES[index] ?? 0 }));
  recordSquaredNorm(plan, tensors, bench.poisoned(squaredNormScratch(SIZES)), norm);
}

const gradientOf = (bench: CheckBench) => (size: number) => bench.upload(checkInput(`adamW ${size} gradient`, size));

export const mutations: readonly Mutation[] = [
  { kernel: 'squaredNorm', from: 'values[index] * values[index]', to: 'values[index] * abs(values[index])' },
  { kernel: 'squaredNorm', from: 'begin + run * THREADS * RUN', to: 'begin + run * THREADS' },
  { kernel: 'squaredNorm', from: 'part.first + block * THREADS', to: 'block * THREADS' },
  { kernel: 'squaredNormTotal', from: 'first + THREADS * RUN, part.count', to: 'first + THREADS, part.count' },
  { kernel: 'squaredNormTotal', from: 'other < first + 8u', to: 'other < first + 7u' },
  { kernel: 'squaredNormTotal', from: 'sqrt(total)', to: 'total' },
  { kernel: 'adamW', from: 'settings.secondAdded * slope * slope', to: 'settings.secondAdded * slope' },
  { kernel: 'adamW', from: 'bitcast<f32>(norm[1])', to: 'bitcast<f32>(norm[0])' },
  { kernel: 'adamW', from: 'part.decays == 1u', to: 'part.decays != 1u' },
  { kernel: 'adamW', from: 'if (!isFinite)', to: 'if (false)' },
  { kernel: 'adamW', from: 'gradient[index] = 0.0', to: 'gradient[index] = slope' },
  { kernel: 'adamW', from: 'sqrt(v) * settings.secondScale', to: 'sqrt(v)' },
  { kernel: 'adamW', from: 'first + THREADS * EACH, part.count', to: 'first + THREADS, part.count' },
];
