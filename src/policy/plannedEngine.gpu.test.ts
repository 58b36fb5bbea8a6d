import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changedGpu, lowered } from '../../tests/changedGpu.ts';
import { engineContract } from '../../tests/engineContract.ts';
import { loadGoldenModel, type GoldenModel } from '../../tests/goldenModel.ts';
import { RandomStream } from '../base/random.ts';
import { requestGpuDevice, type GpuDevice } from '../gpu/device.ts';
import type { FrozenWeights, TokenStats, Trainable, TrainingSequence } from './engine.ts';
import { KernelLibrary } from '../gpu/plan.ts';
import { createAdapter } from './lora.ts';
import { PlannedEngine } from './plannedEngine.ts';

let gpu: GpuDevice;
/** One for all engines: it compiles each kernel once. */
let library: KernelLibrary;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
  library = new KernelLibrary(gpu.device);
});
afterAll(() => gpu.device.destroy());

engineContract('the kernels', (config) => new PlannedEngine(gpu, config, library));

describe('what only the kernels promise', () => {
  let golden: GoldenModel;
  let engine: PlannedEngine;
  beforeAll(async () => {
    golden = await loadGoldenModel('tiny-llama');
    engine = new PlannedEngine(gpu, golden.config, library);
  });

  test.each(['full', 'lora'] as const)(
    'activations computed again give the same bits as kept ones: %s',
    async (kind) => {
      const parameters =
        kind === 'full' ? golden.policy : createAdapter(golden.config, 4, new RandomStream(1, 'adapter'));
      const trainable: Trainable = kind === 'full' ? { kind, parameters } : { kind, rank: 4, scale: 2, parameters };
      const learn = async (recompute: boolean) => {
        using base = engine.loadWeights(golden.base);
        using policy = engine.createPolicy(base, trainable);
        using learner = engine.createLearner(policy, 512, { recompute });
        const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, maximumNorm: 1 };
        const stats: TokenStats[] = [];
        for (const step of [1, 2]) {
          stats.push(await learner.forward(golden.sequences, 1));
          await learner.backward(golden.coefficients);
          await learner.step({ ...options, step });
        }
        await learner.forward(golden.sequences, 0.9);
        await learner.backward(golden.coefficients);
        return { stats, gradients: await learner.takeGradients(), state: await learner.readState() };
      };
      expect(await learn(true)).toEqual(await learn(false));
    },
  );

  test('weights that come one by one are the same ones, and a source that fails leaves nothing', async () => {
    const qwen = await loadGoldenModel('tiny-qwen2');
    const own = new PlannedEngine(gpu, qwen.config, library);
    const factors = createAdapter(qwen.config, 4, new RandomStream(1, 'adapter'));
    const learn = async (base: FrozenWeights) => {
      using policy = own.createPolicy(base, { kind: 'lora', rank: 4, scale: 2, parameters: factors });
      using learner = own.createLearner(policy, 512);
      return await learner.forward(qwen.sequences, 1);
    };
    async function* oneByOne(limit: number) {
      for (const entry of [...qwen.base].reverse()) {
        if (limit-- === 0) throw new Error('the network failed');
        yield entry;
      }
    }
    using whole = own.loadWeights(qwen.base, 'int8');
    using streamed = await own.streamWeights(oneByOne(Infinity), 'int8');
    expect(await learn(streamed)).toEqual(await learn(whole));
    await expect(own.streamWeights(oneByOne(3))).rejects.toThrow('the network failed');
  });

  test('kernels are compiled ahead, and then none is left to compile', async () => {
    const fresh = new PlannedEngine(gpu, golden.config);
    using base = fresh.loadWeights(golden.base);
    using decoder = fresh.createDecoder([base], 2);
    const shares: number[] = [];
    for await (const share of fresh.prepare()) shares.push(share);
    expect(shares.length).toBeGreaterThan(5);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const draw = { key: [1, 2], counter: 0, temperature: 1, topK: 0, topP: 1 } as const;
    await decoder.step([{ slot: 0, position: 0, tokenId: 3, speaker: base, draw }]);
    for await (const share of fresh.prepare()) shares.push(share);
    expect(shares.filter((share) => share === 1)).toHaveLength(1);
  });

  test('200 updates of varying lengths leave the allocated bytes as they are', { timeout: 120_000 }, async () => {
    const counted = countingBytes(gpu);
    const watched = new PlannedEngine(counted.gpu, golden.config);
    const random = new RandomStream(1, 'lengths');
    const sequence = (length: number): TrainingSequence => ({
      tokenIds: Int32Array.from({ length }, () => 1 + Math.floor(60 * random.uniform())),
      scoredIndices: Int32Array.from({ length: Math.floor(length / 3) }, (_, index) => 3 * index + 1),
    });
    const options = { learningRate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, maximumNorm: 1 };
    const draw = { key: [1, 2], counter: 0, temperature: 1, topK: 0, topP: 1 } as const;
    {
      using base = watched.loadWeights(golden.base);
      using policy = watched.createPolicy(base, { kind: 'full', parameters: golden.policy });
      using decoder = watched.createDecoder([policy, base], 4);
      using learner = watched.createLearner(policy, 256);
      const bytes = new Set<number>();
      for (let step = 1; step <= 200; step++) {
        const rows = 1 + Math.floor(4 * random.uniform());
        await decoder.step(
          Array.from({ length: rows }, (_, slot) => ({ slot, position: 0, tokenId: 3, speaker: policy, draw })),
        );
        const count = step === 1 ? 4 : 1 + Math.floor(4 * random.uniform());
        const batch = Array.from({ length: count }, () =>
          sequence(step === 1 ? 64 : 6 + Math.floor(58 * random.uniform())),
        );
        const { logProbs } = await learner.forward(batch, 1);
        const ones = logProbs.map(() => 1);
        await learner.backward({ logProb: ones, entropy: ones, klToBase: ones, klFromBase: ones });
        await learner.step({ ...options, step });
        bytes.add(counted.liveBytes());
      }
      expect([...bytes]).toEqual([expect.any(Number)]);
      expect(counted.liveBytes()).toBeGreaterThan(100_000);
    }
    // A few words per shape of a kernel stay with the library, for the next plan of that shape.
    expect(counted.liveBytes()).toBeLessThan(4096);
  });

  test('matrices above the limit of one buffer are split, and compute the same', async () => {
    // A device that allows 16 KB in one binding: the embedding and the projections need several buffers.
    const limits = lowered(gpu.device.limits, { maxStorageBufferBindingSize: 16_384 });
    const split = new PlannedEngine(changedGpu(gpu, { limits }), golden.config);
    const learn = async (own: PlannedEngine) => {
      using base = own.loadWeights(golden.base);
      using policy = own.createPolicy(base, { kind: 'full', parameters: golden.policy });
      using learner = own.createLearner(policy, 16);
      const sequence = { tokenIds: Int32Array.of(1, 20, 60, 33, 2, 40), scoredIndices: Int32Array.of(2, 3, 5) };
      const stats = await learner.forward([sequence], 1);
      const ones = new Float32Array(3).fill(1);
      await learner.backward({ logProb: ones, entropy: ones, klToBase: ones, klFromBase: ones });
      return { stats, gradients: await learner.takeGradients(), state: await learner.readState() };
    };
    expect(await learn(split)).toEqual(await learn(engine));
  });
});

/** The same device, whose buffers are counted from their creation to their end. */
function countingBytes(real: GpuDevice): { readonly gpu: GpuDevice; liveBytes(): number } {
  let live = 0;
  const createBuffer = (descriptor: GPUBufferDescriptor): GPUBuffer => {
    const buffer = real.device.createBuffer(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    let size = descriptor.size;
    live += size;
    buffer.destroy = () => {
      live -= size;
      size = 0;
      return destroy();
    };
    return buffer;
  };
  return { gpu: changedGpu(real, { createBuffer }), liveBytes: () => live };
}
