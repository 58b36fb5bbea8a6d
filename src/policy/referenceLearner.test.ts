import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { largestDifference, loadGoldenModel, type GoldenModel } from '../../tests/goldenModel.ts';
import type { Learner, TokenCoefficients, TokenStats, TrainingSequence } from './engine.ts';
import type { ModelConfig } from './modelConfig.ts';
import { ReferenceEngine } from './referenceEngine.ts';
import { tensorNamed, type Weights } from './weights.ts';

let golden: GoldenModel;

beforeAll(async () => {
  await tf.setBackend('cpu');
  golden = await loadGoldenModel('tiny-llama');
});

async function withLearner<Value>(
  { config, policy, base }: { config: ModelConfig; policy: Weights; base: Weights },
  work: (learner: Learner) => Promise<Value>,
): Promise<Value> {
  const engine = new ReferenceEngine(config);
  using frozen = engine.loadWeights(base);
  using own = engine.createPolicy(frozen, { kind: 'full', parameters: policy });
  using learner = engine.createLearner(own, 4096);
  return await work(learner);
}

/** Statistics and gradients of one forward and backward. */
const learn = (
  model: Pick<GoldenModel, 'config' | 'policy' | 'base'>,
  sequences: readonly TrainingSequence[],
  coefficients: TokenCoefficients,
) =>
  withLearner(model, async (learner) => {
    const stats = await learner.forward(sequences, 1);
    await learner.backward(coefficients);
    return { stats, gradients: await learner.takeGradients() };
  });

const constant = (count: number): TokenCoefficients => ({
  logProb: new Float32Array(count).fill(1),
  entropy: new Float32Array(count).fill(0.3),
  klToBase: new Float32Array(count).fill(-0.5),
  klFromBase: new Float32Array(count).fill(0.2),
});

function totalOf(stats: TokenStats, { logProb, entropy, klToBase, klFromBase }: TokenCoefficients): number {
  const dot = (left: Float32Array, right: Float32Array) =>
    left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
  return (
    dot(stats.logProbs, logProb) +
    dot(stats.entropies, entropy) +
    dot(stats.klToBase, klToBase) +
    dot(stats.klFromBase, klFromBase)
  );
}

function largestGradientDifference(left: Weights, right: Weights): number {
  return Math.max(...[...left].map(([name, { data }]) => largestDifference(data, tensorNamed(right, name).data)));
}

const [SHORT, OTHER]: readonly TrainingSequence[] = [
  { tokenIds: Int32Array.of(1, 20, 9, 33, 2, 40, 3, 41, 5), scoredIndices: Int32Array.of(5, 6) },
  {
    tokenIds: Int32Array.from({ length: 37 }, (_, index) => 1 + ((index * 7) % 60)),
    scoredIndices: Int32Array.of(4, 5, 20, 36),
  },
];
if (!SHORT || !OTHER) throw new Error('two sequences are written above');

test('at another temperature: a finite difference along one weight', async () => {
  const name = 'model.layers.0.mlp.up_proj.weight';
  const index = 77;
  const coefficients = constant(4);
  const { shape, data } = tensorNamed(golden.policy, name);
  const lossAt = (by: number) => {
    const policy = new Map([...golden.policy, [name, { shape, data: data.with(index, (data[index] ?? 0) + by) }]]);
    return withLearner({ ...golden, policy }, async (learner) =>
      totalOf(await learner.forward([OTHER], 0.7), coefficients),
    );
  };
  const slope = ((await lossAt(0.01)) - (await lossAt(-0.01))) / 0.02;
  const gradients = await withLearner(golden, async (learner) => {
    await learner.forward([OTHER], 0.7);
    await learner.backward(coefficients);
    return learner.takeGradients();
  });
  expect(Math.abs(slope)).toBeGreaterThan(0.01);
  expect(tensorNamed(gradients, name).data[index]).toBeCloseTo(slope, 2);
});

describe('masks and neighbours', () => {
  test('an unscored token has no gradient of its own: scoring it with weight 0 is the same', async () => {
    const scored = { ...SHORT, scoredIndices: Int32Array.of(2, 5, 6) };
    const padded = (values: Float32Array) => Float32Array.of(0, ...values);
    const two = constant(2);
    const withZero = {
      logProb: padded(two.logProb),
      entropy: padded(two.entropy),
      klToBase: padded(two.klToBase),
      klFromBase: padded(two.klFromBase),
    };
    const one = await learn(golden, [SHORT], two);
    const other = await learn(golden, [scored], withZero);
    expect(other.stats.logProbs.subarray(1)).toEqual(one.stats.logProbs);
    expect(largestGradientDifference(other.gradients, one.gradients)).toBeLessThan(1e-6);
  });

  test('zero coefficients give exactly zero gradients', async () => {
    const nothing = new Float32Array(2);
    const zero = { logProb: nothing, entropy: nothing, klToBase: nothing, klFromBase: nothing };
    const { gradients } = await learn(golden, [SHORT], zero);
    for (const { data } of gradients.values()) expect(data.every((value) => value === 0)).toBe(true);
  });
});

test('the policy has no distance to itself', async () => {
  const { stats } = await learn({ ...golden, base: golden.policy }, [OTHER], constant(4));
  expect([...stats.klToBase, ...stats.klFromBase]).toEqual(new Array(8).fill(0));
});

test('new weights take effect at once, and no tensor is left behind', async () => {
  const before = tf.memory().numTensors;
  await withLearner(golden, async () => undefined);
  const engine = new ReferenceEngine(golden.config);
  {
    using base = engine.loadWeights(golden.base);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: golden.base });
    using learner = engine.createLearner(policy, 4096);
    expect((await learner.forward([OTHER], 1)).klToBase[0]).toBe(0);
    const during = tf.memory().numTensors;
    learner.writeState({ ...(await learner.readState()), parameters: golden.policy });
    expect((await learner.forward([OTHER], 1)).klToBase[0]).toBeGreaterThan(0.01);
    await learner.backward(constant(4));
    await learner.takeGradients();
    expect(tf.memory().numTensors).toBe(during);
  }
  expect(tf.memory().numTensors).toBe(before);
});
