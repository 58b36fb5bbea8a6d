import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bench } from './checks/bench.ts';
import { checkInput, checkIntegers } from './checks/inputs.ts';
import { requestGpuDevice, type GpuDevice } from './device.ts';
import { headColumns, recordHeadBackward, recordTokenStats, STAT_WORDS } from './head.ts';
import { KernelLibrary, Plan } from './plan.ts';

let gpu: GpuDevice;
let library: KernelLibrary;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
  library = new KernelLibrary(gpu.device);
});
afterAll(() => gpu.device.destroy());

const D = 20;

/** Statistics [N, STAT_WORDS] and the gradients of the hidden states [N, D] of the given rows of a batch. */
async function statsOf(V: number, columns: number, rows: readonly number[], offset = 0) {
  using bench = new Bench(gpu, library);
  const N = rows.length;
  /** `width` inputs of each row. */
  const rowsOf = (name: string, width: number) =>
    Float32Array.from(rows.flatMap((row) => [...checkInput(`${name} ${row}`, width)]));
  // The first hidden number and its weight are the same everywhere: they move all logits by `offset`.
  const lifted = (values: Float32Array, first: number) =>
    values.map((value, index) => (index % D === 0 ? first : value));
  const targets = checkIntegers('targets', 64, V);
  const weightsOf = (name: string) => {
    const words = bench.upload(lifted(checkInput(name, V * D), offset));
    return {
      precision: 'f32',
      N: V,
      K: D,
      blocks: [{ firstRow: 0, rowCount: V, words, scales: null }],
      bias: null,
    } as const;
  };
  const call = {
    style: 'serial',
    columns,
    info: bench.info({
      rows: N,
      draws: rows.map((row, index) => ({ row: index, temperature: 1, words: [targets[row] ?? 0] })),
    }),
    policyHidden: bench.upload(lifted(rowsOf('policy', D), 1)),
    baseHidden: bench.upload(lifted(rowsOf('base', D), 1)),
    policyHead: weightsOf('policy head'),
    baseHead: weightsOf('base head'),
    policyTile: bench.poisoned(N * columns),
    baseTile: bench.poisoned(N * columns),
    stats: bench.poisoned(N * STAT_WORDS),
    coefficients: bench.upload(rowsOf('coefficients', 4)),
    dHidden: bench.poisoned(N * D),
    headGradient: null,
  } as const;
  const plan = new Plan(library);
  recordTokenStats(plan, call);
  recordHeadBackward(plan, call);
  await bench.runOnce(plan, N, N);
  gpu.assertHealthy();
  return { stats: await bench.readIntegers(call.stats), dHidden: await bench.readIntegers(call.dHidden) };
}

const all = Array.from({ length: 32 }, (_, row) => row);
/** Numbers of a row that anybody reads: without the two words that only tiles use. */
const STATISTICS = 7;
const statistics = (words: Uint32Array) =>
  [...new Float32Array(words.buffer, words.byteOffset, words.length)].filter((_, at) => at % STAT_WORDS < STATISTICS);

describe.each([
  ['whole', 1000, 1000],
  ['in tiles of 192', 1000, 192],
])('a vocabulary %s', (_, V, columns) => {
  test('a row has the same bits alone and among 32', async () => {
    const together = await statsOf(V, columns, all);
    for (const row of [0, 13, 31]) {
      const alone = await statsOf(V, columns, [row]);
      expect(statistics(alone.stats)).toEqual(
        statistics(together.stats.subarray(row * STAT_WORDS, (row + 1) * STAT_WORDS)),
      );
      expect([...alone.dHidden]).toEqual([...together.dHidden.subarray(row * D, (row + 1) * D)]);
    }
  });
});

test('tiles add up to the whole, to a few roundings, wherever the logits lie', async () => {
  for (const offset of [0, 100]) {
    const whole = statistics((await statsOf(1000, 1000, all, offset)).stats);
    const tiled = statistics((await statsOf(1000, 64, all, offset)).stats);
    tiled.forEach((value, at) => {
      // Log-sums are as large as the offset, and log-probs differ by how they are rounded.
      const word = at % STATISTICS;
      const tolerance = word >= 4 || word === 0 ? 2e-7 * (10 + offset) : 2e-6;
      expect(Math.abs(value - (whole[at] ?? NaN)), `${at}`).toBeLessThan(tolerance);
    });
  }
});

test('a policy that is its base has no KL, in tiles as whole', async () => {
  for (const columns of [1000, 192]) {
    using bench = new Bench(gpu, library);
    const words = bench.upload(checkInput('head', 1000 * D));
    const head = {
      precision: 'f32',
      N: 1000,
      K: D,
      blocks: [{ firstRow: 0, rowCount: 1000, words, scales: null }],
      bias: null,
    } as const;
    const hidden = bench.upload(checkInput('hidden', 8 * D));
    const stats = bench.poisoned(8 * STAT_WORDS);
    const plan = new Plan(library);
    recordTokenStats(plan, {
      style: 'serial',
      columns,
      info: bench.info({ rows: 8, draws: 8 }),
      policyHidden: hidden,
      baseHidden: hidden,
      policyHead: head,
      baseHead: head,
      policyTile: bench.poisoned(8 * columns),
      baseTile: bench.poisoned(8 * columns),
      stats,
    });
    await bench.runOnce(plan, 8, 8);
    const table = new Float32Array((await bench.readIntegers(stats)).buffer);
    for (let row = 0; row < 8; row++)
      expect([table[row * STAT_WORDS + 2], table[row * STAT_WORDS + 3]]).toEqual([0, 0]);
  }
});

test('the tile is the whole vocabulary where it fits, else the largest multiple of 64 that fits, at least 64', () => {
  expect(headColumns(1000, 10, 40_000)).toBe(1000);
  expect(headColumns(1000, 10, 39_999)).toBe(960);
  expect(headColumns(128_256, 2048, 2 ** 26)).toBe(8192);
  expect(headColumns(1000, 2 ** 20, 1)).toBe(64);
});
