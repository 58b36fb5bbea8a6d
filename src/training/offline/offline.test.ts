import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  loadTinyModel,
  newsOf,
  tinyConfig,
  trainTiny,
  type Circumstances,
  type TinyRun,
} from '../../../tests/tinyRun.ts';
import { UnigramEngine } from '../../../tests/unigramEngine.ts';
import type { LoadedCheckpoint } from '../../policy/formats/huggingFace.ts';
import { ReferenceEngine } from '../../policy/referenceEngine.ts';
import type { Checkpoint } from '../../record/checkpoint.ts';
import { DialogueLesson } from '../../record/dialogueLesson.ts';
import { dialoguesOf, type Dialogue } from '../../record/dialogueSet.ts';
import { planLesson, type LessonPlan } from '../../record/planLesson.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { readDialogues } from '../../storage/dialogueFiles.ts';
import { shareGpt } from '../../storage/export/shareGpt.ts';
import type { RunControl } from '../runControl.ts';
import { assertTeachable, lessonConfig } from './lessonConfig.ts';
import { miniBatchAt } from './miniBatch.ts';
import { rewardOf } from './recallBatch.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = await loadTinyModel();
});

/** Six dialogues of the word game in one update, learned by Equation 5. */
const PLAYED = { preset: 'epo', episodesPerUpdate: 6, turnLimit: 4, updates: 1 } as const;
const playing = (changes: Partial<RunConfig> = {}) => tinyConfig({ ...PLAYED, ...changes });

function played(run: TinyRun) {
  const [batch] = newsOf(run.news, 'batch.recorded');
  if (!batch) throw new Error('the run has recorded nothing');
  return batch;
}
const setOf = (run: TinyRun, turnLimit = 4): Dialogue[] => {
  const { episodes, traces } = played(run);
  return dialoguesOf(episodes, traces, { turnLimit });
};
const lastOf = ({ saved }: TinyRun): Checkpoint => {
  const last = saved.at(-1);
  if (!last) throw new Error('nothing was saved');
  return last;
};
const hashOf = ({ tensors }: Checkpoint) => createHash('sha256').update(tensors).digest('hex');
const curvesOf = (run: TinyRun) =>
  newsOf(run.news, 'update.finished').map(({ metrics }) =>
    Object.entries(metrics).filter(([name]) => !name.endsWith('Seconds') && name !== 'tokensPerSecond'),
  );

/** A run that learns from these dialogues. */
async function teach(
  dialogues: readonly Dialogue[],
  plan: Partial<LessonPlan> & ({ epochs: number } | { updates: number }),
  { config = playing(), then = 0, ...circumstances }: Circumstances & { config?: RunConfig; then?: number } = {},
) {
  const planned = planLesson(config, dialogues, { origin: 'a run', ...plan }, then);
  const engine = new UnigramEngine(model.config);
  const learned = { ...circumstances, dialogues: planned.selection.dialogues };
  return trainTiny(engine, model, planned.config, learned);
}

