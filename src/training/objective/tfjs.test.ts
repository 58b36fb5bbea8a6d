import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import { STATISTIC_NAMES, tokenReference } from '../../../tests/objective/softmax.ts';
import { EMPTY_MEMORY } from '../../record/objectiveMemory.ts';
import { groupOf, type Trajectory } from './batch.ts';
import { lossOfPart } from './lossOfPart.ts';
import { planBatch } from './planBatch.ts';
import { clip, GROUP_NORMALISED, tokenRatio } from './presets/blocks.ts';
import { PLAIN_DATA, type PolicyGradientObjective } from './parts.ts';

/**
 * One objective with every kind of coefficient, in another arithmetic: tfjs writes the loss down as tensor operations over
 * logits in float32 and differentiates it itself; ours gives four numbers per token, taken to the logits by the softmax's own
 * derivatives. They agree to float32's precision.
 */
const VOCABULARY = 7;
const COUNTS = [[2, 3], [4], [1, 1, 2], [3]];
const RETURNS = [0.9, 0.1, 0.5, 0.3];
const objective: PolicyGradientObjective = {
  kind: 'policy-gradient',
  credit: GROUP_NORMALISED,
  likelihood: tokenRatio(clip(0.2, 0.28)),
  regularisers: [
    { kind: 'exact-kl', direction: 'to-base', coefficient: 0.3, aggregation: null, outcomeWeight: 0 },
    { kind: 'exact-kl', direction: 'from-base', coefficient: 0.2, aggregation: null, outcomeWeight: 0 },
    { kind: 'kl-estimate', estimator: 'k3', coefficient: 0.1, isRatioWeighted: false, aggregation: null },
    { kind: 'entropy-bonus', coefficient: 0.15 },
  ],
  aggregation: 'token-mean',
  data: PLAIN_DATA,
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('the gradient by the logits is that of tfjs autodiff in float32', async () => {
  const random = new RandomStream(17, 'tfjs');
  const total = COUNTS.flat().reduce((sum, count) => sum + count, 0);
  const draw = (scale: number) =>
    Array.from({ length: total }, () => Array.from({ length: VOCABULARY }, () => scale * random.normal()));
  const [logits, baseLogits] = [draw(1), draw(0.8)];
  const words = Array.from({ length: total }, () => random.index(VOCABULARY));
  const references = words.map((word, token) => tokenReference(logits[token] ?? [], baseLogits[token] ?? [], word));
  const now = references.map(({ statistics }) => statistics);
  const sampled = now.map(({ logProb }) => logProb + 0.3 * random.normal());
  const baseLogProbs = words.map(
    (word, token) => tokenReference(baseLogits[token] ?? [], baseLogits[token] ?? [], word).statistics.logProb,
  );
  let first = 0;
  const batch = COUNTS.map((counts, row): Trajectory => {
    const slice = (values: readonly number[]) =>
      values.slice(first, first + counts.reduce((sum, count) => sum + count, 0));
    const tokens = {
      logProbs: slice(sampled),
      entropies: slice(sampled),
      baseLogProbs: slice(baseLogProbs),
      proximalLogProbs: null,
      temperedLogProbs: null,
      isTrained: null,
    };
    first += tokens.logProbs.length;
    const turns = counts.map((tokenCount, turn) => ({
      reward: turn === counts.length - 1 ? (RETURNS[row] ?? 0) : 0,
      tokenCount,
      situation: null,
      value: null,
      belief: null,
    }));
    return {
      seat: 0,
      scenario: 's',
      group: groupOf({ scenario: 's', seat: 0 }),
      source: 'policy',
      outcome: 0,
      isCutOff: false,
      kind: null,
      fork: null,
      turns,
      tokens,
    };
  });
  const plan = planBatch(objective, batch, { discount: 1, progress: 0, tokenLimit: 10, memory: EMPTY_MEMORY });
  const ours = lossOfPart(
    plan,
    batch.map((_, index) => index),
    {
      logProbs: now.map(({ logProb }) => logProb),
      entropies: now.map(({ entropy }) => entropy),
      klToBase: now.map(({ klToBase }) => klToBase),
      klFromBase: now.map(({ klFromBase }) => klFromBase),
    },
  );
  const expected = references.flatMap(({ gradients }, token) =>
    gradients.map((gradient) =>
      STATISTIC_NAMES.reduce((sum, name) => sum + (ours[name][token] ?? NaN) * gradient[name], 0),
    ),
  );

  const mean = RETURNS.reduce((sum, value) => sum + value, 0) / RETURNS.length;
  const deviation =
    Math.sqrt(RETURNS.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (RETURNS.length - 1)) + 1e-6;
  const advantages = tf.tensor1d(
    COUNTS.flatMap((counts, row) =>
      counts.flatMap((count) => new Array<number>(count).fill(((RETURNS[row] ?? 0) - mean) / deviation)),
    ),
  );
  const base = tf.logSoftmax(tf.tensor2d(baseLogits));
  const picked = tf.oneHot(tf.tensor1d(words, 'int32'), VOCABULARY).toFloat();
  const loss = (x: tf.Tensor) => {
    const logs = tf.logSoftmax(x as tf.Tensor2D); // it is given a matrix below
    const probabilities = logs.exp();
    const logProb = logs.mul(picked).sum(1);
    const ratio = logProb.sub(tf.tensor1d(sampled)).exp();
    const policy = tf.minimum(ratio.mul(advantages), ratio.clipByValue(0.8, 1.28).mul(advantages));
    const difference = tf.tensor1d(baseLogProbs).sub(logProb);
    const k3 = difference.exp().sub(1).sub(difference);
    const entropy = probabilities.mul(logs).sum(1).neg();
    const toBase = probabilities.mul(logs.sub(base)).sum(1);
    const fromBase = base.exp().mul(base.sub(logs)).sum(1);
    return policy
      .neg()
      .add(toBase.mul(0.3))
      .add(fromBase.mul(0.2))
      .add(k3.mul(0.1))
      .sub(entropy.mul(0.15))
      .mean() as tf.Scalar;
  };
  const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d(logits));
  expect((await value.data())[0]).toBeCloseTo(ours.loss, 5);
  const gradient = await grad.data();
  expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.02);
  expected.forEach((slope, index) => expect(Math.abs((gradient[index] ?? NaN) - slope)).toBeLessThan(2e-6));
});
