import { describe, expect, test } from 'vitest';
import { FakeGpu } from '../../tests/fakeGpu.ts';
import { estimateMemory } from './memoryEstimate.ts';
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

/** Bytes of every buffer of a run, counted where they are made, and at the peak: while the gradient is read. */
async function realMemory(config: ModelConfig, policySlots: number, baseSlots: number, tokenLimit: number) {
  const weights: Weights = new Map(
    [...weightShapes(config)].map(([name, shape]) => [name, { shape, data: new Float32Array(elementCount(shape)) }]),
  );
  const fake = new FakeGpu();
  const engine = new PlannedEngine(fake.gpu, config);
  const alive: { what: string; bytes: number }[] = [];
  let before = 0;
  const note = <Made>(what: string, made: Made) => {
    alive.push({ what, bytes: fake.bytes.now - before });
    before = fake.bytes.now;
    return made;
  };
  using policy = note('policy', engine.createWeightSet(weights));
  using base = note('base', engine.createWeightSet(weights));
  using policyDecoder = note('policy decoder', engine.createDecoder(policy, policySlots));
  using baseDecoder = note('base decoder', engine.createDecoder(base, baseSlots));
  using learner = note('learner', engine.createLearner(policy, base, tokenLimit));
  await learner.takeGradients();
  expect(policyDecoder.slotCount + baseDecoder.slotCount).toBe(policySlots + baseSlots);
  return { alive, peak: fake.bytes.peak };
}

describe.each([
  { name: 'the built-in model, a default run', config: BUILT_IN, slots: [128, 128], tokenLimit: 2048 },
  { name: 'a larger model with a head of its own', config: LARGER, slots: [64, 192], tokenLimit: 4096 },
  { name: 'a small model with few dialogues', config: SMALL, slots: [4, 4], tokenLimit: 512 },
] as const)('$name', ({ config, slots: [policySlots, baseSlots], tokenLimit }) => {
  test('needs what the estimate says, within 2 %', async () => {
    const { peak } = await realMemory(config, policySlots, baseSlots, tokenLimit);
    const { total } = estimateMemory(config, policySlots + baseSlots, tokenLimit);
    expect(Math.abs(total / peak - 1)).toBeLessThan(0.02);
  });

  test('and each part says what it is for', async () => {
    const { alive } = await realMemory(config, policySlots, baseSlots, tokenLimit);
    const bytesOf = (what: string) => alive.find((made) => made.what === what)?.bytes ?? NaN;
    const estimate = estimateMemory(config, policySlots + baseSlots, tokenLimit);
    expect(bytesOf('policy') + bytesOf('base')).toBe(estimate.weights);
    // The learner's own gradient is a third of what the estimate counts: two copies exist while it is read.
    const kept = bytesOf('policy decoder') + bytesOf('base decoder') + bytesOf('learner') - estimate.gradients / 3;
    expect(Math.abs((estimate.caches + estimate.activations) / kept - 1)).toBeLessThan(0.02);
  });
});

test('the parts add up, and grow with what they count', () => {
  const small = estimateMemory(BUILT_IN, 8, 512);
  expect(small.weights + small.gradients + small.caches + small.activations).toBe(small.total);
  const moreSlots = estimateMemory(BUILT_IN, 16, 512);
  expect(moreSlots.caches).toBe(2 * small.caches);
  // 8 contexts of 256 tokens, keys and values of 2 heads of 16, 3 layers, 4 bytes.
  expect(small.caches).toBe(8 * 256 * 2 * 2 * 16 * 3 * 4);
  expect(estimateMemory(BUILT_IN, 8, 1024).activations).toBeGreaterThan(small.activations);
});
