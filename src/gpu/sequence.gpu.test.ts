import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bench } from './checks/bench.ts';
import { checkInput } from './checks/inputs.ts';
import { isDistinct, packedRows, VARIANTS, type SequenceVariant } from './checks/sequence/variants.ts';
import { requestGpuDevice, type GpuDevice } from './device.ts';
import { tiledConstants } from './kernels/attentionTiled.ts';
import { KernelLibrary, Plan } from './plan.ts';
import {
  recordAttention,
  recordAttentionBackward,
  recordRmsNorm,
  recordRmsNormBackward,
  recordRope,
  recordRopeBackward,
  recordSwiglu,
  recordSwigluBackward,
} from './sequence.ts';

const SHAPE = { headSize: 8, headCount: 4, keyValueHeadCount: 2 };
const { headSize: S, headCount: H, keyValueHeadCount: G } = SHAPE;
const QKV = (H + 2 * G) * S;
const WIDTH = 132;
const LENGTHS = [5, 33, 1, 70, 2, 18] as const;
const ROWS = LENGTHS.reduce((sum, length) => sum + length, 0);

let gpu: GpuDevice;
let library: KernelLibrary;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
  library = new KernelLibrary(gpu.device);
});
afterAll(() => gpu.device.destroy());

type Outputs = ReadonlyMap<string, Float32Array>;
type Pass = (variant: SequenceVariant, first: number, lengths: readonly number[], plan?: Plan) => Promise<Outputs>;

/** Rows `first` … of an input of all rows. */
const rowsOf = (name: string, width: number, first: number, count: number) =>
  checkInput(name, ROWS * width).slice(first * width, (first + count) * width);
const total = (lengths: readonly number[]) => lengths.reduce((sum, length) => sum + length, 0);

/** Attention forward and backward over these sequences, of which the first begins at row `first` of the input. */
const attend: Pass = async ({ style, usesSubgroups }, first, lengths, plan = new Plan(library)) => {
  using bench = new Bench(gpu, library);
  const rows = total(lengths);
  const input = (name: string, width: number) => bench.upload(rowsOf(name, width, first, rows).map((x) => x * 2));
  const call = {
    info: bench.info({ rows: packedRows(lengths) }),
    qkv: input('qkv', QKV),
    keys: input('keys', G * S),
    values: input('values', G * S),
    out: bench.poisoned(rows * H * S),
    stats: bench.poisoned(rows * H * 2),
    dOut: input('dOut', H * S),
    dQkv: bench.poisoned(rows * QKV),
    usesSubgroups,
  };
  recordAttention(plan, style, SHAPE, call, 'train');
  recordAttentionBackward(plan, style, SHAPE, call);
  await bench.runOnce(plan, rows);
  return await bench.read({ out: call.out, stats: call.stats, dQkv: call.dQkv });
};

/** The rows of these sequences, decoded from a cache that holds all sequences of the input, in any order of rows. */
async function decode({ style, usesSubgroups }: SequenceVariant, rows: readonly number[], plan = new Plan(library)) {
  using bench = new Bench(gpu, library);
  const all = packedRows(LENGTHS);
  const twice = (name: string, width: number) => checkInput(name, ROWS * width).map((x) => x * 2);
  const call = {
    info: bench.info({ rows: rows.flatMap((row) => all.slice(row, row + 1)) }),
    qkv: bench.upload(
      Float32Array.from(rows.flatMap((row) => [...twice('qkv', QKV).slice(row * QKV, (row + 1) * QKV)])),
    ),
    keys: bench.upload(twice('keys', G * S)),
    values: bench.upload(twice('values', G * S)),
    out: bench.poisoned(rows.length * H * S),
    stats: bench.poisoned(rows.length * H * 2),
    usesSubgroups,
  };
  recordAttention(plan, style, SHAPE, call, 'decode');
  await bench.runOnce(plan, rows.length);
  return (await bench.read({ out: call.out })).get('out') ?? new Float32Array();
}

/** Norm, rotary positions and SwiGLU, forward and backward. The gain's gradient adds up rows, so it has no bits of a row. */
const restOfLayer: Pass = async ({ style, usesSubgroups }, first, lengths, plan = new Plan(library)) => {
  using bench = new Bench(gpu, library);
  const rows = total(lengths);
  const input = (name: string, width: number) => bench.upload(rowsOf(name, width, first, rows));
  const info = bench.info({ rows: packedRows(lengths) });
  const angles = bench.upload(checkInput('angles', Math.max(...LENGTHS) * S));
  const norm = {
    info,
    x: input('x', WIDTH),
    gain: bench.upload(checkInput('gain', WIDTH)),
    inverse: bench.poisoned(rows),
    width: WIDTH,
    over: 'rows',
    usesSubgroups,
  } as const;
  const outputs = {
    y: bench.poisoned(rows * WIDTH),
    dx: input('dx', WIDTH),
    qkv: input('qkv', QKV),
    keys: bench.poisoned(rows * G * S),
    values: bench.poisoned(rows * G * S),
    dQkv: input('dQkv', QKV),
    out: bench.poisoned(rows * WIDTH),
    dGateUp: bench.poisoned(rows * 2 * WIDTH),
  };
  const { y, dx, qkv, keys, values, dQkv, out, dGateUp } = outputs;
  const dy = input('dy', WIDTH);
  recordRmsNorm(plan, style, { ...norm, epsilon: 1e-5, y });
  recordRmsNormBackward(plan, style, { ...norm, dy, dx, gainGradient: bench.poisoned(WIDTH) });
  recordRope(plan, SHAPE, { info, angles, qkv, keys, values });
  recordRopeBackward(plan, SHAPE, { info, angles, dQkv });
  const gateUp = input('gateUp', 2 * WIDTH);
  recordSwiglu(plan, { info, gateUp, width: WIDTH, out });
  recordSwigluBackward(plan, { info, gateUp, width: WIDTH, dOut: dy, dGateUp });
  await bench.runOnce(plan, rows);
  return await bench.read(outputs);
};

