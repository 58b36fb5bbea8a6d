import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixtureFolder } from '../../tests/fixtureFiles.ts';
import { largestDifference } from '../../tests/goldenModel.ts';
import { loadTinyModel, newsOf, tinyConfig, trainTiny, type Circumstances, type TinyRun } from '../../tests/tinyRun.ts';
import { UnigramEngine } from '../../tests/unigramEngine.ts';
import type { Engine, Learner } from '../policy/engine.ts';
import { loadCheckpoint, type LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { clipScale } from '../policy/adamW.ts';
import { ReferenceEngine } from '../policy/referenceEngine.ts';
import { tensorNamed } from '../policy/weights.ts';
import type { Checkpoint } from '../record/checkpoint.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { RunEvent } from '../record/runEvent.ts';
import { validationMean } from '../storage/retention.ts';
import { RunControl } from './runControl.ts';
import type { TrainingNews } from './train.ts';
import { learnerStateOf, stateOf } from './trainerState.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = await loadTinyModel();
});

/** Milliseconds per run: for everything that is about the loop and not about the transformer. */
const unigram = () => new UnigramEngine(model.config);
const quickly = (changes: Partial<RunConfig> = {}, circumstances: Circumstances = {}) =>
  trainTiny(unigram(), model, tinyConfig({ updates: 3, ...changes }), circumstances);

/** One whole run of the real thing, which several tests compare with. */
let wholeRun: Promise<TinyRun> | undefined;
const transformerRun = () => (wholeRun ??= trainTiny(new ReferenceEngine(model.config), model, tinyConfig()));

/** Metrics without what a clock says. */
const curves = (run: TinyRun) =>
  newsOf(run.news, 'update.finished').map(({ updateIndex, metrics }) => ({
    updateIndex,
    ...Object.fromEntries(
      Object.entries(metrics).filter(([name]) => !name.endsWith('Seconds') && name !== 'tokensPerSecond'),
    ),
  }));
const evaluations = (run: TinyRun) =>
  newsOf(run.news, 'evaluation.finished').map((news) => ({ ...news, evaluation: { ...news.evaluation, seconds: 0 } }));
/** Everything a checkpoint promises: weights, moments, counters, what the objective, evaluations and alarms remember. */
const contentsOf = ({ manifest, tensors }: Checkpoint) => ({
  tensors: createHash('sha256').update(tensors).digest('hex'),
  updatesDone: manifest.updatesDone,
  optimizerStep: manifest.optimizerStep,
  objectiveMemory: manifest.objectiveMemory,
  score: manifest.score,
  validation: manifest.validation,
  vitals: manifest.vitals,
});
const lastOf = (run: TinyRun): Checkpoint => {
  const last = run.saved.at(-1);
  if (!last) throw new Error('nothing was saved');
  return last;
};
const kindsOf = (news: readonly TrainingNews[]) => news.map(({ kind }) => kind);
/** Turns of the run without what is streamed while they happen. */
const milestones = (run: TinyRun) => kindsOf(run.news).filter((kind) => /^(run|update|checkpoint)/.test(kind));

