import { beforeAll, describe, expect, test } from 'vitest';
import { leverConfig, savableLeverStage, type Stage } from '../../../tests/gathering.ts';
import { newsOf, trainIn, type Circumstances } from '../../../tests/tinyRun.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { Checkpoint } from '../../record/checkpoint.ts';
import { dialoguesOf, TRANSCRIPT, type Dialogue } from '../../record/dialogueSet.ts';
import { planLesson } from '../../record/planLesson.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { readDialogues } from '../../storage/dialogueFiles.ts';
import { learnerStateOf } from '../trainerState.ts';
import { startingCheckpoint } from './startFrom.ts';

const GAME = environmentOf('two-arms');
const RATE = { learningRate: 0.02, gradientClipNorm: 1000, updatesPerCheckpoint: 1000 } as const;

let stage: Stage;
beforeAll(async () => {
  stage = await savableLeverStage();
});

const train = (config: RunConfig, circumstances: Circumstances = {}) =>
  trainIn(GAME, stage.engine, stage.model, config, circumstances);

/** Dialogues as the even policy plays them. */
async function played(updates = 1) {
  const run = await train(leverConfig({ ...RATE, updates, learningRate: 1e-9 }));
  const batches = newsOf(run.news, 'batch.recorded');
  const episodes = batches.flatMap((batch) => batch.episodes);
  const traces = batches.flatMap((batch) => batch.traces);
  return { episodes, traces, dialogues: dialoguesOf(episodes, traces, { turnLimit: GAME.turnLimit }) };
}

/** The probability of an arm under the weights of a checkpoint, by the unigram engine's own rule. */
async function probabilityOf(arm: string, checkpoint: Checkpoint | undefined): Promise<number> {
  if (!checkpoint) throw new Error('nothing was saved');
  const { model, engine } = stage;
  using base = engine.loadWeights(model.weights);
  using policy = engine.createPolicy(base, { kind: 'full', parameters: learnerStateOf(checkpoint).parameters });
  using learner = engine.createLearner(policy, 512);
  const id = model.tokenizer.tokenId(arm) ?? NaN;
  const { logProbs } = await learner.forward([{ tokenIds: Int32Array.of(0, id), scoredIndices: Int32Array.of(1) }], 1);
  return Math.exp(logProbs[0] ?? NaN);
}

describe('supervised learning', () => {
  test.each(['red', 'blue'])('of dialogues that always pull %s makes it likelier, whatever it pays', async (arm) => {
    const { dialogues } = await played();
    const shown = dialogues.map((dialogue): Dialogue => {
      // Tokens that are of other words count for nothing.
      const turns = dialogue.turns.map((turn) => ({ ...turn, strategy: arm, utterance: arm }));
      return { ...dialogue, turns };
    });
    const { config, selection } = planLesson(leverConfig(RATE), shown, { origin: 'shown', epochs: 4 }, 0);
    const run = await train(config, { dialogues: selection.dialogues });
    expect(run.thrown).toBeNull();
    const curve = newsOf(run.news, 'update.finished').map(
      ({ metrics }) => metrics.objective?.['offline/log_prob'] ?? NaN,
    );
    expect(curve).toHaveLength(4);
    expect(curve).toEqual(curve.toSorted((a, b) => a - b));
    const other = arm === 'red' ? 'blue' : 'red';
    const [likely, unlikely] = [
      await probabilityOf(arm, run.saved.at(-1)),
      await probabilityOf(other, run.saved.at(-1)),
    ];
    expect(likely).toBeGreaterThan(1.5 * unlikely); // they began equal
  });

  test('of the best dialogues learns the better arm', async () => {
    const { dialogues } = await played();
    const plan = { origin: 'best', epochs: 6, filter: { topShare: 0.25 } } as const;
    const { config, selection } = planLesson(leverConfig(RATE), dialogues, plan, 0);
    expect(selection.kept.sides).toBeLessThan(selection.given.sides / 2);
    const run = await train(config, { dialogues: selection.dialogues });
    const last = run.saved.at(-1);
    expect(await probabilityOf('red', last)).toBeGreaterThan(1.5 * (await probabilityOf('blue', last)));
  });
});

describe('a warm start', () => {
  test('plays after it, from where it left the policy', async () => {
    const { dialogues } = await played();
    const plan = { origin: 'best', updates: 6, filter: { minimumPoints: 8 } } as const;
    const { config, selection } = planLesson(leverConfig({ ...RATE, updates: 2 }), dialogues, plan, 2);
    const run = await train(config, { dialogues: selection.dialogues });
    expect(run.thrown).toBeNull();
    const points = newsOf(run.news, 'update.finished').map(({ metrics }) => [
      metrics.objective?.['offline/epoch'] ?? null,
      metrics.pointsTrained,
      metrics.tokensSampled,
    ]);
    expect(points).toHaveLength(8);
    expect(points[5]).toEqual([6, expect.any(Number), 0]);
    expect(points[6]?.[0]).toBeNull();
    expect(points[6]?.[2]).toBeGreaterThan(0);
    const cold = newsOf((await train(leverConfig({ ...RATE, updates: 1 }))).news, 'update.finished')[0]?.metrics;
    expect(points[6]?.[1]).toBeGreaterThan(cold?.pointsTrained ?? NaN);
  });
});

