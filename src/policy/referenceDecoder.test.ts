import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { loadGoldenModel } from '../../tests/goldenModel.ts';
import { ReferenceEngine } from './referenceEngine.ts';

test('no tensor is left behind', async () => {
  await tf.setBackend('cpu');
  const golden = await loadGoldenModel('tiny-llama');
  const engine = new ReferenceEngine(golden.config);
  const before = tf.memory().numTensors;
  {
    using speaker = engine.loadWeights(golden.policy);
    using decoder = engine.createDecoder([speaker], 2);
    const draw = { key: [1, 2], counter: 0, temperature: 1, topK: 0, topP: 1 } as const;
    const feed = async (slot: number) => {
      await decoder.step([{ slot, position: 0, tokenId: 1, speaker }]);
      await decoder.step([{ slot, position: 1, tokenId: 2, speaker, draw }]);
    };
    await feed(0);
    const during = tf.memory().numTensors;
    await feed(1);
    decoder.fork(1, 0, 2);
    await expect(decoder.step([{ slot: 0, position: 9, tokenId: -1, speaker }])).rejects.toThrow(/vocabulary/);
    expect(tf.memory().numTensors).toBe(during);
  }
  expect(tf.memory().numTensors).toBe(before);
});
