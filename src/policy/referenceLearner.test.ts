import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { largestDifference, loadGoldenAdapter, loadGoldenModel, type GoldenModel } from '../../tests/goldenModel.ts';
import type { Learner, TokenCoefficients, TokenStats, TrainingSequence } from './engine.ts';
import { adapterGradients, applyAdapter } from './lora.ts';
import { scaleOf } from './formats/peft.ts';
import type { ModelConfig } from './modelConfig.ts';
import { ReferenceEngine } from './referenceEngine.ts';
import { tensorNamed, type Weights } from './weights.ts';

const STATISTICS = ['logProbs', 'entropies', 'klToBase', 'klFromBase'] as const;
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
  using policySet = engine.createWeightSet(policy);
  using baseSet = engine.createWeightSet(base);
  using learner = engine.createLearner(policySet, baseSet, 4096);
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

describe('statistics and gradients are those of PyTorch', () => {
  test.each(['tiny-llama', 'tiny-llama-untied'] as const)('%s', async (folder) => {
    const model = await loadGoldenModel(folder);
    const { stats, gradients } = await learn(model, model.sequences, model.coefficients);
    for (const name of STATISTICS) expect(largestDifference(stats[name], model.stats[name])).toBeLessThan(1e-5);
    expect(totalOf(stats, model.coefficients)).toBeCloseTo(model.loss, 4);
    for (const [name, { data }] of gradients) {
      expect(largestDifference(data, tensorNamed(model.tensors, `grad.${name}`).data), name).toBeLessThan(1e-4);
    }
  });

  test('through a LoRA adapter', async () => {
    const { adapter, ...model } = await loadGoldenAdapter();
    const policy = applyAdapter(model.base, adapter.factors, scaleOf(adapter));
    const { stats, gradients } = await learn({ ...model, policy }, model.sequences, model.coefficients);
    for (const name of STATISTICS) expect(largestDifference(stats[name], model.stats[name])).toBeLessThan(1e-5);
    for (const [name, { data }] of adapterGradients(gradients, adapter.factors, scaleOf(adapter))) {
      const expected = tensorNamed(model.tensors, `grad.base_model.model.${name}.weight`).data;
      expect(largestDifference(data, expected), name).toBeLessThan(1e-4);
    }
  });

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
});

describe('masks and neighbours', () => {
  test('what follows the last scored token changes nothing, bit for bit', async () => {
    const changed = { ...SHORT, tokenIds: SHORT.tokenIds.with(7, 12).with(8, 0) };
    const one = await learn(golden, [SHORT], constant(2));
    const other = await learn(golden, [changed], constant(2));
    expect(other.stats).toEqual(one.stats);
    expect(largestGradientDifference(other.gradients, one.gradients)).toBe(0);
  });

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

  test('batch-mates and padding change no statistic, and micro-batches add up', async () => {
    const alone = await learn(golden, [SHORT], constant(2));
    const together = await learn(golden, [OTHER, SHORT, OTHER], constant(10));
    for (const name of STATISTICS)
      expect(largestDifference(together.stats[name].subarray(4, 6), alone.stats[name])).toBeLessThan(1e-6);

    const split = await withLearner(golden, async (learner) => {
      for (const sequence of [SHORT, OTHER, OTHER]) {
        await learner.forward([sequence], 1);
        await learner.backward(constant(sequence.scoredIndices.length));
      }
      return learner.takeGradients();
    });
    expect(largestGradientDifference(split, together.gradients)).toBeLessThan(1e-4); // of gradients up to 40
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

test('a forward allows one backward; dropped gradients are gone; nothing scored is no trouble', async () => {
  await withLearner(golden, async (learner) => {
    await expect(learner.backward(constant(2))).rejects.toThrow(/forward first/);
    await learner.forward([SHORT], 1);
    await learner.backward(constant(2));
    await expect(learner.backward(constant(2))).rejects.toThrow(/one backward/);
    learner.dropGradients();
    expect((await learner.forward([{ ...SHORT, scoredIndices: new Int32Array() }], 1)).logProbs).toHaveLength(0);
    await learner.backward(constant(0));
    for (const { data } of (await learner.takeGradients()).values())
      expect(data.every((value) => value === 0)).toBe(true);
  });
});

test('new weights take effect at once, and no tensor is left behind', async () => {
  const before = tf.memory().numTensors;
  await withLearner(golden, async () => undefined);
  const engine = new ReferenceEngine(golden.config);
  {
    using policySet = engine.createWeightSet(golden.base);
    using baseSet = engine.createWeightSet(golden.base);
    using learner = engine.createLearner(policySet, baseSet, 4096);
    expect((await learner.forward([OTHER], 1)).klToBase[0]).toBe(0);
    const during = tf.memory().numTensors;
    policySet.update(golden.policy);
    expect((await learner.forward([OTHER], 1)).klToBase[0]).toBeGreaterThan(0.01);
    await learner.backward(constant(4));
    await learner.takeGradients();
    expect(tf.memory().numTensors).toBe(during);
  }
  expect(tf.memory().numTensors).toBe(before);
});