describe('a run is a function of its config', () => {
  test('the transformer: the same seed gives the same bits, another seed gives others', async () => {
    const once = await transformerRun();
    const again = await trainTiny(new ReferenceEngine(model.config), model, tinyConfig());
    const other = await trainTiny(new ReferenceEngine(model.config), model, tinyConfig({ seed: 2 }));
    expect(contentsOf(lastOf(again))).toEqual(contentsOf(lastOf(once)));
    expect(curves(again)).toEqual(curves(once));
    expect(contentsOf(lastOf(other)).tensors).not.toEqual(contentsOf(lastOf(once)).tensors);
    expect(curves(other)[0]).not.toEqual(curves(once)[0]);
  }, 60_000);

  test('every update changes the weights, and its curves start on-policy', async () => {
    const run = await trainTiny(
      new ReferenceEngine(model.config),
      model,
      tinyConfig({ strategistTemperature: 0.8, trainedSeats: 'alternate' }),
    );
    for (const { metrics } of newsOf(run.news, 'update.finished')) {
      expect(metrics.ratioDeviationMax).toBeLessThan(1e-5);
      expect(metrics.logProbDifferenceMax).toBeLessThan(1e-5);
      expect(metrics.gradientNorm).toBeGreaterThan(0);
    }
    const [first, second] = newsOf(run.news, 'update.finished').map(({ metrics }) => metrics.klToBase);
    expect(first).toBe(0); // the first batch was sampled from the base itself
    expect(second).toBeGreaterThan(0);
  }, 60_000);

  test('where it does not learn at a temperature, sampler and trainer would part: 0.8 against 1', async () => {
    // The guard above can fail: a learner that forgets the temperature is caught.
    const forgetful = withLearner(unigram(), (learner) => ({
      forward: (sequences) => learner.forward(sequences, 1),
    }));
    const run = await trainTiny(forgetful, model, tinyConfig({ strategistTemperature: 0.8, updates: 1 }));
    expect(newsOf(run.news, 'update.finished')[0]?.metrics.ratioDeviationMax).toBeGreaterThan(1e-2);
  });
});

test('each update learns at its own rate: half of it in the first of two warm-up updates, then all of it', async () => {
  // Without memory, Adam's step is the learning rate times the sign of the gradient.
  const run = await quickly({ updates: 2, warmupUpdates: 2, learningRate: 0.01, adamBeta1: 0, adamBeta2: 0 });
  const embeddings = [model.weights, ...run.saved.map((saved) => learnerStateOf(saved).parameters)].map(
    (weights) => tensorNamed(weights, 'model.embed_tokens.weight').data,
  );
  const [first, second] = [1, 2].map((update) =>
    largestDifference(embeddings[update] ?? [], embeddings[update - 1] ?? []),
  );
  expect(first).toBeCloseTo(0.005, 5);
  expect(second).toBeCloseTo(0.01, 5);
  expect(newsOf(run.news, 'update.finished').map(({ metrics }) => metrics.learningRate)).toEqual([0.005, 0.01]);
});

