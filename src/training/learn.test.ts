import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { largestDifference } from '../../tests/goldenModel.ts';
import { loadTinyModel } from '../../tests/tinyRun.ts';
import { RandomStream } from '../base/random.ts';
import type { Learner, TokenCoefficients } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { ReferenceEngine } from '../policy/referenceEngine.ts';
import { tensorNamed, type Weights } from '../policy/weights.ts';
import { EMPTY_MEMORY } from '../record/objectiveMemory.ts';
import { defaultRunConfig } from '../record/runConfig.ts';
import { groupOf } from './objective/batch.ts';
import { planBatch, type BatchPlan } from './objective/planBatch.ts';
import { PLAIN_DATA, type Objective } from './objective/parts.ts';
import { accumulateGradient, microBatches, type BatchStats, type TrainingExample } from './learn.ts';

const config = defaultRunConfig();
/** Without discount and baseline a turn's advantage is its reward: what the examples below say. */
const OBJECTIVE: Objective = {
  kind: 'policy-gradient',
  credit: {
    kind: 'returns',
    signal: 'reward-to-go',
    baseline: { kind: 'none' },
    scale: { kind: 'none' },
    adjustments: [],
  },
  likelihood: { kind: 'score-function' },
  regularisers: [{ kind: 'exact-kl', direction: 'to-base', coefficient: 0.5, aggregation: null, outcomeWeight: 0 }],
  aggregation: 'turn-sum',
  data: PLAIN_DATA,
};

function planOf(examples: readonly TrainingExample[]): BatchPlan {
  const batch = examples.map(({ turns, sampledLogProbs }) => ({
    seat: 0 as const,
    scenario: 's',
    group: groupOf({ scenario: 's', seat: 0 }),
    source: 'policy' as const,
    outcome: 0,
    isCutOff: false,
    kind: null,
    fork: null,
    turns: turns.map(({ advantage, tokenCount }) => ({
      reward: advantage,
      tokenCount,
      situation: null,
      value: null,
      belief: null,
    })),
    tokens: {
      logProbs: sampledLogProbs,
      entropies: sampledLogProbs,
      proximalLogProbs: null,
      baseLogProbs: null,
      temperedLogProbs: null,
      isTrained: null,
    },
  }));
  return planBatch(OBJECTIVE, batch, { discount: 0, progress: 0, tokenLimit: 100, memory: EMPTY_MEMORY });
}

const never = new AbortController().signal;

/** Turns of the given lengths and advantages, two tokens of prompt before each. Ids are below 61, the tiny vocabulary. */
function exampleOf(turns: readonly (readonly [tokenCount: number, advantage: number])[], seed = 1): TrainingExample {
  const random = new RandomStream(seed, 'example');
  const tokenIds: number[] = [];
  const scoredIndices: number[] = [];
  for (const [tokenCount] of turns) {
    tokenIds.push(random.index(61), random.index(61));
    for (let index = 0; index < tokenCount; index++) scoredIndices.push(tokenIds.push(random.index(61)) - 1);
  }
  tokenIds.push(random.index(61));
  return {
    tokenIds: Int32Array.from(tokenIds),
    scoredIndices: Int32Array.from(scoredIndices),
    sampledLogProbs: Float32Array.from(scoredIndices, () => -1),
    turns: turns.map(([tokenCount, advantage]) => ({ tokenCount, advantage })),
  };
}

/** A learner that says log-prob −1, entropy 2, KL 0.25 of every token, and keeps what it is given. */
class RecordingLearner implements Learner {
  readonly tokenLimit: number;
  readonly passes: { sequences: number; coefficients: TokenCoefficients | null }[] = [];
  dropped = 0;
  private readonly onForward: () => void;

  constructor(tokenLimit: number, onForward: () => void = () => undefined) {
    this.tokenLimit = tokenLimit;
    this.onForward = onForward;
  }

  forward: Learner['forward'] = async (sequences) => {
    this.passes.push({ sequences: sequences.length, coefficients: null });
    this.onForward();
    const count = sequences.reduce((sum, { scoredIndices }) => sum + scoredIndices.length, 0);
    const everywhere = (value: number) => new Float32Array(count).fill(value);
    return {
      logProbs: everywhere(-1),
      entropies: everywhere(2),
      klToBase: everywhere(0.25),
      klFromBase: everywhere(0),
      hidden: new Float32Array(0),
    };
  };
  backward: Learner['backward'] = async (coefficients) => {
    const last = this.passes.at(-1);
    if (last) last.coefficients = coefficients;
  };
  takeGradients: Learner['takeGradients'] = async () => new Map();
  step: Learner['step'] = async () => ({ gradientNorm: 0 });
  readState: Learner['readState'] = async () => ({
    parameters: new Map(),
    moments: { first: new Map(), second: new Map() },
  });
  writeState(): void {}
  dropGradients(): void {
    this.dropped += 1;
  }
  [Symbol.dispose](): void {}
}

async function accumulate(learner: Learner, examples: readonly TrainingExample[], signal = never) {
  const shares: number[] = [];
  const progress = accumulateGradient(config, learner, { examples, plan: planOf(examples) }, signal);
  let step = await progress.next();
  for (; !step.done; step = await progress.next()) shares.push(step.value);
  const stats: BatchStats = step.value;
  return { stats, shares };
}

