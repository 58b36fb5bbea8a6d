import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { largestDifference } from '../../tests/goldenModel.ts';
import { loadTinyModel } from '../../tests/tinyRun.ts';
import { planOf, RecordingLearner, writtenExample, type WrittenExample } from '../../tests/trainingExamples.ts';
import type { Learner, TokenCoefficients, TokenStats } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { ReferenceEngine } from '../policy/referenceEngine.ts';
import { tensorNamed, type Weights } from '../policy/weights.ts';
import { defaultRunConfig } from '../record/runConfig.ts';
import { gradientPass } from './gradientPass.ts';
import { learnBatch, type Learned } from './learn.ts';
import { microBatches } from './miniBatches.ts';

const config = defaultRunConfig();
const never = new AbortController().signal;
const BEFORE = { optimizerStep: 0, valueHead: null };

type News = { readonly share: number } | { readonly tokenStats: readonly (TokenStats | null)[] };
const TOLD = {
  progressed: (share: number): News => ({ share }),
  measured: (tokenStats: readonly (TokenStats | null)[]): News => ({ tokenStats }),
};

/** One update of one step. */
async function learn(learner: Learner, examples: readonly WrittenExample[], signal = never) {
  const lesson = { examples, plan: planOf(examples), measured: null };
  const steps = learnBatch(config, learner, lesson, BEFORE, 0, TOLD, signal);
  const news: News[] = [];
  let step = await steps.next();
  for (; !step.done; step = await steps.next()) news.push(step.value);
  const learned: Learned = step.value;
  return {
    stats: learned.stats,
    shares: news.flatMap((item) => ('share' in item ? [item.share] : [])),
    tokenStats: news.flatMap((item) => ('tokenStats' in item ? item.tokenStats : [])),
  };
}

describe('each token is taught the advantage of its own turn', () => {
  const examples = [
    writtenExample([
      [2, 3],
      [1, -1],
    ]),
    writtenExample([[3, 0.5]]),
  ];

  test('as −advantage / turns of the batch, in the order of the tokens, in one micro-batch or several', async () => {
    // Three turns in the batch.
    const expected = [-1, -1, 1 / 3, -0.5 / 3, -0.5 / 3, -0.5 / 3];
    for (const limit of [100, 6]) {
      const learner = new RecordingLearner(limit);
      await learn(learner, examples);
      expect(learner.passes.map(({ sequences }) => sequences)).toEqual(limit === 100 ? [2] : [1, 1]);
      const column = (name: keyof TokenCoefficients) =>
        learner.passes.flatMap(({ coefficients }) => [...(coefficients?.[name] ?? [])]);
      column('logProb').forEach((value, token) => expect(value).toBeCloseTo(expected[token] ?? NaN, 6));
      column('klToBase').forEach((value) => expect(value).toBeCloseTo(0.5 / 3, 6));
      expect(column('logProb')).toHaveLength(6);
    }
  });

  test('and what was measured comes back example by example', async () => {
    const { stats, shares } = await learn(new RecordingLearner(6), examples);
    expect(shares).toEqual([0.5, 1]);
    expect(stats).toMatchObject({ tokensTrained: 6, entropy: 2, klToBase: 0.25 });
    // loss = Σ w · (−1) + Σ k · 0.25: weights add up to −1 − 1 + 1/3 − 1/2.
    expect(stats.loss).toBeCloseTo(13 / 6 + 6 * (0.5 / 3) * 0.25, 6);

    const numbering = new RecordingLearner(100);
    numbering.forward = async () => {
      const numbers = Float32Array.of(-1, -2, -3, -4, -5, -6);
      const hidden = new Float32Array(0);
      const others = { klToBase: numbers, klFromBase: numbers, baseLogProbs: numbers, hidden };
      return { logProbs: numbers, entropies: numbers, ...others };
    };
    const { tokenStats } = await learn(numbering, examples);
    for (const name of ['logProbs', 'entropies', 'klToBase', 'klFromBase', 'baseLogProbs'] as const) {
      expect(tokenStats.map((own) => [...(own?.[name] ?? [])])).toEqual([
        [-1, -2, -3],
        [-4, -5, -6],
      ]);
    }
  });

  test('with the distance between sampler and trainer: exactly 0 when they agree, else the largest', async () => {
    const agreed = await learn(new RecordingLearner(100), examples);
    expect(agreed.stats).toMatchObject({ logProbDifferenceMax: 0, ratioDeviationMax: 0 });
    const [first, second] = examples;
    if (!first || !second) throw new Error('there are two examples');
    const off = { ...second, sampledLogProbs: Float32Array.of(-1, -1.5, -0.875) };
    const parted = await learn(new RecordingLearner(100), [first, off]);
    expect(parted.stats.logProbDifferenceMax).toBe(0.5);
    expect(parted.stats.ratioDeviationMax).toBeCloseTo(Math.exp(0.5) - 1, 6);
  });
});