describe('a run that begins with another one’s weights', () => {
  const about = () => ({ runId: 'second', modelName: 'tiny', model: stage.model.config, nowMs: 7 });

  test('has them, forgets everything else, and says where they are from', async () => {
    const first = await train(leverConfig({ ...RATE, updates: 2 }));
    const from = first.saved.at(-1);
    if (!from) throw new Error('nothing was saved');
    const config = leverConfig({ ...RATE, updates: 1, seed: 5 });
    const start = startingCheckpoint(from, config, about());
    expect(start.manifest).toMatchObject({
      checkpointId: 'second-0',
      runId: 'second',
      updatesDone: 0,
      optimizerStep: 0,
    });
    expect(start.manifest.label).toContain('update 2');
    expect(await probabilityOf('red', start)).toBe(await probabilityOf('red', from));
    const { moments } = learnerStateOf(start);
    for (const { data } of moments.second.values()) expect(data.every((value) => value === 0)).toBe(true);
    const run = await train(config, { resumeFrom: start });
    const [started] = newsOf(run.news, 'run.started');
    expect(started?.updatesDone).toBe(0);
    // Its first batch was played by those weights, not by the base model's.
    const [update] = newsOf(run.news, 'update.finished');
    expect(update?.metrics.klToBase).toBeGreaterThan(0);
    expect(update?.metrics.ratioDeviationMax).toBeLessThan(1e-5);
  });

  test('does not go on without them', async () => {
    const run = await train(leverConfig({ ...RATE, updates: 1, startedFrom: 'first, update 2' }));
    expect(String(run.thrown)).toContain('was to begin with first, update 2');
    expect(run.saved).toEqual([]);
  });

  test('is refused where the two train different weights', async () => {
    const first = await train(leverConfig({ ...RATE, updates: 1 }));
    const from = first.saved.at(-1);
    if (!from) throw new Error('nothing was saved');
    expect(() => startingCheckpoint(from, leverConfig({ adaptation: 'lora' }), about())).toThrow(/LoRA of rank 8/);
  });
});

test('a dialogue from elsewhere is read as it is written: view, answers, what was heard', async () => {
  const conversations = [
    { from: 'human', value: 'levers red blue' },
    { from: 'gpt', value: 'red', score: '1' },
    { from: 'human', value: 'You said: red\nPartner said: blue' },
    { from: 'gpt', value: 'blue', score: '-0.5' },
  ];
  const { dialogues, scores, origin } = readDialogues('foreign.json', JSON.stringify([{ conversations }]));
  expect(dialogues[0]?.scenario.environment).toBe(TRANSCRIPT);
  const plan = { origin, scores, recipe: 'epo', epochs: 1 } as const;
  const { config, selection } = planLesson(leverConfig(RATE), dialogues, plan, 0);
  const run = await train(config, { dialogues: selection.dialogues });
  expect(run.thrown).toBeNull();
  const [batch] = newsOf(run.news, 'batch.recorded');
  const [trace] = batch?.traces ?? [];
  const { chatFormat, tokenizer } = stage.model;
  const answer = (text: string) => chatFormat.strategy(text).slice(0, 1); // strategies of one token, whose end was cut
  const turn = (text: string) => [
    ...chatFormat.openOwnTurn(''),
    ...answer(text),
    chatFormat.strategyEnd,
    ...chatFormat.openAction,
  ];
  expect(Array.from(trace?.tokenIds ?? [])).toEqual([
    ...chatFormat.openView('levers red blue'),
    ...turn('red'),
    ...chatFormat.action('red'),
    ...chatFormat.partnerTurn('blue'),
    ...turn('blue'),
    ...chatFormat.action(''),
  ]);
  const sampled = Array.from(trace?.tokenIds ?? []).filter((_, index) => trace?.sampledMask[index] === 1);
  expect(tokenizer.decode(sampled)).toBe('red blue');
  expect(Array.from(trace?.advantages ?? []).filter((_, index) => trace?.sampledMask[index] === 1)).toEqual([1, -0.5]);
  // Nobody knows what it earned: the row says so, and nothing averages it.
  expect(batch?.episodes[0]?.unscored).toEqual([0, 1]);
});
