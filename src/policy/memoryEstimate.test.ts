import { describe, expect, test } from 'vitest';
import { FakeGpu } from '../../tests/fakeGpu.ts';
import { RandomStream } from '../base/random.ts';
import type { StepRow, Trainable } from './engine.ts';
import { createAdapter } from './lora.ts';
import { estimateFrozenMemory, estimateMemory, slotLimit, type RunShape } from './memoryEstimate.ts';
import { weightShapes, type ModelConfig } from './modelConfig.ts';
import { PlannedEngine } from './plannedEngine.ts';
import { elementCount, type Weights } from './weights.ts';

const BUILT_IN: ModelConfig = {
  hiddenSize: 64,
  intermediateSize: 176,
  layerCount: 3,
  headCount: 4,
  keyValueHeadCount: 2,
  headSize: 16,
  vocabularySize: 143,
  contextLength: 256,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 10_000,
  isHeadTied: true,
};
const LARGER: ModelConfig = {
  ...BUILT_IN,
  hiddenSize: 256,
  intermediateSize: 688,
  layerCount: 6,
  headCount: 8,
  keyValueHeadCount: 4,
  headSize: 32,
  vocabularySize: 2048,
  isHeadTied: false,
};
const SMALL: ModelConfig = { ...BUILT_IN, hiddenSize: 32, intermediateSize: 48, layerCount: 2, headSize: 8 };

const weightsOf = (config: ModelConfig): Weights =>
  new Map(
    [...weightShapes(config)].map(([name, shape]) => [name, { shape, data: new Float32Array(elementCount(shape)) }]),
  );
const trainableOf = (config: ModelConfig, rank: number | null): Trainable =>
  rank === null
    ? { kind: 'full', parameters: weightsOf(config) }
    : { kind: 'lora', rank, scale: 1, parameters: createAdapter(config, rank, new RandomStream(1)) };

/** Everything that a run opens, on a device that counts bytes. */
function openRun(config: ModelConfig, { precision, rank, slotCount, tokenLimit }: RunShape) {
  const fake = new FakeGpu();
  const engine = new PlannedEngine(fake.gpu, config);
  let before = 0;
  const bytes = { weights: 0, caches: 0, learner: 0 };
  const note = <Made>(part: keyof typeof bytes, made: Made) => {
    bytes[part] += fake.bytes.now - before;
    before = fake.bytes.now;
    return made;
  };
  const base = note('weights', engine.loadWeights(weightsOf(config), precision));
  const policy = note('weights', engine.createPolicy(base, trainableOf(config, rank)));
  const decoder = note('caches', engine.createDecoder([policy, base], slotCount));
  const learner = note('learner', engine.createLearner(policy, tokenLimit));
  return { fake, engine, base, policy, decoder, learner, bytes, total: fake.bytes.now };
}

const SHAPES = [
  { name: 'the built-in model, a default run', config: BUILT_IN, slotCount: 256, tokenLimit: 2048, rank: null, precision: 'f32' }, // prettier-ignore
  { name: 'a larger model with a head of its own', config: LARGER, slotCount: 200, tokenLimit: 4096, rank: null, precision: 'f16' }, // prettier-ignore
  { name: 'the same with factors beside a rounded base', config: LARGER, slotCount: 64, tokenLimit: 2048, rank: 16, precision: 'int4' }, // prettier-ignore
  { name: 'a small model with few dialogues', config: SMALL, slotCount: 4, tokenLimit: 512, rank: 3, precision: 'f32' },
  { name: 'so much that activations are computed again', config: { ...LARGER, layerCount: 16 }, slotCount: 16, tokenLimit: 4096, rank: 8, precision: 'int8' }, // prettier-ignore
] as const;

describe.each(SHAPES)('$name', { timeout: 60_000 }, ({ config, ...shape }) => {
  const estimate = estimateMemory(config, shape);

  test('needs what the estimate says, within 2 %', () => {
    const { total } = openRun(config, shape);
    expect(Math.abs(estimate.total / total - 1)).toBeLessThan(0.02);
  });

  test('and so does a model that only speaks', () => {
    const fake = new FakeGpu();
    const engine = new PlannedEngine(fake.gpu, config);
    engine.createDecoder([engine.loadWeights(weightsOf(config), shape.precision)], shape.slotCount);
    expect(Math.abs(estimateFrozenMemory(config, shape) / fake.bytes.now - 1)).toBeLessThan(0.02);
  });

  test('and each part says what it is for', () => {
    const { bytes } = openRun(config, shape);
    expect(bytes.weights).toBe(estimate.weights);
    expect(bytes.learner).toBeGreaterThan(estimate.optimizer);
    expect(bytes.caches).toBeGreaterThan(estimate.caches);
    const { optimizer, caches, activations } = estimate;
    expect(Math.abs((optimizer + caches + activations) / (bytes.caches + bytes.learner) - 1)).toBeLessThan(0.02);
  });
});

