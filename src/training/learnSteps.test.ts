import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { largestDifference } from '../../tests/goldenModel.ts';
import { loadTinyModel } from '../../tests/tinyRun.ts';
import {
  PLAIN_OBJECTIVE,
  planOf,
  RecordingLearner,
  writtenExample,
  type WrittenExample,
} from '../../tests/trainingExamples.ts';
import type { Learner, TokenStats } from '../policy/engine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { ReferenceEngine } from '../policy/referenceEngine.ts';
import { tensorNamed, type Weights } from '../policy/weights.ts';
import { defaultRunConfig, type RunConfig } from '../record/runConfig.ts';
import { learnBatch, type Learned, type Lesson } from './learn.ts';
import type { Objective } from './objective/parts.ts';
import { bapo } from './objective/presets/bapo.ts';
import { tokenRatio, clip } from './objective/presets/blocks.ts';
import { copg } from './objective/presets/copg.ts';
import { adamWOptions } from './optimizer.ts';
import { zeroValueHead } from './valueHead.ts';

const never = new AbortController().signal;
const BEFORE = { optimizerStep: 5, valueHead: null };
/** Seven trajectories of different lengths and worth; each is known by its number of tokens. */
const EXAMPLES = [1, 2, 3, 4, 5, 6, 7].map((tokens) =>
  writtenExample([[tokens, tokens % 2 === 0 ? -1 : 1]], { seed: tokens, outcome: tokens / 10 }),
);
const CLIPPED: Objective = { ...PLAIN_OBJECTIVE, likelihood: tokenRatio(clip(0.1)), aggregation: 'token-mean' };

/** The three that ended worst are left out. */
const FILTERED: Objective = {
  ...PLAIN_OBJECTIVE,
  data: { ...PLAIN_OBJECTIVE.data, filters: [{ kind: 'minimum-outcome', outcome: 0.4 }] },
};

interface Circumstances {
  readonly examples?: readonly WrittenExample[];
  readonly objective?: Objective;
  readonly before?: Parameters<typeof learnBatch>[3];
  readonly signal?: AbortSignal;
  readonly onNews?: () => void;
  readonly measured?: Lesson['measured'];
}

async function learn(
  learner: Learner,
  changes: Partial<RunConfig>,
  { examples = EXAMPLES, objective = PLAIN_OBJECTIVE, before = BEFORE, signal = never, ...rest }: Circumstances = {},
): Promise<Learned & { readonly tokenStats: readonly (TokenStats | null)[]; readonly shares: readonly number[] }> {
  const lesson = { examples, plan: planOf(examples, objective), measured: rest.measured ?? null };
  let tokenStats: readonly (TokenStats | null)[] = [];
  const shares: number[] = [];
  const told = {
    progressed: (share: number): void => void shares.push(share),
    measured: (all: readonly (TokenStats | null)[]): void => void (tokenStats = all),
  };
  const steps = learnBatch({ ...defaultRunConfig(), ...changes }, learner, lesson, before, 3, told, signal);
  let step = await steps.next();
  for (; !step.done; step = await steps.next()) rest.onNews?.();
  return { ...step.value, tokenStats, shares };
}

/** Token counts of the sequences of each pass. */
const passed = ({ passes }: RecordingLearner) =>
  passes.map(({ tokenIds }) => tokenIds.map((ids) => EXAMPLES.findIndex((example) => example.tokenIds === ids)));
/** Coefficients of the log-probs, by example. */
const coefficients = (learner: RecordingLearner) => {
  const all = new Map<number, number[][]>();
  learner.passes.forEach(({ coefficients: own }, pass) => {
    let first = 0;
    for (const index of passed(learner)[pass] ?? []) {
      const count = EXAMPLES[index]?.scoredIndices.length ?? 0;
      const rows = all.get(index) ?? [];
      rows.push([...(own?.logProb.subarray(first, first + count) ?? [])]);
      all.set(index, rows);
      first += count;
    }
  });
  return all;
};