describe('a run that is cut off and resumed equals one that never was', () => {
  test('at whatever moment it is stopped: weights, moments, baseline and curves, bit for bit', async () => {
    // Regular checkpoints come after the second update only, so most resumes start from what the stop itself saved.
    const config = tinyConfig({
      updates: 3,
      updatesPerCheckpoint: 2,
      updatesPerEvaluation: 2,
      evaluationEpisodes: 2,
      tokensPerMicroBatch: 512,
      schedule: 'cosine',
    });
    const whole = await trainTiny(unigram(), model, config);
    const moments = whole.news.length;
    expect(moments).toBeGreaterThan(60);
    const resumedFrom = new Set<number>();
    for (let moment = 0; moment < moments; moment++) {
      let heard = 0;
      const first = await trainTiny(unigram(), model, config, {
        onNews: (_, control) => {
          if (heard++ === moment) control.stop();
        },
      });
      expect(first.thrown).toBeNull();
      const resumeFrom = lastOf(first);
      resumedFrom.add(resumeFrom.manifest.updatesDone);
      const second = await trainTiny(unigram(), model, config, { resumeFrom });
      const end = second.saved.at(-1) ?? resumeFrom;
      expect(contentsOf(end), `stopped at news ${moment}`).toEqual(contentsOf(lastOf(whole)));
      expect([...curves(first), ...curves(second)], `stopped at news ${moment}`).toEqual(curves(whole));
      expect([...evaluations(first), ...evaluations(second)], `stopped at news ${moment}`).toEqual(evaluations(whole));
    }
    expect([...resumedFrom].sort()).toEqual([0, 1, 2, 3]);
  }, 60_000);

  test('inside the update, after the gradient and before the weights: the half-done update leaves no trace', async () => {
    const config = tinyConfig({ updates: 3, updatesPerCheckpoint: 3 });
    const whole = await trainTiny(unigram(), model, config);
    const control = new RunControl();
    let passes = 0;
    const stopping = withLearner(unigram(), (learner) => ({
      backward: async (coefficients) => {
        await learner.backward(coefficients);
        passes += 1;
        if (passes === 2) control.stop();
      },
    }));
    const first = await trainTiny(stopping, model, config, { control });
    expect(milestones(first)).toEqual(['run.started', 'update.finished', 'checkpoint.saved', 'run.stopped']);
    expect(lastOf(first).manifest).toMatchObject({ updatesDone: 1, optimizerStep: 1, label: 'stopped' });
    const second = await trainTiny(unigram(), model, config, { resumeFrom: lastOf(first) });
    expect(contentsOf(lastOf(second))).toEqual(contentsOf(lastOf(whole)));
  });

  test('the transformer, stopped in a dialogue of the second update', async () => {
    const config = tinyConfig({ updatesPerCheckpoint: 2 });
    const whole = await transformerRun();
    let isSecond = false;
    const first = await trainTiny(new ReferenceEngine(model.config), model, config, {
      onNews: (news, control) => {
        if (news.kind === 'update.finished') isSecond = true;
        if (isSecond && news.kind === 'turn.spoken') control.stop();
      },
    });
    expect(lastOf(first).manifest.updatesDone).toBe(1);
    const second = await trainTiny(new ReferenceEngine(model.config), model, config, { resumeFrom: lastOf(first) });
    expect(contentsOf(lastOf(second))).toEqual(contentsOf(lastOf(whole)));
    expect([...curves(first), ...curves(second)]).toEqual(curves(whole));
  }, 60_000);

  test('a process that dies goes on from its last checkpoint to the same end', async () => {
    const whole = await quickly();
    const afterFirst = whole.saved[0];
    expect(afterFirst?.manifest.updatesDone).toBe(1);
    const second = await quickly({}, { resumeFrom: afterFirst ?? null });
    expect(contentsOf(lastOf(second))).toEqual(contentsOf(lastOf(whole)));
    expect(curves(second)).toEqual(curves(whole).slice(1));
  });

  test('with several steps per batch and a value head: stopped between any two steps, or in between', async () => {
    const several = { preset: 'ppo', epochsPerBatch: 2, stepsPerEpoch: 2, sampleKlLimit: 1, updates: 3 } as const;
    const whole = await quickly({ ...several, updatesPerCheckpoint: 1 });
    expect(lastOf(whole).manifest).toMatchObject({ updatesDone: 3, optimizerStep: 12 });
    const [, second] = whole.saved.map((saved) => stateOf(saved).valueHead?.parameters.get('bias')?.data[0] ?? 0);
    expect(second).not.toBe(0);
    for (const from of [0, 1]) {
      const rest = await quickly(several, { resumeFrom: whole.saved[from] ?? null });
      expect(contentsOf(lastOf(rest))).toEqual(contentsOf(lastOf(whole)));
      expect(curves(rest)).toEqual(curves(whole).slice(from + 1));
    }
    for (const moment of [1, 2, 3, 4]) {
      let passes = 0;
      const stopped = await quickly(several, {
        onNews: (news, control) => {
          const isPass = news.kind === 'phase.progressed' && news.phase === 'update' && news.updateIndex === 2;
          if (isPass && ++passes === moment) control.stop();
        },
      });
      expect(contentsOf(lastOf(stopped)), `stopped at pass ${moment}`).toEqual(
        contentsOf(whole.saved[1] ?? lastOf(whole)),
      );
      const rest = await quickly(several, { resumeFrom: lastOf(stopped) });
      expect(contentsOf(lastOf(rest))).toEqual(contentsOf(lastOf(whole)));
    }
  });

  test('one that is stopped again before it did anything saves nothing twice', async () => {
    const first = await quickly({}, { onNews: (news, control) => news.kind === 'update.finished' && control.stop() });
    const control = new RunControl();
    control.stop();
    const again = await quickly({}, { resumeFrom: lastOf(first), control });
    expect(milestones(again)).toEqual(['run.started', 'run.stopped']);
    expect(again.saved).toEqual([]);
  });

  test('one that had finished has nothing left to do', async () => {
    const whole = await quickly();
    const again = await quickly({}, { resumeFrom: lastOf(whole) });
    expect(milestones(again)).toEqual(['run.started', 'run.finished']);
    expect(again.saved).toEqual([]);
  });
});