/** Lays every dispatch over two dimensions, with workgroups to spare. */
class WidePlan extends Plan {
  override add(...[kernel, constants, buffers, workgroups]: Parameters<Plan['add']>): void {
    super.add(kernel, constants, buffers, (rows, draws) => {
      const count = workgroups(rows, draws);
      return typeof count === 'number' ? [3, Math.ceil(count / 3)] : count;
    });
  }
}

/** Numbers as bits, so that only the same bits are equal. */
const bits = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);

function expectSameBits(actual: Outputs, expected: Outputs) {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [name, values] of actual)
    expect(bits(values), name).toEqual(bits(expected.get(name) ?? values.slice(0, 0)));
}

function expectClose(actual: Outputs, expected: Outputs, tolerance: number) {
  for (const [name, values] of expected) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = values.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (actual.get(name)?.[at] ?? NaN))),
      0,
    );
    expect(worst / largest, name).toBeLessThan(tolerance);
  }
}

describe.each(VARIANTS)('$name', (variant) => {
  const isRun = () => isDistinct(variant)(gpu);

  test.each([
    ['attention', attend],
    ['the rest of a layer', restOfLayer],
  ])('%s: a sequence has the same bits alone and among others', async (_, pass) => {
    if (!isRun()) return;
    const together = await pass(variant, 0, LENGTHS);
    let first = 0;
    for (const length of LENGTHS) {
      const alone = await pass(variant, first, [length]);
      const start = first;
      const share = [...together].map(([name, values]) => {
        const width = values.length / ROWS;
        return [name, values.slice(start * width, (start + length) * width)] as const;
      });
      expectSameBits(alone, new Map(share));
      first += length;
    }
  });

  test('decoding: a row has the same bits alone and among 32 others', async () => {
    if (!isRun()) return;
    const rows = Array.from({ length: 33 }, (_, index) => (index * 50) % ROWS);
    const together = await decode(variant, rows);
    for (const index of [0, 1, 31, 32]) {
      const alone = await decode(variant, rows.slice(index, index + 1));
      expect(bits(alone), `row ${rows[index]}`).toEqual(bits(together.slice(index * H * S, (index + 1) * H * S)));
    }
  });

  test('decoding a sequence gives what training computes', async () => {
    if (!isRun()) return;
    const rows = Array.from({ length: ROWS }, (_, row) => row);
    const decoded = await decode(variant, rows);
    const trained = (await attend(variant, 0, LENGTHS)).get('out') ?? new Float32Array();
    if (variant.style === 'serial') expect(bits(decoded)).toEqual(bits(trained));
    else expectClose(new Map([['out', decoded]]), new Map([['out', trained]]), 1e-5);
  });

  test('agrees with the serial style', async () => {
    if (!isRun()) return;
    const [serial] = VARIANTS;
    if (!serial) throw new Error('there is a serial style');
    expectClose(await attend(variant, 0, LENGTHS), await attend(serial, 0, LENGTHS), 1e-5);
    expectClose(await restOfLayer(variant, 0, LENGTHS), await restOfLayer(serial, 0, LENGTHS), 1e-5);
  });

  test('a dispatch that is laid over two dimensions has the same bits', async () => {
    if (!isRun()) return;
    const rows = [3, 50, 20, 107, 60];
    expectSameBits(await attend(variant, 0, LENGTHS, new WidePlan(library)), await attend(variant, 0, LENGTHS));
    expectSameBits(
      await restOfLayer(variant, 0, LENGTHS, new WidePlan(library)),
      await restOfLayer(variant, 0, LENGTHS),
    );
    expect(bits(await decode(variant, rows, new WidePlan(library)))).toEqual(bits(await decode(variant, rows)));
  });
});

test('kernels of large heads need no more than every adapter offers', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  if (!device) throw new Error('no device');
  const plan = new Plan(new KernelLibrary(device));
  const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
  const names = ['info', 'qkv', 'keys', 'values', 'out', 'stats', 'dOut', 'dQkv'] as const;
  const buffers = Object.fromEntries(names.map((name) => [name, buffer])) as Record<(typeof names)[number], GPUBuffer>; // a buffer per name
  const shapeOf = (headSize: number) => ({ headSize, headCount: 16, keyValueHeadCount: 1 });
  // The most threads, the most heads at once, and the most shared memory.
  recordAttention(plan, 'parallel', shapeOf(128), buffers, 'train');
  recordAttention(plan, 'parallel', shapeOf(128), buffers, 'decode');
  recordAttentionBackward(plan, 'parallel', shapeOf(64), buffers);
  let compiled = 0;
  for await (const share of plan.library.compileAhead()) compiled = share;
  expect(compiled).toBe(1);
  device.destroy();
});

test('heads that no workgroup can share are refused', () => {
  const shape = { headSize: 132, headCount: 1, keyValueHeadCount: 1 };
  expect(() => tiledConstants(shape, 8)).toThrow(/132 numbers; they may have 128 at most/);
});
