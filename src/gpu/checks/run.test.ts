import { expect, test } from 'vitest';
import { FakeGpu } from '../../../tests/fakeGpu.ts';
import type { GpuDevice } from '../device.ts';
import { KernelLibrary } from '../plan.ts';
import type { Golden, KernelCheck } from './check.ts';
import { runCheck, runChecks } from './run.ts';

const GOLDEN: Golden = {
  ones: { out: { shape: [2], largest: 1, values: [1, 1], projections: [], samples: [] } },
};

/** A check that computes `values` without a device. */
const check = (changes: Partial<KernelCheck> = {}, ...values: number[]): KernelCheck => ({
  name: 'ones',
  kernels: ['one'],
  golden: 'ones',
  tolerance: 1e-6,
  isAvailable: () => true,
  run: async () => new Map([['out', Float32Array.from(values)]]),
  ...changes,
});
const { gpu } = new FakeGpu();
const outcomeOf = async (one: KernelCheck, device: GpuDevice = gpu) =>
  runCheck(device, new KernelLibrary(device.device), one, GOLDEN[one.golden]);

test('a check passes with the numbers of the golden file, and says its worst error', async () => {
  expect(await outcomeOf(check({}, 1, 1.0000005))).toMatchObject({ outcome: 'passed', problem: null });
  const wrong = await outcomeOf(check({}, 1, 1.5));
  expect(wrong).toMatchObject({ outcome: 'wrong', errors: { out: 0.5 } });
  expect(wrong.problem).toMatch(/^out is off by 5\.0e-1/);
});

test('an output too many or too few is wrong', async () => {
  expect((await outcomeOf(check({ run: async () => new Map() }))).problem).toBe('out was not computed.');
  const two = new Map([
    ['out', Float32Array.of(1, 1)],
    ['more', Float32Array.of(1)],
  ]);
  expect((await outcomeOf(check({ run: async () => two }))).problem).toBe('more has no golden numbers.');
});

test('a check without golden numbers is broken, not passed', async () => {
  expect(await outcomeOf(check({ golden: 'twos' }, 1, 1))).toMatchObject({ outcome: 'broken' });
});

test('what an adapter cannot run is neither passed nor failed', async () => {
  expect(await outcomeOf(check({ isAvailable: () => false }))).toMatchObject({ outcome: 'unavailable', problem: null });
});

test('what WebGPU has to say fails the check, even when the numbers are right', async () => {
  const reported: (GPUError | null)[] = [null, { message: 'binding 3 is missing' } as GPUError, null];
  const complaining = Object.assign(Object.create(gpu.device) as GPUDevice, {
    popErrorScope: async () => reported.pop() ?? null,
  });
  const result = await outcomeOf(check({}, 1, 1), { ...gpu, device: complaining });
  expect(result).toMatchObject({ outcome: 'broken', problem: 'binding 3 is missing' });
});

test('one that throws or fails does not stop the rest', async () => {
  const throwing = check({ run: () => Promise.reject(new Error('the shader did not compile')) });
  const done: number[] = [];
  const results = await runChecks(
    gpu,
    new KernelLibrary(gpu.device),
    [throwing, check({}, 2, 2), check({}, 1, 1)],
    GOLDEN,
    undefined,
    (_result, count) => done.push(count),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(['broken', 'wrong', 'passed']);
  expect(results[0]?.problem).toBe('the shader did not compile');
  expect(done).toEqual([1, 2, 3]);
});

test('an abort ends it between two checks', async () => {
  const abort = new AbortController();
  const running = runChecks(
    gpu,
    new KernelLibrary(gpu.device),
    [check({}, 1, 1), check({}, 1, 1)],
    GOLDEN,
    abort.signal,
    () => abort.abort(new Error('enough')),
  );
  await expect(running).rejects.toThrow('enough');
});

test('a check gives back every buffer that it took', async () => {
  const fake = new FakeGpu();
  Object.assign(fake.gpu.device.queue, { writeBuffer() {} });
  await outcomeOf(
    check({
      run: async (bench) => {
        bench.upload(new Uint8Array(5));
        bench.info({ rows: 3, draws: 2 });
        return bench.read({ out: bench.poisoned(2) });
      },
    }),
    fake.gpu,
  );
  expect(fake.bytes.peak).toBeGreaterThan(0);
  expect(fake.bytes.now).toBe(0);
});
