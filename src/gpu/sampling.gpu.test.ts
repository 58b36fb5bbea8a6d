import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../base/random.ts';
import { drawToken } from '../policy/drawToken.ts';
import { Bench } from './checks/bench.ts';
import { requestGpuDevice, type GpuDevice } from './device.ts';
import { KernelLibrary, Plan } from './plan.ts';
import { drawShape, drawWords, recordDraw, tileCount, type Draw, type DrawShape } from './sampling.ts';

let gpu: GpuDevice;
let library: KernelLibrary;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
  library = new KernelLibrary(gpu.device);
});
afterAll(() => gpu.device.destroy());

/** Four words per draw. */
async function drawOnDevice(V: number, shape: DrawShape, logits: Float32Array, draws: readonly Draw[]) {
  using bench = new Bench(gpu, library);
  const count = draws.length;
  const infoDraws = draws.map((draw, row) => ({ row, temperature: draw.temperature, words: drawWords(draw) }));
  const buffers = { drawn: bench.poisoned(count * 4), tiles: bench.poisoned(count * tileCount(V, shape) * 5) };
  const plan = new Plan(library);
  recordDraw(plan, V, shape, bench.info({ rows: count, draws: infoDraws }), bench.upload(logits), buffers);
  await bench.runOnce(plan, count, count);
  gpu.assertHealthy();
  return bench.readIntegers(buffers.drawn);
}

const random = new RandomStream(1, 'draws on the device');
const pick = <Item>(...items: readonly Item[]) => random.pick(items);

/** Any limits, any temperature; some rows with many ties, some with logits far apart. */
function randomDraws(V: number, count: number): { logits: Float32Array; draws: Draw[] } {
  const rows = Array.from({ length: count }, () => {
    const [spread, step] = [pick(0.01, 1, 3, 30), pick(0, 0.125, 1)];
    return Array.from({ length: V }, () => {
      const logit = random.normal() * spread;
      return step > 0 ? Math.round(logit / step) * step : logit;
    });
  });
  const draws = rows.map((_, counter) => ({
    key: [random.index(2 ** 32), random.index(2 ** 32)] as const,
    counter,
    temperature: pick(0, 1, 1, 0.7, 2, 1e-3),
    topK: pick(0, 0, 1, 2, 40, V),
    topP: pick(1, 1, 0.9, 0.5, 1e-9),
  }));
  return { logits: Float32Array.from(rows.flat()), draws };
}

/** Every pair takes its time to compile. */
const SHAPES = {
  serial: { sizes: [1, 3, 17, 127, 129, 1000, 5000], shapeOf: (V: number) => drawShape('serial', V) },
  parallel: { sizes: [17, 5000], shapeOf: (V: number) => drawShape('parallel', V) },
  'odd tiles': { sizes: [127, 1000], shapeOf: () => ({ threads: 2, runs: 3, tile: 76 }) },
};

describe.each(Object.entries(SHAPES))('%s', (name, { sizes, shapeOf }) => {
  test.each(sizes)('draws the token that the host draws, of %i', async (V) => {
    // Barriers among 256 threads are what a CPU adapter is slowest at.
    const { logits, draws } = randomDraws(V, name === 'parallel' ? 24 : 200);
    const words = await drawOnDevice(V, shapeOf(V), logits, draws);
    const floats = new Float32Array(words.buffer);
    draws.forEach((draw, row) => {
      const expected = drawToken(logits.subarray(row * V, (row + 1) * V), draw);
      expect(words[row * 4], JSON.stringify(draw)).toBe(expected.tokenId);
      // float32 rounds a log-prob by 1e-7 of it.
      expect(Math.abs((floats[row * 4 + 1] ?? NaN) - expected.logProb)).toBeLessThan(
        1e-6 + 3e-7 * Math.abs(expected.logProb),
      );
      expect(Math.abs((floats[row * 4 + 2] ?? NaN) - expected.entropy)).toBeLessThan(3e-6);
    });
  });

  test('a draw has the same bits alone and among 32', async () => {
    const V = 1000;
    const { logits, draws } = randomDraws(V, 32);
    const together = await drawOnDevice(V, shapeOf(V), logits, draws);
    for (const row of [0, 13, 31]) {
      const alone = await drawOnDevice(
        V,
        shapeOf(V),
        logits.subarray(row * V, (row + 1) * V),
        draws.slice(row, row + 1),
      );
      expect([...alone]).toEqual([...together.subarray(row * 4, (row + 1) * 4)]);
    }
  });
});