describe('orders', () => {
  /** Gives orders when something happens; the nth time that it happens, the nth order. */
  const on = (kind: TrainingNews['kind'], ...orders: ((control: RunControl) => void)[]) => {
    let count = 0;
    return (news: TrainingNews, control: RunControl) => {
      if (news.kind === kind) orders[count++]?.(control);
    };
  };
  const both =
    (...listeners: ReturnType<typeof on>[]) =>
    (news: TrainingNews, control: RunControl) =>
      listeners.forEach((listen) => listen(news, control));

  test('pause saves and waits after the update; continue goes on to the same end', async () => {
    const whole = await quickly({ updatesPerCheckpoint: 3 });
    const paused = await quickly(
      { updatesPerCheckpoint: 3 },
      {
        onNews: both(
          on('episodes.scored', (control) => control.give({ kind: 'pause' })),
          on('run.paused', (control) => control.give({ kind: 'continue' })),
        ),
      },
    );
    expect(milestones(paused)).toEqual([
      'run.started',
      'update.finished',
      'checkpoint.saved',
      'run.paused',
      'run.continued',
      'update.finished',
      'update.finished',
      'checkpoint.saved',
      'run.finished',
    ]);
    expect(paused.saved.map(({ manifest }) => manifest.label)).toEqual(['paused', 'update 3']);
    expect(contentsOf(lastOf(paused))).toEqual(contentsOf(lastOf(whole)));
  });

  test('a step runs exactly one update', async () => {
    const stepped = await quickly(
      {},
      {
        onNews: both(
          on('run.started', (control) => control.give({ kind: 'pause' })),
          on(
            'run.paused',
            (control) => control.give({ kind: 'step' }),
            (control) => control.give({ kind: 'step' }),
            (control) => control.stop(),
          ),
        ),
      },
    );
    expect(newsOf(stepped.news, 'run.paused').map(({ updatesDone }) => updatesDone)).toEqual([0, 1, 2]);
    expect(milestones(stepped).at(-1)).toBe('run.stopped');
  });

  test('two steps ordered at once run two updates, and "continue" during a step is heard', async () => {
    const twice = await quickly(
      {},
      {
        onNews: both(
          on('run.started', (control) => control.give({ kind: 'pause' })),
          on(
            'run.paused',
            (control) => {
              control.give({ kind: 'step' });
              control.give({ kind: 'step' });
            },
            () => undefined,
            (control) => control.stop(),
          ),
        ),
      },
    );
    expect(newsOf(twice.news, 'run.paused').map(({ updatesDone }) => updatesDone)).toEqual([0, 1, 2]);
    const onwards = await quickly(
      {},
      {
        onNews: both(
          on('run.started', (control) => control.give({ kind: 'pause' })),
          on('run.paused', (control) => control.give({ kind: 'step' })),
          on('episodes.scored', (control) => control.give({ kind: 'continue' })),
        ),
      },
    );
    expect(milestones(onwards).at(-1)).toBe('run.finished');
  });

  test('save keeps a checkpoint of its own, also while the run is paused', async () => {
    const run = await quickly(
      { updates: 2 },
      {
        onNews: both(
          on('run.started', (control) => control.give({ kind: 'save', label: 'before anything' })),
          on('update.finished', (control) => control.give({ kind: 'pause' })),
          on('run.paused', (control) => {
            control.give({ kind: 'save', label: 'while paused' });
            control.give({ kind: 'continue' });
          }),
        ),
      },
    );
    expect(run.saved.map(({ manifest }) => [manifest.label, manifest.updatesDone, manifest.isKept])).toEqual([
      ['before anything', 0, true],
      ['update 1', 1, false],
      ['while paused', 1, true],
      ['update 2', 2, false],
    ]);
    expect(new Set(run.saved.map(({ manifest }) => manifest.checkpointId)).size).toBe(4);
    const [beforeAnything] = run.saved;
    if (!beforeAnything) throw new Error('nothing was saved');
    expect(learnerStateOf(beforeAnything).parameters).toEqual(model.weights);
  });

  test('stop ends a paused run too', async () => {
    const run = await quickly(
      {},
      {
        onNews: both(
          on('run.started', (control) => control.give({ kind: 'pause' })),
          on('run.paused', (control) => queueMicrotask(() => control.stop())),
        ),
      },
    );
    expect(milestones(run)).toEqual(['run.started', 'checkpoint.saved', 'run.paused', 'run.stopped']);
  });

  test('stop during a dialogue saves what was learnt, and says where the run stands', async () => {
    const run = await quickly({}, { onNews: on('turn.spoken', (control) => control.stop()) });
    expect(milestones(run)).toEqual(['run.started', 'checkpoint.saved', 'run.stopped']);
    expect(newsOf(run.news, 'run.stopped')).toEqual([{ kind: 'run.stopped', updatesDone: 0 }]);
    expect(run.saved[0]?.manifest).toMatchObject({ label: 'stopped', updatesDone: 0, score: null });
    expect(run.thrown).toBeNull();
  });
});

