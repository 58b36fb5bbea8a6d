import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largestDifference, loadGoldenModel } from '../../tests/goldenModel.ts';
import { requestGpuDevice, type GpuDevice } from '../gpu/device.ts';
import { setWebGpuBackend } from '../gpu/tfjsBackend.ts';
import { ReferenceEngine } from './referenceEngine.ts';
import { tensorNamed } from './weights.ts';

let gpu: GpuDevice;

beforeAll(async () => {
  gpu = await requestGpuDevice(navigator.gpu);
  await setWebGpuBackend(gpu);
});
afterAll(() => gpu.device.destroy());

describe.each(['tiny-llama', 'tiny-llama-untied'] as const)('the reference on WebGPU: %s', (folder) => {
  test('statistics and gradients are those of PyTorch', async () => {
    const model = await loadGoldenModel(folder);
    const engine = new ReferenceEngine(model.config);
    using base = engine.loadWeights(model.base);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: model.policy });
    using learner = engine.createLearner(policy, 4096);
    const stats = await learner.forward(model.sequences, 1);
    for (const name of ['logProbs', 'entropies', 'klToBase', 'klFromBase'] as const) {
      expect(largestDifference(stats[name], model.stats[name]), name).toBeLessThan(1e-4);
    }
    await learner.backward(model.coefficients);
    for (const [name, { data }] of await learner.takeGradients()) {
      const expected = tensorNamed(model.tensors, `grad.${name}`).data;
      const size = Math.max(1, ...expected.map(Math.abs));
      expect(largestDifference(data, expected) / size, name).toBeLessThan(1e-4);
    }
    gpu.assertHealthy();
  });

  test('cached decoding agrees with the full forward pass', async () => {
    const model = await loadGoldenModel(folder);
    const engine = new ReferenceEngine(model.config);
    using speaker = engine.loadWeights(model.policy);
    using policy = engine.createPolicy(speaker, { kind: 'full', parameters: model.policy });
    using learner = engine.createLearner(policy, 256);
    using decoder = engine.createDecoder([speaker], 3);
    const tokenIds = [1, 20, 9, 33];
    const logProbs: number[] = [];
    for (let fed = 0; logProbs.length < 6;) {
      const pending = tokenIds
        .slice(fed)
        .map((tokenId, index) => ({ slot: 2, position: fed + index, tokenId, speaker }));
      fed = tokenIds.length;
      const draw = { key: [7, 9], counter: logProbs.length, temperature: 0.8, topK: 0, topP: 1 } as const;
      const rows = pending.map((row, index) => (index === pending.length - 1 ? { ...row, draw } : row));
      for (const drawn of await decoder.step(rows)) {
        tokenIds.push(drawn.tokenId);
        logProbs.push(drawn.logProb);
      }
    }
    const scoredIndices = Int32Array.from(logProbs, (_, index) => 4 + index);
    const stats = await learner.forward([{ tokenIds: Int32Array.from(tokenIds), scoredIndices }], 0.8);
    expect(largestDifference(stats.logProbs, logProbs)).toBeLessThan(1e-5);
    gpu.assertHealthy();
  });
});
