import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { loadTinyModel, tinyConfig } from '../tests/tinyRun.ts';
import { zeroMoments } from '../src/policy/adamW.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { ReferenceEngine } from '../src/policy/referenceEngine.ts';
import type { Weights } from '../src/policy/weights.ts';
import type { RunConfig } from '../src/record/runConfig.ts';
import { initialParameters, INITIAL_STATE, toCheckpoint, trainableOf } from '../src/training/trainerState.ts';
import { considerTokens } from './alternativesHost.ts';
import type { Consideration } from './protocol.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = await loadTinyModel();
});

const TOKEN_IDS = [1, 5, 9, 2, 7, 11, 3, 6];
const SAMPLED = [3, 4, 7];
const never = new AbortController().signal;

const ask = (config: RunConfig, count: number): Consideration => ({
  modelName: 'tiny-llama',
  config,
  checkpointId: null,
  tokenIds: TOKEN_IDS,
  sampled: SAMPLED,
  count,
});

/** Every weight a little larger, so that the policy is not the base. */
async function changed(config: RunConfig): Promise<Weights> {
  const grown = (data: Float32Array) => data.map((value, index) => value + 0.05 * Math.sin(index));
  const parameters = await initialParameters(config, model, null);
  return new Map([...parameters].map(([name, { shape, data }]) => [name, { shape, data: grown(data) }]));
}

function checkpointOf(config: RunConfig, parameters: Weights) {
  return toCheckpoint(
    { ...INITIAL_STATE, updatesDone: 1 },
    { parameters, moments: zeroMoments(parameters) },
    {
      checkpointId: 'c',
      runId: 'r',
      label: 'l',
      createdAtMs: 0,
      modelName: 'tiny-llama',
      config,
      isKept: false,
      validation: null,
      vitals: [],
    },
  );
}

const CONFIGS = {
  'all weights': tinyConfig({ strategistTemperature: 0.7 }),
  'low-rank factors': tinyConfig({ adaptation: 'lora', loraRank: 2, strategistTemperature: 0.7 }),
};

test.each(Object.entries(CONFIGS))('agrees with what training measures of the same tokens: %s', async (_, config) => {
  const engine = new ReferenceEngine(model.config);
  const parameters = await changed(config);
  const base = engine.loadWeights(model.weights);
  const learner = engine.createLearner(engine.createPolicy(base, trainableOf(config, parameters)), TOKEN_IDS.length);
  const sequence = { tokenIds: Int32Array.from(TOKEN_IDS), scoredIndices: Int32Array.from(SAMPLED) };
  const measured = await learner.forward([sequence], config.strategistTemperature);
  const found = await considerTokens(
    ask(config, model.config.vocabularySize),
    { modelName: 'tiny-llama', model, engine },
    checkpointOf(config, parameters),
    never,
  );
  expect(found.map(({ index }) => index)).toEqual(SAMPLED);
  found.forEach(({ sampled, likeliest }, position) => {
    expect(sampled.tokenId).toBe(TOKEN_IDS[SAMPLED[position] ?? 0]);
    expect(sampled.logProb).toBeCloseTo(measured.logProbs[position] ?? NaN, 4);
    expect(sampled.baseLogProb).toBeCloseTo(measured.baseLogProbs[position] ?? NaN, 4);
    const chances = likeliest.map(({ logProb }) => Math.exp(logProb));
    expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 6);
    expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    const entropy = likeliest.reduce((sum, { logProb }) => sum - Math.exp(logProb) * logProb, 0);
    expect(entropy).toBeCloseTo(measured.entropies[position] ?? NaN, 4);
    const kl = likeliest.reduce((sum, one) => sum + Math.exp(one.logProb) * (one.logProb - one.baseLogProb), 0);
    expect(kl).toBeCloseTo(measured.klToBase[position] ?? NaN, 4);
    expect(kl).toBeGreaterThan(1e-4);
  });
});

test('without a checkpoint the base is asked, and only as many as are wanted come back', async () => {
  const engine = new ReferenceEngine(model.config);
  const found = await considerTokens(ask(tinyConfig(), 4), { modelName: 'tiny-llama', model, engine }, null, never);
  for (const { likeliest } of found) {
    expect(likeliest).toHaveLength(4);
    for (const { logProb, baseLogProb } of likeliest) expect(logProb).toBe(baseLogProb);
  }
});

test('an aborted question throws what aborted it', async () => {
  const engine = new ReferenceEngine(model.config);
  const open = { modelName: 'tiny-llama', model, engine };
  const aborted = AbortSignal.abort(new Error('somebody else'));
  await expect(considerTokens(ask(tinyConfig(), 4), open, null, aborted)).rejects.toThrow('somebody else');
});