describe('LoRA', () => {
  test('trains the adapter alone: the base stays as it was, and checkpoints hold no base weights', async () => {
    const before = new Map([...model.weights].map(([name, { data }]) => [name, data.slice()]));
    const engine = new ReferenceEngine(model.config);
    const run = await trainTiny(engine, model, tinyConfig({ adaptation: 'lora', loraRank: 2, learningRate: 0.04 }));
    for (const [name, data] of before) expect(tensorNamed(model.weights, name).data).toEqual(data);
    const [first, last] = [run.saved[0], lastOf(run)];
    if (!first) throw new Error('nothing was saved');
    const { parameters, moments } = learnerStateOf(last);
    // Seven projections in each of two layers, two factors each.
    expect([...parameters.keys()].filter((name) => /\.lora_[AB]$/.test(name))).toHaveLength(28);
    expect(parameters.size).toBe(28);
    expect([...moments.first.keys()]).toEqual([...parameters.keys()]);
    // B starts at 0: the first update moves B alone (A's gradient is B's), the second moves both.
    const earlier = learnerStateOf(first).parameters;
    const factor = (name: string) => `model.layers.0.self_attn.q_proj.lora_${name}`;
    expect(tensorNamed(earlier, factor('B')).data.some((value) => value !== 0)).toBe(true);
    expect(tensorNamed(parameters, factor('A')).data).not.toEqual(tensorNamed(earlier, factor('A')).data);
    for (const { metrics } of newsOf(run.news, 'update.finished')) expect(metrics.ratioDeviationMax).toBeLessThan(1e-5);
  }, 60_000);
});