describe('the training sequence is what the rollout left', () => {
  test('token for token: contexts, sampled tokens, advantages of Equation 5, whatever the text would be tokenised to', async () => {
    const run = await trainTiny(new UnigramEngine(model.config), model, playing({ turnReward: 'critical-progress' }));
    const before = played(run);
    const taught = await teach(setOf(run), { epochs: 1, recipe: 'epo' });
    expect(taught.thrown).toBeNull();
    const after = played(taught);
    expect(after.traces).toHaveLength(before.traces.length);
    after.traces.forEach((trace, index) => {
      const original = before.traces[index];
      for (const name of ['tokenIds', 'sampledMask', 'ownTurnIndex', 'advantages'] as const) {
        // A dialogue may go on being heard after the last turn that was advised.
        expect(Array.from(trace[name])).toEqual(Array.from(original?.[name] ?? []));
      }
    });
    expect(
      after.episodes.map(({ turns, points, endReason }) => [turns.map(({ reward }) => reward), points, endReason]),
    ).toEqual(
      before.episodes.map(({ turns, points, endReason }) => [turns.map(({ reward }) => reward), points, endReason]),
    );
    expect(after.episodes.every(({ source }) => source === 'demonstration')).toBe(true);
  });

  test('a strategy whose tokens are not this model’s is tokenised as its own words', async () => {
    const [dialogue] = setOf(await trainTiny(new UnigramEngine(model.config), model, playing()));
    const [words, other] = [
      [10, 11],
      [12, 13],
    ];
    const strategy = model.tokenizer.decode(words);
    const turns = dialogue?.turns.map((turn) => ({
      ...turn,
      strategy,
      sampled: { tokenIds: other, logProbs: [0, 0] },
    }));
    const taught = await teach([{ ...dialogue, turns } as Dialogue], { epochs: 1 });
    const [trace] = played(taught).traces;
    const sampled = Array.from(trace?.tokenIds ?? []).filter((_, index) => trace?.sampledMask[index] === 1);
    const expected = model.chatFormat.strategy(strategy).slice(0, 3); // cut where sampling would have cut it
    expect(expected).not.toEqual(other);
    expect(sampled.slice(0, expected.length)).toEqual(expected);
  });
});

describe('Equation 5 on the same batch is the on-policy update, bit for bit', () => {
  test('with the transformer, from the record and from the file of the released code', async () => {
    const config = playing({ turnReward: 'critical-progress', episodesPerUpdate: 3, episodesPerScenario: 1 });
    const own = await trainTiny(new ReferenceEngine(model.config), model, config);
    const { episodes, traces } = played(own);
    const files = {
      'as recorded': { scores: 'rewards' as const, dialogues: dialoguesOf(episodes, traces, { turnLimit: 4 }) },
      'by way of the file of the released code': readDialogues('epo.json', shareGpt(episodes, traces)),
    };
    const [first] = newsOf(own.news, 'update.finished');
    const { dialogues, scores } = files['as recorded'];
    const planned = planLesson(config, dialogues, { origin: 'x', recipe: 'epo', scores, epochs: 1 }, 0);
    const taught = await trainTiny(new ReferenceEngine(model.config), model, planned.config, {
      dialogues: planned.selection.dialogues,
    });
    expect(taught.thrown).toBeNull();
    const [again] = newsOf(taught.news, 'update.finished');
    expect(again?.metrics.loss).toBe(first?.metrics.loss);
    expect(again?.metrics.gradientNorm).toBe(first?.metrics.gradientNorm);
    expect(again?.metrics.ratioDeviationMax).toBe(0);
    expect(hashOf(lastOf(taught))).toBe(hashOf(lastOf(own)));

    // The file has a dialogue for each seat: the same halves in the same order, two to a batch where there was one.
    const file = files['by way of the file of the released code'];
    const wide = { ...config, episodesPerUpdate: 6 };
    const imported = planLesson(
      wide,
      file.dialogues,
      { origin: 'x', recipe: 'epo', scores: file.scores, epochs: 1 },
      0,
    );
    const fromFile = await trainTiny(new ReferenceEngine(model.config), model, imported.config, {
      dialogues: imported.selection.dialogues,
    });
    expect(newsOf(fromFile.news, 'update.finished')[0]?.metrics.loss).toBe(first?.metrics.loss);
    expect(hashOf(lastOf(fromFile))).toBe(hashOf(lastOf(own)));
    const sequences = (run: TinyRun) => played(run).traces.map(({ tokenIds, sampledMask }) => [tokenIds, sampledMask]);
    expect(sequences(fromFile)).toEqual(sequences(own));
  }, 60_000);
});

