import { randomFillSync } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readerOfFile } from '../../../cli/fileReader.ts';
import { FakeGpu } from '../../../tests/fakeGpu.ts';
import { weightShapes, type ModelConfig } from '../modelConfig.ts';
import { PlannedEngine } from '../plannedEngine.ts';
import { openTensors, readTensors } from './tensorSource.ts';
import type { FileSource } from './fileSource.ts';

const MEBIBYTE = 2 ** 20;
/** SmolLM2-135M's embedding and widths with two layers: the largest tensor, of 113 MB, is what counts. */
const CONFIG: ModelConfig = {
  hiddenSize: 576,
  intermediateSize: 1536,
  layerCount: 2,
  headCount: 9,
  keyValueHeadCount: 3,
  headSize: 64,
  vocabularySize: 49_152,
  contextLength: 256,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 100_000,
  isHeadTied: true,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-peak-'));
  await writeHalves(join(folder, 'model.safetensors'));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(['f32', 'f16', 'int8', 'int4'] as const)(
  'a model goes from 16-bit files to the device in %s with its largest tensor and less than 64 MB in memory',
  async (precision) => {
    const files: FileSource = {
      has: async (name) => name === 'model.safetensors',
      readBytes: () => Promise.reject(new Error('nobody reads weights as a whole')),
      open: (name) => readerOfFile(join(folder, name)),
    };
    const { gpu, bytes } = new FakeGpu();
    // What is alive, not what waits to be collected: that is the engine's doing, and it collects before memory is short.
    const collect = collector();
    const alive = () => {
      collect();
      return process.memoryUsage().arrayBuffers;
    };
    const before = alive();
    let peak = 0;
    const measure = () => void (peak = Math.max(peak, alive() - before));
    gpu.device.queue.writeBuffer = measure;
    const source = await openTensors(files);
    const engine = new PlannedEngine(gpu, CONFIG);
    using weights = await engine.streamWeights(readTensors(source, CONFIG), precision);
    expect(weights.kind).toBe('frozen');
    const largest =
      4 * Math.max(...[...weightShapes(CONFIG).values()].map(([rows = 0, columns = 1]) => rows * columns));
    expect(peak).toBeGreaterThan(largest * 0.9); // else nothing was measured
    expect(peak).toBeLessThan(largest + 64 * MEBIBYTE);
    expect(bytes.now).toBeGreaterThan(largest / 8);
  },
  120_000,
);

/** Numbers are drawn once: only where they go matters. */
async function writeHalves(path: string): Promise<void> {
  const header: Record<string, unknown> = {};
  let at = 0;
  for (const [name, shape] of weightShapes(CONFIG)) {
    const size = 2 * shape.reduce((product, length) => product * length, 1);
    header[name] = { dtype: 'F16', shape, data_offsets: [at, at + size] };
    at += size;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  await writeFile(path, Buffer.concat([length, json]));
  const piece = randomFillSync(new Uint16Array(MEBIBYTE)).map((bits) => (bits & 0x83ff) | 0x2c00); // all finite
  const file = await open(path, 'a');
  for (let left = at; left > 0; left -= piece.byteLength) {
    await file.appendFile(new Uint8Array(piece.buffer, 0, Math.min(left, piece.byteLength)));
  }
  await file.close();
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void; // that is what the flag is for
}