describe('evaluations', () => {
  // The script carries strategies out to the letter, so that points depend on the weights.
  const config = {
    agent: 'script' as const,
    updates: 5,
    updatesPerCheckpoint: 5,
    updatesPerEvaluation: 2,
    evaluationEpisodes: 4,
  };

  test('come every so many updates and after the last, on held-out scenarios and with the partner of the training', async () => {
    for (const trainedSeats of ['both', 'alternate'] as const) {
      const run = await quickly({ ...config, trainedSeats, evaluationTemperature: 0, strategistTemperature: 0.8 });
      const finished = newsOf(run.news, 'evaluation.finished');
      expect(finished.map(({ updatesDone }) => updatesDone)).toEqual([2, 4, 5]);
      const partner = trainedSeats === 'both' ? 'self' : 'frozen-base';
      for (const { evaluation } of finished) {
        expect(evaluation).toMatchObject({ split: 'validation', episodes: 4, temperature: 0, partner });
        expect(evaluation.points.low).toBeLessThanOrEqual(evaluation.points.mean);
      }
    }
  });

  test('change nothing about the training', async () => {
    const without = await quickly({ ...config, updatesPerEvaluation: 0 });
    const run = await quickly(config);
    expect(evaluations(without)).toEqual([]);
    expect(contentsOf(lastOf(run)).tensors).toEqual(contentsOf(lastOf(without)).tensors);
    expect(curves(run)).toEqual(curves(without));
  });

  test('the best is known, and its weights are saved at once', async () => {
    const run = await quickly({ ...config, updates: 9, updatesPerCheckpoint: 9, evaluationEpisodes: 40 });
    const finished = newsOf(run.news, 'evaluation.finished');
    const means = finished.map(({ evaluation }) => evaluation.points.mean);
    expect(new Set(finished.map(({ isBest }) => isBest).slice(1))).toEqual(new Set([true, false]));
    finished.forEach(({ isBest, updatesDone }, index) => {
      expect(isBest).toBe(means.slice(0, index).every((earlier) => earlier < (means[index] ?? NaN)));
      const saved = run.saved.find(({ manifest }) => manifest.updatesDone === updatesDone);
      expect(saved !== undefined).toBe(isBest || updatesDone === 9);
      if (saved) expect(validationMean(saved.manifest)).toBe(means[index]);
    });
    expect(lastOf(run).manifest.validation?.best.points.mean).toBe(Math.max(...means));
  });

  test('one that is broken off is repeated with equal numbers, and is part of no checkpoint', async () => {
    const whole = await quickly(config);
    const first = await quickly(config, {
      onNews: (news, control) => {
        if (news.kind === 'phase.progressed' && news.phase === 'evaluate' && news.updateIndex === 4) control.stop();
      },
    });
    expect(lastOf(first).manifest).toMatchObject({ updatesDone: 4, validation: { newest: { updatesDone: 2 } } });
    const second = await quickly(config, { resumeFrom: lastOf(first) });
    expect([...evaluations(first), ...evaluations(second)]).toEqual(evaluations(whole));
    expect(contentsOf(lastOf(second))).toEqual(contentsOf(lastOf(whole)));
  });
});

describe('alarms', () => {
  /** From the given update on, the policy seems far from the base. */
  const runaway = (from: number) => {
    let steps = 0;
    return withLearner(unigram(), (learner) => ({
      forward: async (sequences, temperature) => {
        const stats = await learner.forward(sequences, temperature);
        return steps < from ? stats : { ...stats, klToBase: stats.klToBase.map(() => 9) };
      },
      step: async (options) => {
        steps += 1;
        return learner.step(options);
      },
    }));
  };
  const alarmsIn = (run: TinyRun) =>
    newsOf(run.news, 'alarm.raised').map(({ updateIndex, alarm }) => [updateIndex, alarm.kind]);

  test('an alarm is told after its update, and not again while the trouble lasts', async () => {
    const run = await trainTiny(runaway(1), model, tinyConfig({ updates: 3 }));
    expect(alarmsIn(run)).toEqual([[1, 'kl-runaway']]);
    expect(milestones(run)).not.toContain('run.paused');
  });

  test('it is not told again by a run that goes on, whose checkpoint remembers it', async () => {
    const first = await trainTiny(runaway(1), model, tinyConfig({ updates: 3 }), {
      onNews: (news, control) => {
        if (news.kind === 'alarm.raised') control.stop();
      },
    });
    const resumeFrom = lastOf(first);
    expect(resumeFrom.manifest).toMatchObject({ updatesDone: 2 });
    expect(resumeFrom.manifest.vitals).toHaveLength(2);
    expect(alarmsIn(await trainTiny(runaway(0), model, tinyConfig({ updates: 3 }), { resumeFrom }))).toEqual([]);
  });

  test('where it is wished, the run saves and pauses', async () => {
    const run = await trainTiny(runaway(1), model, tinyConfig({ updates: 3, pauseOnAlarm: 'on' }), {
      onNews: (news, control) => {
        if (news.kind === 'run.paused') control.give({ kind: 'continue' });
      },
    });
    expect(milestones(run)).toEqual([
      'run.started',
      'update.finished',
      'checkpoint.saved',
      'update.finished',
      'checkpoint.saved',
      'run.paused',
      'run.continued',
      'update.finished',
      'checkpoint.saved',
      'run.finished',
    ]);
  });
});

