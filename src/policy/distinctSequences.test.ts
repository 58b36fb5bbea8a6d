import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { largestDifference, loadGoldenModel } from '../../tests/goldenModel.ts';
import { distinctSequences } from './distinctSequences.ts';
import type { TokenCoefficients, TrainingSequence } from './engine.ts';
import { ReferenceEngine } from './referenceEngine.ts';
import { tensorNamed } from './weights.ts';

beforeAll(async () => void (await tf.setBackend('cpu')));

const sequence = (tokenIds: number[], scoredIndices: number[], hiddenIndices?: number[]): TrainingSequence => ({
  tokenIds: Int32Array.from(tokenIds),
  scoredIndices: Int32Array.from(scoredIndices),
  ...(hiddenIndices && { hiddenIndices: Int32Array.from(hiddenIndices) }),
});

const A = () => sequence([1, 4, 2, 5], [1, 3], [2]);
const B = () => sequence([1, 4, 2, 5], [3]);
const C = () => sequence([1, 3, 3], [2], [0, 1]);
const GIVEN = [A(), B(), A(), C(), C(), A()];

test('sequences are equal when tokens and questions are', () => {
  expect(distinctSequences(GIVEN)).toEqual({ sequences: [A(), B(), C()], indexOf: [0, 1, 0, 2, 2, 0] });
});

test('statistics and gradients are those of passing every sequence on its own', async () => {
  const { config, policy, base } = await loadGoldenModel('tiny-llama');
  const engine = new ReferenceEngine(config);
  using frozen = engine.loadWeights(base);
  using own = engine.createPolicy(frozen, { kind: 'full', parameters: policy });
  using learner = engine.createLearner(own, 11); // A, B and C have 8 tokens to feed, all six 18
  let next = 0;
  const coefficientsOf = (count: number): TokenCoefficients => {
    const some = () => Float32Array.from({ length: count }, () => Math.sin(++next));
    return { logProb: some(), entropy: some(), klToBase: some(), klFromBase: some() };
  };
  const together = await learner.forward(GIVEN, 1);
  const coefficients = coefficientsOf(together.logProbs.length);
  await learner.backward(coefficients);
  const gradients = await learner.takeGradients();

  let at = 0;
  let hiddenAt = 0;
  for (const given of GIVEN) {
    const alone = await learner.forward([given], 1);
    const end = at + alone.logProbs.length;
    const slice = (values: Float32Array) => values.slice(at, end);
    for (const name of ['logProbs', 'entropies', 'klToBase', 'klFromBase', 'baseLogProbs'] as const) {
      expect(largestDifference(slice(together[name]), alone[name])).toBeLessThan(1e-6);
    }
    const hidden = together.hidden.slice(hiddenAt, (hiddenAt += alone.hidden.length));
    expect(largestDifference(hidden, alone.hidden)).toBeLessThan(1e-5);
    await learner.backward({
      logProb: slice(coefficients.logProb),
      entropy: slice(coefficients.entropy),
      klToBase: slice(coefficients.klToBase),
      klFromBase: slice(coefficients.klFromBase),
    });
    at = end;
  }
  expect(at).toBe(together.logProbs.length);
  for (const [name, { data }] of await learner.takeGradients()) {
    expect(largestDifference(data, tensorNamed(gradients, name).data), name).toBeLessThan(1e-4);
  }
});
