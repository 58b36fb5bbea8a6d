import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestGpuDevice, type GpuDevice } from '../device.ts';
import { KernelLibrary, Plan } from '../plan.ts';
import { Bench } from './bench.ts';
import type { KernelCheck } from './check.ts';
import { runCheck } from './run.ts';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
});
afterAll(() => gpu.device.destroy());

const GOLDEN = { out: { shape: [3], largest: 1, values: [1, 1, 1], projections: [], samples: [] } };

/** Writes ones to the first `written` elements of an output of three. */
const check = (written: number, statement = 'out[id.x] = 1.0;'): KernelCheck => ({
  name: `ones, ${written}`,
  kernels: ['ones'],
  golden: 'ones',
  tolerance: 1e-6,
  isAvailable: () => true,
  async run(bench) {
    const code = `
      @group(0) @binding(0) var<storage, read_write> out: array<f32>;
      @compute @workgroup_size(1)
      fn main(@builtin(global_invocation_id) id: vec3u) { ${statement} }`;
    const out = bench.poisoned(3);
    const plan = new Plan(bench.library);
    plan.add({ name: 'ones', code }, {}, [out], (rows) => rows);
    await bench.runOnce(plan, written);
    return bench.read({ out });
  },
});
const run = (one: KernelCheck) => runCheck(gpu, new KernelLibrary(gpu.device), one, GOLDEN);

test('a kernel that writes all of its output, and no more, passes', async () => {
  expect((await run(check(3))).outcome).toBe('passed');
});

test('what was never written is seen', async () => {
  expect(await run(check(2))).toMatchObject({ outcome: 'wrong', problem: 'out is NaN at 2.' });
});

test('a write past the end is seen, even where every number is right', async () => {
  expect(await run(check(4))).toMatchObject({ outcome: 'wrong', problem: 'out was written past its end.' });
});

test('a kernel that does not compile is broken, with the compiler’s words, and the device stays healthy', async () => {
  const { outcome, problem } = await run(check(3, 'out[id.x] = missing;'));
  expect(outcome).toBe('broken');
  expect(problem).toContain('missing');
  gpu.assertHealthy();
});

test('info holds counts, rows and draws where kernels look for them', async () => {
  using bench = new Bench(gpu, new KernelLibrary(gpu.device));
  const info = bench.info({
    rows: [
      [7, 0, 2, 2],
      [8, 1, 2, 2],
    ],
    draws: [{ row: 1, temperature: 0.5, words: [9] }],
    adaptedRows: 1,
  });
  const words = await bench.readIntegers(info);
  expect([...words]).toEqual([2, 1, 12, 1, 7, 0, 2, 2, 8, 1, 2, 2, 1, 0x3f000000, 9, 0, 0, 0, 0, 0]);
  expect([...(await bench.readIntegers(bench.info({ rows: 1, draws: 1 }))).subarray(0, 3)]).toEqual([1, 1, 8]);
});

test('bytes are packed, and what is read back is what was sent', async () => {
  using bench = new Bench(gpu, new KernelLibrary(gpu.device));
  expect([...(await bench.readIntegers(bench.upload(Uint8Array.of(1, 2, 3, 4, 5))))]).toEqual([0x04030201, 5]);
  const values = Float32Array.of(1, -2, 3).subarray(1);
  expect([...((await bench.read({ values: bench.upload(values) })).get('values') ?? [])]).toEqual([-2, 3]);
});
