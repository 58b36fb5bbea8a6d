import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixtureFolder, readFixture } from '../../tests/fixtureFiles.ts';
import { fixtureTensors, GOLDEN_FOLDERS, largestDifference, loadGoldenModel } from '../../tests/goldenModel.ts';
import { loadCheckpoint } from './formats/huggingFace.ts';
import type { ModelConfig } from './modelConfig.ts';
import { causalAttention, groupedAttention, hiddenStates, logitsOf, rotaryAngles } from './referenceTransformer.ts';
import { ReferenceWeights } from './referenceWeights.ts';
import type { Weights } from './weights.ts';

beforeAll(() => tf.setBackend('cpu'));

function logitsFor(config: ModelConfig, weights: Weights, tokenIds: Int32Array): Float32Array {
  using set = new ReferenceWeights(config, weights);
  return tf.tidy(() => {
    const T = tokenIds.length;
    const angles = rotaryAngles(config, [...tokenIds.keys()]);
    const hidden = hiddenStates(config, set.tensors, set.embed(tokenIds), angles, causalAttention(config, 1, T));
    return logitsOf(config, set.tensors, hidden).dataSync<'float32'>();
  });
}

describe('logits are those of transformers', () => {
  test.each(GOLDEN_FOLDERS)('%s', async (folder) => {
    const { config, policy, sequences, tensors } = await loadGoldenModel(folder);
    sequences.forEach(({ tokenIds }, index) => {
      const golden = tensors.get(`logits.${index}`)?.data ?? [];
      expect(largestDifference(logitsFor(config, policy, tokenIds), golden)).toBeLessThan(1e-4);
    });
  });

  test.each(['f16', 'bf16'])('from %s weights', async (kind) => {
    const rounded = await readFixture(`tiny-llama/model-${kind}.safetensors`);
    const { config, weights } = await loadCheckpoint(fixtureFolder('tiny-llama', { 'model.safetensors': rounded }));
    const { sequences } = await loadGoldenModel('tiny-llama');
    const golden = (await fixtureTensors('tiny-llama/golden-16bit.safetensors')).get(`logits.${kind}`)?.data ?? [];
    expect(
      largestDifference(logitsFor(config, weights, sequences[0]?.tokenIds ?? new Int32Array()), golden),
    ).toBeLessThan(1e-4);
  });
});

test('attention without preference is the mean of what each row may see, per group of heads', () => {
  // 4 query heads share 2 key/value heads; queries are zero, so all visible keys count the same.
  const config = { headCount: 4, keyValueHeadCount: 2, headSize: 2 } as ModelConfig; // the three that attention reads
  const mixed = tf.tidy(() => {
    const queries = tf.zeros<tf.Rank.R3>([3, 4, 2]);
    const keys = tf.ones<tf.Rank.R3>([3, 2, 2]);
    const values = tf.tensor3d([1, 1, 10, 10, 3, 3, 30, 30, 8, 8, 80, 80], [3, 2, 2]);
    return causalAttention(config, 1, 3)(0, queries, keys, values).dataSync<'float32'>();
  });
  const row = (first: number) => [first, first, first, first, 10 * first, 10 * first, 10 * first, 10 * first];
  expect(largestDifference(mixed, [...row(1), ...row(2), ...row(4)])).toBeLessThan(1e-5);
});

test('a masked key has no influence at all, and no gradient', () => {
  tf.tidy(() => {
    const queries = tf.tensor4d([1, 2], [1, 1, 1, 2]);
    const mask = tf.tensor4d([0, -1e9], [1, 1, 1, 2]);
    const mix = (last: number) => {
      const keys = tf.tensor4d([1, 0, last, last], [1, 2, 1, 2]);
      return groupedAttention(queries, keys, keys, mask).dataSync<'float32'>();
    };
    expect(mix(1e3)).toEqual(mix(-5));
    const gradient = tf.grad((keys) =>
      tf.sum(groupedAttention(queries, keys as tf.Tensor4D, keys as tf.Tensor4D, mask)),
    );
    expect([
      ...gradient(tf.tensor4d([1, 0, 3, 4], [1, 2, 1, 2]))
        .dataSync()
        .subarray(2),
    ]).toEqual([0, 0]);
  });
});

test('rotary angles: position times theta to the minus 2i / S', () => {
  const config = { headSize: 4, ropeTheta: 100 } as ModelConfig; // the two that angles depend on
  tf.tidy(() => {
    const { cos, sin } = rotaryAngles(config, [0, 3]);
    expect(largestDifference(cos.dataSync(), [1, 1, Math.cos(3), Math.cos(0.3)])).toBeLessThan(1e-7);
    expect(largestDifference(sin.dataSync(), [0, 0, Math.sin(3), Math.sin(0.3)])).toBeLessThan(1e-7);
  });
});