describe('trouble', () => {
  test('weights that are not numbers are an explained failure, and nothing they touched is kept', async () => {
    const broken = new Map(model.weights);
    const { shape, data } = tensorNamed(model.weights, 'model.norm.weight');
    broken.set('model.norm.weight', { shape, data: data.map((value, index) => (index === 3 ? NaN : value)) });
    const engine = new ReferenceEngine(model.config);
    const run = await trainTiny(engine, { ...model, weights: broken }, tinyConfig({ updates: 1 }));
    expect(run.thrown).toMatchObject({ code: 'gradient-not-finite', fix: expect.stringContaining('learning rate') });
    expect(newsOf(run.news, 'update.finished')).toEqual([]);
  }, 60_000);

  test('a gradient that overflows in the second update leaves the state after the first, saved', async () => {
    const whole = await quickly();
    const overflowing = withLearner(unigram(), (learner) => ({
      step: async (options) => {
        if (options.step === 2) clipScale(Infinity, 1); // throws what the real one does
        return learner.step(options);
      },
    }));
    const run = await trainTiny(overflowing, model, tinyConfig({ updates: 3, updatesPerCheckpoint: 3 }));
    expect(run.thrown).toMatchObject({ code: 'gradient-not-finite' });
    expect(lastOf(run).manifest).toMatchObject({ label: 'before the failure', updatesDone: 1 });
    expect(contentsOf(lastOf(run))).toEqual(contentsOf(whole.saved[0] ?? lastOf(whole)));
  });

  test('a checkpoint of another model is refused before anything is computed, with the name of its own', async () => {
    const other = await loadCheckpoint(fixtureFolder('tiny-llama-untied'));
    const whole = await quickly({ updates: 1 });
    for (const adaptation of ['full', 'lora'] as const) {
      const { manifest, tensors } = lastOf(whole);
      const resumeFrom = { manifest: { ...manifest, config: { ...manifest.config, adaptation } }, tensors };
      const belongs = adaptation === 'full'; // a checkpoint of all weights holds no adapter
      const run = await trainTiny(new UnigramEngine(other.config), other, tinyConfig(), { resumeFrom });
      expect(run.thrown).toMatchObject({ code: 'checkpoint-model', fix: expect.stringContaining('tiny-llama') });
      expect(run.news).toEqual([]);
      const own = await trainTiny(unigram(), model, tinyConfig({ adaptation, updates: 1 }), { resumeFrom });
      expect(own.thrown === null).toBe(belongs);
    }
  });

  test('whoever stops asking in the middle of an update finds the last complete one saved', async () => {
    const config = tinyConfig({ updates: 3, updatesPerCheckpoint: 3 });
    const whole = await trainTiny(unigram(), model, config);
    const left = await trainTiny(unigram(), model, config, {
      onNews: (news) => {
        if (news.kind === 'phase.progressed' && news.updateIndex === 1) throw new Error('left');
      },
    });
    expect(left.thrown).toEqual(new Error('left')); // leaving the loop calls the generator's `return`
    expect(left.saved.map(({ manifest }) => [manifest.label, manifest.updatesDone])).toEqual([['stopped', 1]]);
    const resumed = await trainTiny(unigram(), model, config, { resumeFrom: lastOf(left) });
    expect(contentsOf(lastOf(resumed))).toEqual(contentsOf(lastOf(whole)));
  });

  test('what was opened on the device is freed, at the end and when the rest cannot be opened', async () => {
    for (const isRoomy of [true, false]) {
      const open = new Set<object>();
      const counted = <Made extends Disposable>(made: Made): Made => {
        const dispose = made[Symbol.dispose].bind(made);
        open.add(made);
        made[Symbol.dispose] = () => {
          open.delete(made);
          dispose();
        };
        return made;
      };
      const inner = unigram();
      const engine: Engine = {
        ...inner,
        loadWeights: (weights) => counted(inner.loadWeights(weights)),
        createPolicy: (base, trainable) => counted(inner.createPolicy(base, trainable)),
        createDecoder: (speakers, slotCount) => counted(inner.createDecoder(speakers, slotCount)),
        createLearner: (policy, tokenLimit) => {
          expect(open.size).toBe(3); // base, policy and decoder
          if (!isRoomy) throw new Error('no room for the learner');
          return counted(inner.createLearner(policy, tokenLimit));
        },
        prepare: () => inner.prepare(),
        dispose: () => undefined,
      };
      const run = await trainTiny(engine, model, tinyConfig({ updates: 1 }));
      expect(run.thrown).toEqual(isRoomy ? null : new Error('no room for the learner'));
      expect(open.size).toBe(0);
    }
  });

  test('a checkpoint that cannot be saved ends the run, and is not tried for ever', async () => {
    let attempts = 0;
    const full = await quickly(
      {},
      {
        onSave: () => {
          attempts += 1;
          throw new Error('disk full');
        },
      },
    );
    expect(full.thrown).toEqual(new Error('disk full'));
    expect(attempts).toBe(2); // after the update, and once more before the end
  });
});