describe('an abort', () => {
  const examples = [writtenExample([[3, 1]], { seed: 1 }), writtenExample([[3, 1]], { seed: 2 })];

  test('between micro-batches throws its reason and drops the gradient of those that were done', async () => {
    const controller = new AbortController();
    const learner = new RecordingLearner(4, () => {
      if (learner.passes.length === 2) controller.abort(new Error('stop'));
    });
    await expect(learn(learner, examples, controller.signal)).rejects.toThrow('stop');
    expect(learner.passes.map(({ coefficients }) => coefficients !== null)).toEqual([true, false]);
    expect(learner.dropped).toBe(1);
  });

  test('leaves nothing behind in a real learner', async () => {
    await tf.setBackend('cpu');
    const model = await loadTinyModel();
    const engine = new ReferenceEngine(model.config);
    using base = engine.loadWeights(model.weights);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
    using learner = engine.createLearner(policy, 4);
    const controller = new AbortController();
    const lesson = { examples, plan: planOf(examples), measured: null };
    const progress = learnBatch(config, learner, lesson, BEFORE, 0, TOLD, controller.signal);
    await progress.next(); // the first micro-batch is in the sum
    controller.abort();
    await expect(progress.next()).rejects.toMatchObject({ name: 'AbortError' });
    for (const { data } of (await learner.takeGradients()).values()) {
      expect(data.every((value) => value === 0)).toBe(true);
    }
  });

  test('is not needed: a batch without examples is done at once', async () => {
    const { stats, tokenStats } = await learn(new RecordingLearner(8), []);
    expect(stats).toMatchObject({ loss: 0, tokensTrained: 0 });
    expect(tokenStats).toEqual([]);
  });
});

describe('the gradient of the transformer', () => {
  let model: LoadedCheckpoint;
  let whole: Weights;
  const examples = [
    writtenExample(
      [
        [2, 1.5],
        [1, -2],
      ],
      { seed: 1 },
    ),
    writtenExample([[4, 0.3]], { seed: 2 }),
    writtenExample(
      [
        [1, -1],
        [1, 1],
        [1, 0.5],
      ],
      { seed: 3 },
    ),
    writtenExample([[6, 2]], { seed: 4 }),
  ];

  beforeAll(async () => {
    await tf.setBackend('cpu');
    model = await loadTinyModel();
    whole = await gradientOf(examples, 512);
  });

  async function gradientOf(batch: readonly WrittenExample[], tokenLimit: number): Promise<Weights> {
    const engine = new ReferenceEngine(model.config);
    // A base of its own, or the KL and its gradient would be 0.
    const other = new Map(
      [...model.weights].map(([name, { shape, data }]) => [name, { shape, data: data.map((x) => 0.9 * x) }]),
    );
    using base = engine.loadWeights(other);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
    using learner = engine.createLearner(policy, tokenLimit);
    const indices = batch.map((_, index) => index);
    const lesson = { examples: batch, plan: planOf(batch) };
    const input = { indices, batch: indices, coupling: null, valueHead: null };
    const pass = gradientPass(config, learner, lesson, input, (share) => share, never);
    while (!(await pass.next()).done);
    return learner.takeGradients();
  }
  const differenceTo = (gradient: Weights) =>
    Math.max(...[...whole].map(([name, { data }]) => largestDifference(data, tensorNamed(gradient, name).data)));

  test('is not 0, so that what follows means something', () => {
    const largest = Math.max(...[...whole.values()].map(({ data }) => Math.max(...data.map(Math.abs))));
    expect(largest).toBeGreaterThan(0.1);
  });

  test.each([12, 15, 20])('is the same in micro-batches of at most %d tokens', async (tokenLimit) => {
    expect(microBatches(examples, tokenLimit).length).toBeGreaterThan(1);
    expect(differenceTo(await gradientOf(examples, tokenLimit))).toBeLessThan(1e-5);
  });

  test('is the same in any order of the examples', async () => {
    expect(differenceTo(await gradientOf(examples.toReversed(), 15))).toBeLessThan(1e-5);
  });

  test('does not depend on tokens after the last sampled one', async () => {
    const changed = examples.map((example) => {
      const tokenIds = example.tokenIds.slice();
      tokenIds[tokenIds.length - 1] = ((tokenIds.at(-1) ?? 0) + 1) % 61;
      return { ...example, tokenIds };
    });
    expect(differenceTo(await gradientOf(changed, 512))).toBe(0);
  });
});