describe('several steps per batch', () => {
  test('every epoch passes every trajectory once, in a new order, and each mini-batch is one optimizer step', async () => {
    const learner = new RecordingLearner(1000);
    const { optimizerStep, stats, shares } = await learn(learner, { epochsPerBatch: 2, stepsPerEpoch: 3 });
    expect(learner.steps).toEqual([6, 7, 8, 9, 10, 11]);
    expect(optimizerStep).toBe(11);
    const orders = [passed(learner).slice(0, 3).flat(), passed(learner).slice(3).flat()];
    for (const order of orders) expect(order.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(orders[0]).not.toEqual(orders[1]);
    expect(shares).toHaveLength(6);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(stats.gradientNorm).toBeCloseTo((6 + 7 + 8 + 9 + 10 + 11) / 6, 9);
    expect(stats.objective).toMatchObject({ 'update/optimizer_steps': 6, 'staleness/steps': 5 });
    const again = new RecordingLearner(1000);
    await learn(again, { epochsPerBatch: 2, stepsPerEpoch: 3 });
    expect(passed(again)).toEqual(passed(learner));
  });

  test('a mini-batch speaks for the whole batch: weighted by its share of the trajectories, the parts add up to it', async () => {
    const whole = new RecordingLearner(1000);
    await learn(whole, {});
    for (const aggregation of ['turn-sum', 'token-mean', 'sequence-mean'] as const) {
      const objective = { ...PLAIN_OBJECTIVE, aggregation };
      const [one, many] = [new RecordingLearner(1000), new RecordingLearner(1000)];
      await learn(one, {}, { objective });
      await learn(many, { stepsPerEpoch: 3 }, { objective });
      passed(many).forEach((indices) => {
        const scale = EXAMPLES.length / indices.length;
        for (const index of indices) {
          const expected = coefficients(one).get(index)?.[0] ?? [];
          const actual = coefficients(many).get(index)?.[0] ?? [];
          expect(actual).toHaveLength(expected.length);
          actual.forEach((value, token) => expect(value / scale).toBeCloseTo(expected[token] ?? NaN, 6));
        }
      });
    }
  });

  test('more steps than trajectories are as many as trajectories', async () => {
    const learner = new RecordingLearner(1000);
    await learn(learner, { stepsPerEpoch: 64 });
    expect(passed(learner).map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  test('ratios, clipping and distance to the sampling weights are those of the passes', async () => {
    const learner = new RecordingLearner(1000);
    learner.drift = 0.2; // each step makes every token likelier by exp 0.2
    const { stats } = await learn(learner, { epochsPerBatch: 3 }, { objective: CLIPPED });
    const ratios = [0, 1, 2].map((step) => Math.exp(0.2 * step));
    expect(stats.objective['ratio/max']).toBeCloseTo(Math.exp(0.4), 5);
    expect(stats.objective['ratio/min']).toBeCloseTo(1, 5);
    expect(stats.objective['ratio/mean']).toBeCloseTo(ratios.reduce((a, b) => a + b) / 3, 5);
    // Of 28 tokens, the 16 with a positive advantage are clipped in two of three passes.
    expect(stats.objective['clip_ratio/high_mean']).toBeCloseTo((2 * 16) / (3 * 28), 9);
    expect(stats.objective['staleness/kl']).toBeCloseTo(Math.exp(0.4) - 1 - 0.4, 5);
    // What was sampled and what the first pass says agree; later passes do not count against the pipeline.
    expect(stats.ratioDeviationMax).toBe(0);
  });

  test('a limit on that distance ends the batch before the step that would go on from there', async () => {
    const kl = (steps: number) => Math.exp(0.2 * steps) - 1 - 0.2 * steps;
    const learner = new RecordingLearner(1000);
    learner.drift = 0.2;
    const limited = { epochsPerBatch: 9, sampleKlLimit: (kl(2) + kl(3)) / 2 };
    const { stats, optimizerStep } = await learn(learner, limited);
    expect(learner.steps).toEqual([6, 7, 8]);
    expect(optimizerStep).toBe(8);
    expect(learner.passes).toHaveLength(4);
    expect(learner.dropped).toBe(1); // the gradient of the fourth pass
    expect(learner.written).toEqual([]);
    expect(stats.objective).toMatchObject({ 'update/optimizer_steps': 3, 'staleness/steps': 3 });
    const far = new RecordingLearner(1000);
    far.drift = 9;
    expect(
      (await learn(far, { epochsPerBatch: 2, sampleKlLimit: 1e-6 })).stats.objective['update/optimizer_steps'],
    ).toBe(1);
  });
});

describe('what is left out of the loss', () => {
  test('is not passed through the model, and nothing is claimed about it', async () => {
    const learner = new RecordingLearner(1000);
    const { stats, tokenStats } = await learn(learner, { stepsPerEpoch: 2 }, { objective: FILTERED });
    expect(passed(learner).flat().toSorted()).toEqual([3, 4, 5, 6]);
    expect(tokenStats.map((own) => own === null)).toEqual([true, true, true, false, false, false, false]);
    expect(stats.tokensTrained).toBe(4 + 5 + 6 + 7);
    expect(stats).toMatchObject({ entropy: 2, klToBase: 0.25 });
  });

  test('is passed all the same where nothing is left in, so that the update knows where the policy stands', async () => {
    const objective: Objective = {
      ...FILTERED,
      data: { ...FILTERED.data, filters: [{ kind: 'minimum-outcome', outcome: 1 }] },
    };
    const learner = new RecordingLearner(1000);
    const { stats } = await learn(learner, { epochsPerBatch: 3, stepsPerEpoch: 2 }, { objective });
    expect(passed(learner)).toEqual([[0, 1, 2, 3, 4, 5, 6]]);
    expect(stats).toMatchObject({ entropy: 2, loss: 0 });
    expect([...coefficients(learner).values()].flat(2).every((value) => value === 0)).toBe(true);
  });
});

describe('objectives whose trajectories depend on one another', () => {
  test.each([
    ['BAPO', bapo],
    ['CoPG', copg],
  ])('%s: before every step but the first the whole batch is passed once more', async (_, objective) => {
    const learner = new RecordingLearner(1000);
    learner.drift = 0.1;
    await learn(learner, { epochsPerBatch: 2, stepsPerEpoch: 2 }, { objective });
    expect(learner.passes.map(({ coefficients: own }) => own !== null)).toEqual([true, false, true, false, true, false, true]); // prettier-ignore
    expect(passed(learner).map(({ length }) => length)).toEqual([3, 7, 4, 7, 3, 7, 4]);
  });

  test('CoPG: a pair is pulled apart by where both are now, not by where they were sampled', async () => {
    const slopesAt = async (drift: number) => {
      const learner = new RecordingLearner(1000);
      learner.drift = drift;
      await learn(learner, { epochsPerBatch: 2 }, { objective: copg });
      return coefficients(learner).get(6)?.at(-1)?.[0] ?? NaN;
    };
    // −(mean over the others of Δr − β·Δℓ)/7, where ℓ = tokens·(0.5 + drift): the longest of seven, which earned 1.
    const others = EXAMPLES.slice(0, 6).map(({ turns, scoredIndices }) => ({
      earned: turns[0]?.advantage ?? 0,
      tokens: scoredIndices.length,
    }));
    for (const drift of [0, 0.3]) {
      const slopes = others.map(({ earned, tokens }) => -(1 - earned - 0.1 * (7 - tokens) * (0.5 + drift)));
      expect(await slopesAt(drift)).toBeCloseTo(slopes.reduce((a, b) => a + b) / 6 / 7, 6);
    }
  });
});

describe('a value head', () => {
  const examples = EXAMPLES.map((example) => ({ ...example, hiddenIndices: Int32Array.of(1) }));
  const before = { optimizerStep: 5, valueHead: zeroValueHead(2) };

  test('moves with every step towards what the turns were worth', async () => {
    const { valueHead, stats } = await learn(new RecordingLearner(1000), { epochsPerBatch: 2 }, { examples, before });
    // Targets are +1 four times and −1 three times, predictions 0: ½ on average at first, and w and b go up.
    expect(stats.objective['critic/vf_loss']).toBeLessThan(0.5);
    expect(stats.objective['critic/vf_loss']).toBeGreaterThan(0.4);
    expect([...tensorNamed(valueHead?.parameters ?? new Map(), 'weight').data].every((value) => value > 0)).toBe(true);
    expect(before.valueHead.parameters).toEqual(zeroValueHead(2).parameters); // a new head; the old one is as it was
  });

  test('learns of the trajectories that are in the loss, and counts no others', async () => {
    const { stats } = await learn(new RecordingLearner(1000), {}, { examples, before, objective: FILTERED });
    expect(stats.objective['critic/vf_loss']).toBeCloseTo(0.5, 12); // ½·1² of each, as a mean over these
  });

  test('learns the same in micro-batches', async () => {
    const [whole, split] = [new RecordingLearner(1000), new RecordingLearner(10)];
    const one = await learn(whole, { epochsPerBatch: 3, stepsPerEpoch: 2 }, { examples, before });
    const other = await learn(split, { epochsPerBatch: 3, stepsPerEpoch: 2 }, { examples, before });
    expect(split.passes.length).toBeGreaterThan(whole.passes.length);
    expect(other.valueHead).toEqual(one.valueHead);
    expect(other.stats.objective['critic/vf_loss']).toBeCloseTo(one.stats.objective['critic/vf_loss'] ?? NaN, 12);
  });
});

describe('all or nothing', () => {
  test('an update of one step never copies the state: its step is the last thing that happens', async () => {
    const learner = new RecordingLearner(1000);
    learner.readState = () => Promise.reject(new Error('the state was read'));
    await learn(learner, {});
    expect(learner.steps).toEqual([6]);
  });

  test('a failure or an abort in a later step takes the earlier ones back', async () => {
    const failing = new RecordingLearner(1000);
    const { step } = failing;
    failing.step = (options) => (options.step === 8 ? Promise.reject(new Error('overflow')) : step(options));
    await expect(learn(failing, { epochsPerBatch: 4 })).rejects.toThrow('overflow');
    const controller = new AbortController();
    const aborted = new RecordingLearner(
      1000,
      () => aborted.passes.length === 3 && controller.abort(new Error('stop')),
    );
    await expect(learn(aborted, { epochsPerBatch: 4 }, { signal: controller.signal })).rejects.toThrow('stop');
    for (const learner of [failing, aborted]) {
      expect(learner.steps).toEqual([6, 7]);
      expect(learner.written).toHaveLength(1);
      expect(learner.dropped).toBe(1);
    }
  });
});

describe('on the transformer', { timeout: 60_000 }, () => {
  let model: LoadedCheckpoint;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    model = await loadTinyModel();
  });

  async function trained(work: (learner: Learner) => Promise<unknown>, tokenLimit = 512): Promise<Weights> {
    const engine = new ReferenceEngine(model.config);
    using base = engine.loadWeights(model.weights);
    using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
    using learner = engine.createLearner(policy, tokenLimit);
    await work(learner);
    return (await learner.readState()).parameters;
  }

  test('one epoch of one step is a forward, a backward and a step, bit for bit', async () => {
    const learnt = await trained((learner) => learn(learner, {}));
    const config = defaultRunConfig();
    const plan = planOf(EXAMPLES);
    const byHand = await trained(async (learner) => {
      await learner.forward(EXAMPLES, 1);
      const zeros = () => new Float32Array(28);
      const weights = plan.trajectories.flatMap(({ weights, advantages }) =>
        Array.from(weights, (weight, token) => -weight * (advantages[token] ?? NaN)),
      );
      const kl = Float32Array.from(plan.trajectories.flatMap(({ regulariserWeights: [own = []] }) => [...own]));
      await learner.backward({
        logProb: Float32Array.from(weights),
        entropy: zeros(),
        klToBase: kl,
        klFromBase: zeros(),
      });
      await learner.step({ ...adamWOptions(config, 3), step: 6, maximumNorm: config.gradientClipNorm });
    });
    for (const [name, { data }] of learnt) expect(data, name).toEqual(tensorNamed(byHand, name).data);
  });

  test('several steps are the same in micro-batches; stopped in the middle they leave every bit as it was', async () => {
    const changes = { epochsPerBatch: 2, stepsPerEpoch: 2 };
    const whole = await trained((learner) => learn(learner, changes));
    const split = await trained((learner) => learn(learner, changes), 12);
    const stopped = await trained(async (learner) => {
      const controller = new AbortController();
      let news = 0;
      const onNews = () => ++news === 4 && controller.abort(new Error('stop'));
      await expect(learn(learner, changes, { signal: controller.signal, onNews })).rejects.toThrow('stop');
    });
    const moved: number[] = [];
    for (const [name, { data }] of whole) {
      // Adam turns a rounding into a step where a gradient is almost 0, so the bound is a share of the four steps of 1e-3.
      expect(largestDifference(data, tensorNamed(split, name).data), name).toBeLessThan(5e-4);
      moved.push(largestDifference(data, tensorNamed(model.weights, name).data));
      expect(tensorNamed(stopped, name).data, name).toEqual(tensorNamed(model.weights, name).data);
    }
    expect(Math.max(...moved)).toBeGreaterThan(2e-3);
  });
});
