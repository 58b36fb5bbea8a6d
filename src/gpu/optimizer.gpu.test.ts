import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFixture } from '../../tests/fixtureFiles.ts';
import { Bench } from './checks/bench.ts';
import { checkInput } from './checks/inputs.ts';
import { requestGpuDevice, type GpuDevice } from './device.ts';
import { adamWSettings, recordAdamW, recordSquaredNorm, squaredNormScratch, type StepSettings } from './optimizer.ts';
import { KernelLibrary, Plan } from './plan.ts';

let gpu: GpuDevice;
let library: KernelLibrary;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
  library = new KernelLibrary(gpu.device);
});
afterAll(() => gpu.device.destroy());

async function normOf(values: Float32Array): Promise<number> {
  using bench = new Bench(gpu, library);
  const norm = bench.poisoned(2);
  const plan = new Plan(library);
  const scratch = bench.poisoned(squaredNormScratch([values.length]));
  recordSquaredNorm(plan, [{ buffer: bench.upload(values), count: values.length }], scratch, norm);
  await bench.runOnce(plan, 0);
  return new Float32Array((await bench.readIntegers(norm)).buffer)[1] ?? NaN;
}

test.each([
  ['of all signs and sizes', checkInput('norm', 1e7)],
  ['all the same, so that roundings do not average out', new Float32Array(1e7).fill(0.1)],
  ['tiny but for the first', new Float32Array(1e7).fill(1e-3).fill(10, 0, 1)],
])('the norm of ten million numbers is right to 1e-6: %s', async (_, values) => {
  const exact = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  expect(Math.abs((await normOf(values)) / exact - 1)).toBeLessThan(1e-6);
});

interface AdamWFixture {
  readonly settings: Omit<StepSettings, 'step' | 'maximumNorm'> & { readonly maxGradientNorm: number };
  readonly initial: readonly (readonly number[])[];
  readonly steps: readonly {
    readonly gradients: readonly (readonly number[])[];
    readonly gradientNorm: number;
    readonly parametersAfter: readonly (readonly number[])[];
  }[];
}

test('five steps follow those of PyTorch, some clipped and some not', async () => {
  const bytes = await readFixture('adamw.json');
  const fixture = JSON.parse(new TextDecoder().decode(bytes ?? undefined)) as AdamWFixture; // tools/golden/adamw.py
  using bench = new Bench(gpu, library);
  const tensors = fixture.initial.map((initial) => ({
    count: initial.length,
    // PyTorch's group decays all of its parameters.
    decays: true,
    parameter: bench.upload(Float32Array.from(initial)),
    gradient: bench.upload(new Float32Array(initial.length)),
    first: bench.upload(new Float32Array(initial.length)),
    second: bench.upload(new Float32Array(initial.length)),
  }));
  const settings = bench.poisoned(9);
  const norm = bench.poisoned(2);
  const plan = new Plan(library);
  const sizes = tensors.map(({ count }) => count);
  const gradients = tensors.map(({ gradient, count }) => ({ buffer: gradient, count }));
  recordSquaredNorm(plan, gradients, bench.poisoned(squaredNormScratch(sizes)), norm);
  recordAdamW(plan, tensors, settings, norm);
  for (const [index, step] of fixture.steps.entries()) {
    const words = adamWSettings({
      ...fixture.settings,
      step: index + 1,
      maximumNorm: fixture.settings.maxGradientNorm,
    });
    gpu.device.queue.writeBuffer(settings, 0, words);
    tensors.forEach(({ gradient }, at) =>
      gpu.device.queue.writeBuffer(gradient, 0, Float32Array.from(step.gradients[at] ?? [])),
    );
    await bench.runOnce(plan, 0);
    const measured = new Float32Array((await bench.readIntegers(norm)).buffer)[1];
    expect(measured).toBeCloseTo(step.gradientNorm, 5);
    for (const [at, { parameter, gradient }] of tensors.entries()) {
      const after = await bench.read({ parameter, gradient });
      const expected = step.parametersAfter[at] ?? [];
      after.get('parameter')?.forEach((value, place) => expect(value).toBeCloseTo(expected[place] ?? NaN, 6));
      expect(after.get('gradient')?.every((value) => value === 0)).toBe(true);
    }
  }
  gpu.assertHealthy();
});

test('a first step counts as 1', () => {
  const settings = { learningRate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, maximumNorm: 1 };
  expect(() => adamWSettings({ ...settings, step: 0 })).toThrow(RangeError);
});