describe('resume', () => {
  test('at any moment of any epoch, and over the border to playing, equals the run that never stopped', async () => {
    const dialogues = setOf(await trainTiny(new UnigramEngine(model.config), model, playing()));
    const config = playing({ episodesPerUpdate: 4, schedule: 'cosine', updates: 2, updatesPerCheckpoint: 2 });
    // Six dialogues, four at a time: two updates an epoch, the third of three is in mid-epoch; then two that play.
    const plan = { updates: 3, recipe: 'epo' } as const;
    const whole = await teach(dialogues, plan, { config, then: 2 });
    expect(whole.thrown).toBeNull();
    expect(newsOf(whole.news, 'update.finished').map(({ metrics }) => metrics.objective?.['offline/epoch'])).toEqual([
      1,
      1,
      2,
      undefined,
      undefined,
    ]);
    for (let moment = 0; moment < whole.news.length; moment += 5) {
      let heard = 0;
      const onNews = (_: unknown, control: RunControl) => {
        if (heard++ === moment) control.stop();
      };
      const first = await teach(dialogues, plan, { config, then: 2, onNews });
      const second = await teach(dialogues, plan, { config, then: 2, resumeFrom: first.saved.at(-1) ?? null });
      const ended = second.saved.at(-1) ?? lastOf(first); // stopped at its very end, there was nothing left to do
      expect(hashOf(ended)).toBe(hashOf(lastOf(whole)));
      const done = curvesOf(first).slice(0, first.saved.at(-1)?.manifest.updatesDone ?? 0);
      expect([...done, ...curvesOf(second)]).toEqual(curvesOf(whole));
    }
  }, 120_000);

  test('without its dialogues, or with fewer, a run says so before it begins', async () => {
    const dialogues = setOf(await trainTiny(new UnigramEngine(model.config), model, playing()));
    const { config } = planLesson(playing(), dialogues, { origin: 'x', epochs: 1 }, 0);
    const run = await trainTiny(new UnigramEngine(model.config), model, config, { dialogues: dialogues.slice(1) });
    expect(String(run.thrown)).toContain('started with 6, and 5 were found');
  });
});

describe('mini-batches', () => {
  test('hold every dialogue once an epoch, in an order of their own', () => {
    const config = { seed: 1, episodesPerUpdate: 4 };
    const updates = [0, 1, 2, 3, 4, 5].map((update) => miniBatchAt(config, 10, update));
    expect(updates.map(({ epoch, indices }) => [epoch, indices.length])).toEqual([
      [0, 4],
      [0, 4],
      [0, 2],
      [1, 4],
      [1, 4],
      [1, 2],
    ]);
    const epochs = [0, 1].map((epoch) =>
      updates.filter((batch) => batch.epoch === epoch).flatMap(({ indices }) => indices),
    );
    for (const epoch of epochs) expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });
});

describe('ratings', () => {
  test('are rewards of +1 and −1, blended with the stored score', () => {
    const lesson = { recipe: 'epo', ratingWeight: 0.25 } as const;
    expect(rewardOf({ score: 0.4, rating: -1 }, lesson).reward).toBeCloseTo(0.75 * 0.4 - 0.25);
    expect(rewardOf({ score: 0.4, rating: null }, lesson).reward).toBeCloseTo(0.3);
    expect(rewardOf({ score: null, rating: 1 }, { ...lesson, ratingWeight: 1 })).toMatchObject({
      reward: 1,
      rewardParts: [{ name: 'rating', value: 1 }],
    });
    expect(rewardOf({ score: 9, rating: -1 }, { ...lesson, recipe: 'sft' }).reward).toBe(1);
  });

  test('a turn with a thumb down becomes less likely, one with a thumb up more', async () => {
    const run = await trainTiny(new UnigramEngine(model.config), model, playing());
    const { episodes, traces } = played(run);
    const [episode] = episodes;
    for (const value of [1, -1] as const) {
      const ratings = [{ episodeId: episode?.episodeId ?? '', turnIndex: 0, value, ratedAtMs: 0 }];
      const rated = dialoguesOf(episodes, traces, { ratings, turnLimit: 4 });
      const plan = { epochs: 4, recipe: 'epo', ratingWeight: 1, filter: { ratedOnly: true } } as const;
      const taught = await teach(rated, plan);
      const logProbs = newsOf(taught.news, 'batch.recorded').map(({ traces: [trace] }) => {
        const own = Array.from(trace?.logProbs ?? []).filter((_, index) => trace?.ownTurnIndex[index] === 0);
        return own.reduce((sum, logProb) => sum + logProb, 0);
      });
      expect(logProbs).toHaveLength(4);
      expect(Math.sign((logProbs[3] ?? NaN) - (logProbs[0] ?? NaN))).toBe(value);
    }
  });
});

