import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RandomStream } from '../base/random.ts';
import { requestGpuDevice, type GpuDevice } from '../gpu/device.ts';
import type { StepRow, TokenCoefficients } from './engine.ts';
import { loadCheckpoint, type FileSource, type LoadedCheckpoint } from './formats/huggingFace.ts';
import { readSafetensors } from './formats/safetensors.ts';
import { PlannedEngine } from './plannedEngine.ts';
import type { Weights } from './weights.ts';

const fixture = async (name: string) => {
  const response = await fetch(`/tests/fixtures/${name}`);
  if (!response.ok) throw new Error(`fixture ${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};
const folder = (name: string): FileSource => ({
  has: async (file) => {
    const response = await fetch(`/tests/fixtures/${name}/${file}`, { method: 'HEAD' });
    return response.ok && !response.headers.get('content-type')?.startsWith('text/html'); // the test server's "not found"
  },
  readBytes: (file) => fixture(`${name}/${file}`),
});

const Column = z.array(z.number());
const Columns = z.object({ logProb: Column, entropy: Column, klToBase: Column, klFromBase: Column });
const Golden = z.object({ cases: z.array(z.object({ ids: Column, coefficients: Columns, statistics: Columns })) });
type GoldenCase = z.infer<typeof Golden>['cases'][number];

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
});
afterAll(() => gpu.device.destroy());

/** Indices that carry any coefficient; the others are masked. */
const scoredIndices = ({ ids, coefficients }: GoldenCase) =>
  Int32Array.from(ids.keys()).filter((t) => t > 0 && Object.values(coefficients).some((column) => column[t] !== 0));
const sequenceOf = (golden: GoldenCase) => ({
  tokenIds: Int32Array.from(golden.ids),
  scoredIndices: scoredIndices(golden),
});
const pick = (cases: readonly GoldenCase[], of: (golden: GoldenCase) => number[]) =>
  Float32Array.from(cases.flatMap((golden) => Array.from(scoredIndices(golden), (t) => of(golden)[t] ?? NaN)));
const coefficientsOf = (cases: readonly GoldenCase[]): TokenCoefficients => ({
  logProb: pick(cases, (c) => c.coefficients.logProb),
  entropy: pick(cases, (c) => c.coefficients.entropy),
  klToBase: pick(cases, (c) => c.coefficients.klToBase),
  klFromBase: pick(cases, (c) => c.coefficients.klFromBase),
});

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number, what: string) {
  expect(actual.length, what).toBe(expected.length);
  let worst = 0;
  expected.forEach((value, index) => {
    worst = Math.max(worst, Math.abs((actual[index] ?? NaN) - value) / Math.max(1, Math.abs(value)));
  });
  expect(worst, what).toBeLessThan(tolerance);
}

describe.each(['tiny-llama', 'tiny-llama-untied'])('%s against PyTorch', (name) => {
  let checkpoint: LoadedCheckpoint;
  let base: Weights;
  let cases: GoldenCase[];
  let expected: Weights;
  let engine: PlannedEngine;
  beforeAll(async () => {
    checkpoint = await loadCheckpoint(folder(name));
    base = readSafetensors(await fixture(`${name}/base.safetensors`)).tensors;
    cases = Golden.parse(JSON.parse(new TextDecoder().decode(await fixture(`${name}/golden.json`)))).cases;
    expected = readSafetensors(await fixture(`${name}/golden.safetensors`)).tensors;
    engine = new PlannedEngine(gpu, checkpoint.config);
  });

  test('log-prob, entropy and both KL of every token', async () => {
    using learner = engine.createLearner(engine.createWeightSet(checkpoint.weights), engine.createWeightSet(base), 256);
    const stats = await learner.forward(cases.map(sequenceOf), 1);
    expectClose(
      stats.logProbs,
      pick(cases, (c) => c.statistics.logProb),
      1e-4,
      'log-prob',
    );
    expectClose(
      stats.entropies,
      pick(cases, (c) => c.statistics.entropy),
      1e-4,
      'entropy',
    );
    expectClose(
      stats.klToBase,
      pick(cases, (c) => c.statistics.klToBase),
      1e-4,
      'KL to base',
    );
    expectClose(
      stats.klFromBase,
      pick(cases, (c) => c.statistics.klFromBase),
      1e-4,
      'KL from base',
    );
  });

  test('the gradient of every weight, in one micro-batch and in several', async () => {
    const policy = engine.createWeightSet(checkpoint.weights);
    using learner = engine.createLearner(policy, engine.createWeightSet(base), 256);
    await learner.forward(cases.map(sequenceOf), 1);
    await learner.backward(coefficientsOf(cases));
    const together = await learner.takeGradients();
    for (const one of cases.toReversed()) {
      await learner.forward([sequenceOf(one)], 1);
      await learner.backward(coefficientsOf([one]));
    }
    const apart = await learner.takeGradients();
    for (const [weight, { data }] of together) {
      const golden = expected.get(`grad.${weight}`);
      expect(golden, weight).toBeDefined();
      expectClose(data, golden?.data ?? new Float32Array(), 1e-4, weight);
      expectClose(
        apart.get(weight)?.data ?? new Float32Array(),
        golden?.data ?? new Float32Array(),
        1e-4,
        `${weight}, split`,
      );
    }
  });

  test('taking gradients empties the sum, and dropping them too', async () => {
    using learner = engine.createLearner(engine.createWeightSet(checkpoint.weights), engine.createWeightSet(base), 256);
    await learner.forward(cases.map(sequenceOf), 1);
    await learner.backward(coefficientsOf(cases));
    learner.dropGradients();
    const dropped = await learner.takeGradients();
    for (const { data } of dropped.values()) expect(data.every((value) => value === 0)).toBe(true);
  });

  test('the sampler and the trainer give a token the same log-prob, alone or in a batch of 32', async () => {
    const weights = engine.createWeightSet(checkpoint.weights);
    using decoder = engine.createDecoder(weights, 32);
    const random = new RandomStream(3, 'draws');
    const prompt = [4, 9, 12, 7];
    const rowsFor = (slot: number, uniform: number): StepRow[] =>
      prompt.map((tokenId, position) => ({
        slot,
        position,
        tokenId: (tokenId + slot) % checkpoint.config.vocabularySize,
        ...(position === prompt.length - 1 && { draw: { uniform, temperature: 0.8 } }),
      }));
    const uniforms = Array.from({ length: 32 }, () => random.uniform());
    const batch = await decoder.step(uniforms.flatMap((uniform, slot) => rowsFor(slot, uniform)));
    using learner = engine.createLearner(weights, weights, 256);
    const stats = await learner.forward(
      batch.map(({ tokenId }, slot) => ({
        tokenIds: Int32Array.from([...rowsFor(slot, 0).map((row) => row.tokenId), tokenId]),
        scoredIndices: Int32Array.of(prompt.length),
      })),
      0.8,
    );
    for (const [slot, uniform] of uniforms.entries()) {
      const alone = await decoder.step(rowsFor(slot, uniform));
      expect(alone[0]).toEqual(batch[slot]); // bit for bit
      expect(Math.abs((stats.logProbs[slot] ?? NaN) - (batch[slot]?.logProb ?? NaN))).toBeLessThan(1e-5);
      expect(Math.abs((stats.entropies[slot] ?? NaN) - (batch[slot]?.entropy ?? NaN))).toBeLessThan(1e-5);
    }
  });

  test('token by token through the cache equals all tokens at once', async () => {
    using decoder = engine.createDecoder(engine.createWeightSet(checkpoint.weights), 2);
    const ids = [5, 8, 11, 3, 20, 31, 6, 2];
    const draw = { uniform: 0.5, temperature: 1 };
    const atOnce = await decoder.step(ids.map((tokenId, position) => ({ slot: 0, position, tokenId, draw })));
    for (const [position, tokenId] of ids.entries()) {
      const [alone] = await decoder.step([{ slot: 1, position, tokenId, draw }]);
      expect(alone).toEqual(atOnce[position]);
    }
  });
});

test('drawing follows the distribution, and temperature 0 takes the most likely token', async () => {
  const checkpoint = await loadCheckpoint(folder('tiny-llama'));
  const engine = new PlannedEngine(gpu, checkpoint.config);
  using decoder = engine.createDecoder(engine.createWeightSet(checkpoint.weights), 1);
  const row = (uniform: number, temperature: number): StepRow => ({
    slot: 0,
    position: 0,
    tokenId: 7,
    draw: { uniform, temperature },
  });
  const count = 4096; // an even grid of uniforms: shares must equal probabilities to 1 / 4096 per token
  const drawn = await decoder.step(Array.from({ length: count }, (_, i) => row((i + 0.5) / count, 1)));
  const shares = new Map<number, number>();
  for (const { tokenId } of drawn) shares.set(tokenId, (shares.get(tokenId) ?? 0) + 1 / count);
  for (const { tokenId, logProb } of drawn) {
    expect(Math.abs((shares.get(tokenId) ?? 0) - Math.exp(logProb))).toBeLessThan(2 / count);
  }
  const [greedy] = await decoder.step([row(0.9, 0)]);
  const mostLikely = drawn.reduce((best, token) => (token.logProb > best.logProb ? token : best));
  expect(greedy?.tokenId).toBe(mostLikely.tokenId);
  expect(greedy?.logProb).toBeCloseTo(mostLikely.logProb, 5);
});