describe('news', () => {
  test('each piece is a valid RunEvent, or the batch’s records', async () => {
    const run = await quickly({ updates: 2, trainedSeats: 'alternate', episodesPerScenario: 1 });
    for (const item of run.news) {
      if (item.kind !== 'batch.recorded') expect(RunEvent.parse(item)).toEqual(item);
    }
    expect(new Set(kindsOf(run.news))).toEqual(
      new Set([
        'run.started',
        'episode.started',
        'turn.streamed',
        'turn.spoken',
        'episode.ended',
        'phase.progressed',
        'episodes.scored',
        'batch.recorded',
        'update.finished',
        'checkpoint.saved',
        'run.finished',
      ]),
    );
  });

  test('an update tells what its objective made of the batch, turn by turn and seat by seat', async () => {
    const run = await quickly({ updates: 2 });
    for (const { metrics } of newsOf(run.news, 'update.finished')) {
      expect(Object.keys(metrics.objective ?? {})).toEqual(
        expect.arrayContaining([
          ...['reward', 'reward_std', 'critic/advantages/mean', 'actor/ppo_kl', 'ratio/max'],
          ...['turn/reward/0', 'turn/reward/1', 'turn/advantage/0', 'seat/return/0', 'seat/return/1'],
        ]),
      );
      expect(metrics.objective?.['frac_reward_zero_std']).toBeCloseTo(metrics.zeroSpreadGroupShare, 12);
    }
  });

  test('what is recorded are the tokens that were sampled, under the version that sampled them', async () => {
    const run = await quickly({ updates: 2 });
    const metrics = newsOf(run.news, 'update.finished').map((news) => news.metrics);
    newsOf(run.news, 'batch.recorded').forEach(({ updateIndex, episodes, traces }) => {
      expect(traces.map(({ policyVersion }) => policyVersion)).toEqual(traces.map(() => updateIndex));
      expect(episodes).toHaveLength(2);
      const sampled = traces.reduce((sum, { sampledMask }) => sum + sampledMask.reduce((a, b) => a + b, 0), 0);
      expect(sampled).toBe(metrics[updateIndex]?.tokensTrained);
    });
  });
});

/** The engine with some of its learner's methods replaced. */
function withLearner(engine: Engine, change: (learner: Learner) => Partial<Learner>): Engine {
  return {
    kind: engine.kind,
    config: engine.config,
    slotLimit: engine.slotLimit,
    loadWeights: (weights) => engine.loadWeights(weights),
    createPolicy: (base, trainable) => engine.createPolicy(base, trainable),
    createDecoder: (speakers, slotCount) => engine.createDecoder(speakers, slotCount),
    prepare: () => engine.prepare(),
    createLearner: (policy, tokenLimit) => {
      const learner = engine.createLearner(policy, tokenLimit);
      return {
        tokenLimit,
        forward: (sequences, temperature) => learner.forward(sequences, temperature),
        backward: (coefficients) => learner.backward(coefficients),
        step: (options) => learner.step(options),
        takeGradients: () => learner.takeGradients(),
        dropGradients: () => learner.dropGradients(),
        readState: () => learner.readState(),
        writeState: (state) => learner.writeState(state),
        [Symbol.dispose]: () => learner[Symbol.dispose](),
        ...change(learner),
      };
    },
    dispose: () => engine.dispose(),
  };
}