test('the parts add up, and grow with what they count', () => {
  const shape = { precision: 'f32', rank: null, slotCount: 8, tokenLimit: 512 } as const;
  const small = estimateMemory(BUILT_IN, shape);
  expect(small.weights + small.optimizer + small.caches + small.activations).toBe(small.total);
  // 8 contexts of 256 tokens, keys and values of 2 heads of 16, 3 layers, 4 bytes.
  expect(small.caches).toBe(8 * 256 * 2 * 2 * 16 * 3 * 4);
  expect(estimateMemory(BUILT_IN, { ...shape, slotCount: 16 }).caches).toBe(2 * small.caches);
  expect(estimateMemory(BUILT_IN, { ...shape, tokenLimit: 1024 }).activations).toBeGreaterThan(small.activations);
  // Matrices of 8 bits take 36 bytes per 32 numbers instead of 128.
  const rounded = estimateMemory(BUILT_IN, { ...shape, precision: 'int8' });
  expect(rounded.weights).toBeLessThan(small.weights * (0.5 + 0.5 * (36 / 128) + 0.02));
});

test('activations are computed again only where keeping them takes more than a gibibyte, and that saves most of them', () => {
  const deep = { ...LARGER, layerCount: 40 };
  const shape = { precision: 'f32', rank: null, slotCount: 8, tokenLimit: 1024 } as const;
  const [kept, again] = [estimateMemory(deep, shape), estimateMemory(deep, { ...shape, tokenLimit: 2048 })];
  expect([kept.recomputes, again.recomputes]).toEqual([false, true]);
  expect(again.activations).toBeLessThan(kept.activations / 2);
});

test('a decoder has as many slots as memory allows: by one buffer, by all of them, by what is of use', () => {
  const bytesPerSlot = 256 * 2 * 16 * 4;
  expect(slotLimit(BUILT_IN, 100 * bytesPerSlot)).toBe(100);
  expect(slotLimit(BUILT_IN, 2 ** 31)).toBe(512);
  expect(slotLimit({ ...BUILT_IN, contextLength: 2048, layerCount: 64, headSize: 128 }, 2 ** 31)).toBe(4);
  expect(slotLimit(BUILT_IN, 1)).toBe(1);
});

describe('memory is given back', () => {
  const shape = { precision: 'f32', rank: 2, slotCount: 6, tokenLimit: 512 } as const;

  test('200 updates of varying lengths leave the allocated bytes as they were', async () => {
    const { fake, base, policy, decoder, learner } = openRun(SMALL, shape);
    const random = new RandomStream(1, 'lengths');
    const bytes: number[] = [];
    for (let update = 0; update < 200; update++) {
      const rows = Array.from({ length: 1 + random.index(300) }, (_, index): StepRow => {
        const draw = { key: [1, 2], counter: index, temperature: 1, topK: 0, topP: 1 } as const;
        const speaker = index % 2 === 0 ? policy : base;
        return { slot: index % 6, position: index % 250, tokenId: 1, speaker, ...(index % 3 === 0 && { draw }) };
      });
      await decoder.step(rows);
      decoder.fork(0, 1, 1 + random.index(200));
      const length = 2 + random.index(200);
      const sequence = {
        tokenIds: new Int32Array(length),
        scoredIndices: Int32Array.of(1 + random.index(length - 1)),
        hiddenIndices: Int32Array.of(random.index(length)),
      };
      await learner.forward([sequence], 1);
      const one = new Float32Array(1);
      await learner.backward({ logProb: one, entropy: one, klToBase: one, klFromBase: one });
      const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, maximumNorm: 1 };
      await learner.step({ ...options, step: update + 1 });
      if (update % 10 === 0) await learner.readState();
      bytes.push(fake.bytes.now);
    }
    expect(new Set(bytes).size).toBe(1);
  });

  test('whoever disposes gets everything back but what all plans of the engine share', () => {
    const { fake, engine, ...run } = openRun(SMALL, shape);
    for (const owned of [run.learner, run.decoder, run.policy, run.base]) owned[Symbol.dispose]();
    const left = fake.bytes.now;
    expect(left).toBeLessThan(32_768); // sizes of products, a few words each
    const base = engine.loadWeights(weightsOf(SMALL));
    const again = engine.createDecoder([base], 6);
    again[Symbol.dispose]();
    base[Symbol.dispose]();
    expect(fake.bytes.now).toBeLessThanOrEqual(left + 1024);
  });
});