describe('micro-batches', () => {
  test('hold whole examples in order, as many as fit', () => {
    // Lengths that count end with the last scored token: 5, 5, 9, 5 rows.
    const examples = [[3], [3], [7], [3]].map(([count = 0]) => exampleOf([[count, 1]]));
    const sizes = (limit: number) =>
      microBatches(examples, limit).map((part) => part.map((example) => examples.indexOf(example)));
    expect(examples.map(({ scoredIndices }) => scoredIndices.at(-1))).toEqual([4, 4, 8, 4]);
    expect(sizes(100)).toEqual([[0, 1, 2, 3]]);
    expect(sizes(8)).toEqual([[0, 1], [2], [3]]);
    expect(sizes(12)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(sizes(4)).toEqual([[0], [1], [2], [3]]); // one that exceeds the limit goes alone, for the learner to refuse
    expect(microBatches([], 8)).toEqual([]);
  });
});

describe('each token is taught the advantage of its own turn', () => {
  const examples = [
    exampleOf([
      [2, 3],
      [1, -1],
    ]),
    exampleOf([[3, 0.5]]),
  ];

  test('as −advantage / turns of the batch, in the order of the tokens, in one micro-batch or several', async () => {
    // Three turns in the batch.
    const expected = [-1, -1, 1 / 3, -0.5 / 3, -0.5 / 3, -0.5 / 3];
    for (const limit of [100, 6]) {
      const learner = new RecordingLearner(limit);
      await accumulate(learner, examples);
      expect(learner.passes.map(({ sequences }) => sequences)).toEqual(limit === 100 ? [2] : [1, 1]);
      const column = (name: keyof TokenCoefficients) =>
        learner.passes.flatMap(({ coefficients }) => [...(coefficients?.[name] ?? [])]);
      column('logProb').forEach((value, token) => expect(value).toBeCloseTo(expected[token] ?? NaN, 6));
      column('klToBase').forEach((value) => expect(value).toBeCloseTo(0.5 / 3, 6));
      expect(column('logProb')).toHaveLength(6);
    }
  });

  test('and what was measured comes back example by example', async () => {
    const { stats, shares } = await accumulate(new RecordingLearner(6), examples);
    expect(shares).toEqual([0.5, 1]);
    expect(stats).toMatchObject({ tokensTrained: 6, entropy: 2, klToBase: 0.25 });
    // loss = Σ w · (−1) + Σ k · 0.25: weights add up to −1 − 1 + 1/3 − 1/2.
    expect(stats.loss).toBeCloseTo(13 / 6 + 6 * (0.5 / 3) * 0.25, 6);

    const numbering = new RecordingLearner(100);
    numbering.forward = async () => {
      const numbers = Float32Array.of(-1, -2, -3, -4, -5, -6);
      const hidden = new Float32Array(0);
      return { logProbs: numbers, entropies: numbers, klToBase: numbers, klFromBase: numbers, hidden };
    };
    const { tokenStats } = (await accumulate(numbering, examples)).stats;
    for (const name of ['logProbs', 'entropies', 'klToBase', 'klFromBase'] as const) {
      expect(tokenStats.map((own) => [...own[name]])).toEqual([
        [-1, -2, -3],
        [-4, -5, -6],
      ]);
    }
  });

  test('with the distance between sampler and trainer: exactly 0 when they agree, else the largest', async () => {
    const agreed = await accumulate(new RecordingLearner(100), examples);
    expect(agreed.stats).toMatchObject({ logProbDifferenceMax: 0, ratioDeviationMax: 0 });
    const [first, second] = examples;
    if (!first || !second) throw new Error('there are two examples');
    const off = { ...second, sampledLogProbs: Float32Array.of(-1, -1.5, -0.875) };
    const parted = await accumulate(new RecordingLearner(100), [first, off]);
    expect(parted.stats.logProbDifferenceMax).toBe(0.5);
    expect(parted.stats.ratioDeviationMax).toBeCloseTo(Math.exp(0.5) - 1, 6);
  });
});

describe('an abort', () => {
  const examples = [exampleOf([[3, 1]]), exampleOf([[3, 1]])];

  test('between micro-batches throws its reason and drops the gradient of those that were done', async () => {
    const controller = new AbortController();
    const learner = new RecordingLearner(4, () => {
      if (learner.passes.length === 2) controller.abort(new Error('stop'));
    });
    await expect(accumulate(learner, examples, controller.signal)).rejects.toThrow('stop');
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
    const progress = accumulateGradient(config, learner, { examples, plan: planOf(examples) }, controller.signal);
    await progress.next(); // the first micro-batch is in the sum
    controller.abort();
    await expect(progress.next()).rejects.toMatchObject({ name: 'AbortError' });
    for (const { data } of (await learner.takeGradients()).values()) {
      expect(data.every((value) => value === 0)).toBe(true);
    }
  });

  test('is not needed: a batch without examples is done at once', async () => {
    const { stats } = await accumulate(new RecordingLearner(8), []);
    expect(stats).toMatchObject({ loss: 0, tokensTrained: 0, tokenStats: [] });
  });
});

describe('the gradient of the transformer', () => {
  let model: LoadedCheckpoint;
  let whole: Weights;
  const examples = [
    exampleOf(
      [
        [2, 1.5],
        [1, -2],
      ],
      1,
    ),
    exampleOf([[4, 0.3]], 2),
    exampleOf(
      [
        [1, -1],
        [1, 1],
        [1, 0.5],
      ],
      3,
    ),
    exampleOf([[6, 2]], 4),
  ];

  beforeAll(async () => {
    await tf.setBackend('cpu');
    model = await loadTinyModel();
    whole = await gradientOf(examples, 512);
  });

  async function gradientOf(batch: readonly TrainingExample[], tokenLimit: number): Promise<Weights> {
    const engine = new ReferenceEngine(model.config);
    // A base of its own, or the KL and its gradient would be 0.
    const other = new Map(
      [...model.weights].map(([name, { shape, data }]) => [name, { shape, data: data.map((x) => 0.9 * x) }]),
    );
    using base = engine.loadWeights(other);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
    using learner = engine.createLearner(policy, tokenLimit);
    await accumulate(learner, batch);
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