describe('own objectives', () => {
  test('importance ratios are those to the policy that sampled, where they are asked for', async () => {
    const run = await trainTiny(new UnigramEngine(model.config), model, playing());
    const shifted = setOf(run).map((dialogue) => ({
      ...dialogue,
      turns: dialogue.turns.map(({ sampled, ...turn }) => ({
        ...turn,
        ...(sampled && {
          sampled: { ...sampled, logProbs: sampled.logProbs.map((logProb) => logProb - Math.log(1.1)) },
        }),
      })),
    }));
    const config = playing({ preset: 'ppo', advantage: 'paper' });
    const ratioOf = async (ratios: 'none' | 'recorded') => {
      const taught = await teach(shifted, { epochs: 1, recipe: 'own', ratios }, { config });
      expect(taught.thrown).toBeNull();
      return newsOf(taught.news, 'update.finished')[0]?.metrics.ratioDeviationMax ?? NaN;
    };
    expect(await ratioOf('none')).toBe(0);
    expect(await ratioOf('recorded')).toBeCloseTo(0.1, 4);
  });

  test('that could not be trained as they are meant are refused', () => {
    const lesson = DialogueLesson.parse({ origin: 'x', count: 1, updates: 2, recipe: 'own' });
    const config = (changes: Partial<RunConfig>, of: Partial<DialogueLesson> = {}) =>
      playing({ updates: 2, preset: 'default', dialogues: { ...lesson, ...of }, ...changes });
    expect(() => assertTeachable(config({}))).not.toThrow();
    expect(() => assertTeachable(config({ updates: 1 }))).toThrow(/ends before it has learned/);
    expect(() => assertTeachable(config({ preset: 'arpo' }))).toThrow(/a record does not hold/);
    expect(() => assertTeachable(config({}, { ratios: 'recorded' }))).toThrow(/ratios are asked for/);
    expect(DialogueLesson.safeParse({ ...lesson, scores: 'weights' }).error?.message).toContain('needs rewards');
  });

  test('what a recipe is trained with: advantages as they are given, or Equation 4 of the rewards', () => {
    const lesson = DialogueLesson.parse({ origin: 'x', count: 1, updates: 1 });
    const config = playing({
      preset: 'ppo',
      klPenaltyPerNat: 0.5,
      clipHigh: 0.3,
      epochsPerBatch: 4,
      turnDiscount: 0.9,
    });
    expect(lessonConfig(config, lesson)).toMatchObject({ preset: 'epo', advantage: 'none', turnDiscount: 0, aggregation: 'token-mean', klPenaltyPerNat: 'preset', epochsPerBatch: 1 }); // prettier-ignore
    expect(lessonConfig(config, { ...lesson, recipe: 'epo' })).toMatchObject({ advantage: 'preset', turnDiscount: 0.9, aggregation: 'preset' }); // prettier-ignore
    expect(lessonConfig(config, { ...lesson, recipe: 'epo', scores: 'weights' })).toMatchObject({ advantage: 'none', turnDiscount: 0 }); // prettier-ignore
    expect(lessonConfig(config, { ...lesson, recipe: 'own' })).toMatchObject({ preset: 'ppo', clipHigh: 0.3 });
  });
});
