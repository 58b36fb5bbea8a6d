import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkInput } from '../checks/inputs.ts';
import { requestGpuDevice, type GpuDevice } from '../device.ts';
import { BufferPool, KernelLibrary, Plan, readBuffer } from '../plan.ts';
import type { Precision } from '../quantise.ts';
import { recordLinearBackward } from './backward.ts';
import { recordEmbed } from './embed.ts';
import { recordLinear, type ForwardCall } from './forward.ts';
import { SERIAL_TILES, SPLIT_TILES, TILED_SHAPES, tileName, type Tile, type TileChoice } from './tiles.ts';
import { createLinearWeights, ROW_STEP, rowsOf, writeRows, type LinearWeights } from './weights.ts';

const [R, N, K] = [32, 130, 68];

let gpu: GpuDevice;
let library: KernelLibrary;
let pool: BufferPool;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
  library = new KernelLibrary(gpu.device);
  pool = new BufferPool(gpu.device);
});
afterAll(() => gpu.device.destroy());

const input = (name: string, count: number) => checkInput(`bits ${name}`, count);
function upload(data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer {
  const buffer = pool.create('test', data.length);
  gpu.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}
const infoOf = (rows: number, adapted = 0) => upload(Uint32Array.of(rows, 0, 0, adapted));

function weightsOf(rows: Float32Array, precision: Precision = 'f32', blockBytes?: number): LinearWeights {
  const size = { label: 'test weights', precision, N: rows.length / K, K, ...(blockBytes && { blockBytes }) };
  const weights = createLinearWeights(gpu.device, pool, size);
  writeRows(gpu.device, weights, 0, rows);
  return weights;
}

async function replay(record: (plan: Plan) => void, rows: number): Promise<void> {
  const plan = new Plan(library);
  record(plan);
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  plan.replay(pass, rows, 0);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
  gpu.assertHealthy();
}
/** The bits of a buffer. */
const bitsOf = async (buffer: GPUBuffer, count: number) =>
  new Uint32Array(await readBuffer(gpu.device, buffer, count * 4));
const floatsOf = async (buffer: GPUBuffer, count: number) => new Float32Array((await bitsOf(buffer, count)).buffer);

const always = (tile: Tile) => () => [{ tile, upTo: Infinity }];
const eachOf = (choices: readonly TileChoice[]) => choices.map(({ tile }) => tile);
const ordered: readonly Tile[] = [...Object.values(SERIAL_TILES).flatMap(eachOf), ...TILED_SHAPES];
const named = (tiles: readonly Tile[]) => tiles.map((tile) => [tileName(tile), tile] as const);
const [standard, ...others] = ordered;
if (!standard) throw new Error('there is no tile');

/** Bits of y for the rows of x in this tile. */
async function forward(
  x: Float32Array<ArrayBuffer>,
  weights: LinearWeights,
  tile: Tile,
  more: Partial<ForwardCall> = {},
) {
  const rows = x.length / weights.K;
  const y = pool.create('y', rows * weights.N);
  const call = { info: infoOf(rows), weights, over: 'rows', x: upload(x), y, tiles: always(tile) } as const;
  await replay((plan) => recordLinear(plan, { ...call, ...more }), rows);
  return bitsOf(y, rows * weights.N);
}

describe('the bits of a row', () => {
  const x = input('x', R * K);
  const rowOf = (row: number) => x.slice(row * K, (row + 1) * K);

  test.each(named([...ordered, ...eachOf(SPLIT_TILES)]))('do not depend on its batch: %s', async (_name, tile) => {
    const weights = weightsOf(input('w', N * K));
    const all = await forward(x, weights, tile);
    for (const row of [0, 17, R - 1]) {
      expect(await forward(rowOf(row), weights, tile)).toEqual(all.slice(row * N, (row + 1) * N));
    }
  });

  test.each(named(others))(`are those of ${tileName(standard)}: %s`, async (_name, tile) => {
    const weights = weightsOf(input('w', N * K));
    expect(await forward(x, weights, tile)).toEqual(await forward(x, weights, standard));
  });

  test('are the same in all tiles of parallel decoding, and differ from the others by rounding', async () => {
    const weights = weightsOf(input('w', N * K));
    const [first, ...rest] = await Promise.all(eachOf(SPLIT_TILES).map((tile) => forward(x, weights, tile)));
    for (const bits of rest) expect(bits).toEqual(first);
    const [split, serial] = [first, await forward(x, weights, standard)].map(
      (bits) => new Float32Array(bits?.buffer ?? []),
    );
    const largest = Math.max(...(serial ?? []).map(Math.abs));
    expect(serial?.length).toBe(R * N);
    for (const [index, value] of (serial ?? []).entries()) {
      expect(Math.abs((split?.[index] ?? NaN) - value) / largest).toBeLessThan(1e-5);
    }
  });

  test('do not depend on how the weights are cut into blocks', async () => {
    const whole = weightsOf(input('w', N * K));
    const cut = weightsOf(input('w', N * K), 'f32', ROW_STEP * K * 4);
    expect([whole.blocks.length, cut.blocks.length]).toEqual([1, 3]);
    expect(await forward(x, cut, standard)).toEqual(await forward(x, whole, standard));
  });

  test('without adapter are not touched by the adapter of others', async () => {
    const weights = weightsOf(input('w', N * K));
    const [rank, adapted] = [4, 5];
    const factors = {
      rank,
      scale: 2,
      parts: [66, 64],
      a: upload(input('a', 2 * rank * K)),
      b: upload(input('b', N * rank)),
    };
    const reduced = upload(new Float32Array(R * 2 * rank).fill(NaN));
    const plain = await forward(x, weights, standard);
    const info = infoOf(R, adapted);
    const some = await forward(x, weights, standard, { info, lowRank: { factors, reduced } });
    expect(some.slice(adapted * N)).toEqual(plain.slice(adapted * N));
    expect(some.slice(0, adapted * N)).not.toEqual(plain.slice(0, adapted * N));
  });
});

describe('stored weights', () => {
  const rows = input('stored', N * K);

  test.each(['f16', 'int8', 'int4'] as const)(
    '%s give the bits of the float32 numbers that they stand for',
    async (precision) => {
      const stored = weightsOf(rows, precision, ROW_STEP * K * 4);
      const numbers = pool.create('numbers', N * K);
      const info = upload(
        Uint32Array.of(N, 0, 0, 0, ...Array.from({ length: N }, (_, token) => [token, 0, 0, 0]).flat()),
      );
      await replay((plan) => recordEmbed(plan, { info, weights: stored, x: numbers }), N);
      const exact = weightsOf(await floatsOf(numbers, N * K));
      const x = input('x', R * K);
      expect(await forward(x, stored, standard)).toEqual(await forward(x, exact, standard));
    },
  );

  test.each(['f32', 'f16', 'int8', 'int4'] as const)('a view of %s rows gives their columns', async (precision) => {
    const weights = weightsOf(rows, precision);
    const x = input('x', 3 * K);
    const [all, part] = [await forward(x, weights, standard), await forward(x, rowsOf(weights, 64, 66), standard)];
    for (const row of [0, 1, 2])
      expect(part.slice(row * 66, (row + 1) * 66)).toEqual(all.slice(row * N + 64, (row + 1) * N));
  });

  test('may be written in any pieces', async () => {
    const pieces = createLinearWeights(gpu.device, pool, { label: 'pieces', precision: 'int4', N, K, blockBytes: 1 });
    for (const [first, end] of [
      [100, 130],
      [0, 1],
      [1, 100],
    ] as const) {
      writeRows(gpu.device, pieces, first, rows.subarray(first * K, end * K));
    }
    const x = input('x', K);
    expect(await forward(x, pieces, standard)).toEqual(await forward(x, weightsOf(rows, 'int4'), standard));
  });

  test('whose rows are no multiple of four are refused', () => {
    const create = () => createLinearWeights(gpu.device, pool, { label: 'odd', precision: 'f32', N: 3, K: 6 });
    expect(create).toThrow(expect.objectContaining({ code: 'linear-shape' }));
  });
});

describe('gradients', () => {
  const x = input('x', R * K);
  const dy = input('dy', R * N);

  /** Bits of dx, and of the weight gradient summed over micro-batches of these sizes. */
  async function backward(tile: Tile, sizes: readonly number[], blockBytes?: number) {
    const weights = weightsOf(input('w', N * K), 'f32', blockBytes);
    const weightGradient = weightsOf(input('sum', N * K));
    const parts: Uint32Array[] = [];
    let first = 0;
    for (const rows of sizes) {
      const dx = pool.create('dx', rows * K);
      const call = {
        info: infoOf(rows),
        over: 'rows',
        weights,
        x: upload(x.slice(first * K, (first + rows) * K)),
        dy: upload(dy.slice(first * N, (first + rows) * N)),
        dx,
        weightGradient,
        tiles: always(tile),
      } as const;
      await replay((plan) => recordLinearBackward(plan, call), rows);
      parts.push(await bitsOf(dx, rows * K));
      first += rows;
    }
    const [block] = weightGradient.blocks;
    // One whole buffer: nothing was cut.
    return { dx: parts.flatMap((part) => [...part]), dw: await bitsOf(block?.words as GPUBuffer, N * K) };
  }

  test.each(
    named(
      [SERIAL_TILES.quad[0], SERIAL_TILES.quad[3], TILED_SHAPES[1]].flatMap((one) =>
        !one ? [] : 'tile' in one ? [one.tile] : [one],
      ),
    ),
  )(`have the bits of ${tileName(standard)}: %s`, async (_name, tile) =>
    expect(await backward(tile, [R])).toEqual(await backward(standard, [R])),
  );

  test('are the same whether rows come in one micro-batch or in several', async () => {
    expect(await backward(standard, [5, 26, 1])).toEqual(await backward(standard, [R]));
  });

  test('do not depend on how the weights are cut into blocks', async () => {
    expect(await backward(standard, [R], ROW_STEP * K * 4)).toEqual(await backward(standard, [R]));
  });
});
