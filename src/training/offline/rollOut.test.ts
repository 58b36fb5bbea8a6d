import { beforeAll, expect, test } from 'vitest';
import { leverConfig, savableLeverStage, type Stage } from '../../../tests/gathering.ts';
import { newsOf, trainIn } from '../../../tests/tinyRun.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { Checkpoint } from '../../record/checkpoint.ts';
import { Dialogue, dialoguesOf } from '../../record/dialogueSet.ts';
import { RunControl } from '../runControl.ts';
import { rollOut } from './rollOut.ts';

const GAME = environmentOf('two-arms');
const config = leverConfig({ learningRate: 0.05, gradientClipNorm: 1000, updates: 3 });

let stage: Stage;
beforeAll(async () => {
  stage = await savableLeverStage();
});

async function rolledOut(batches: readonly number[], by: Checkpoint | null = null, control = new RunControl()) {
  const { model, engine } = stage;
  const ports = { environment: GAME, modelName: 'tiny', model, engine, control };
  const played = new Map<number, readonly Dialogue[]>();
  for await (const news of rollOut({ runId: 'run', config, by, batches }, ports)) {
    if (news.kind === 'played') played.set(news.batch, news.dialogues);
  }
  return played;
}

test('the first batch of the base is that of a run’s first update, with what its turns earned and how they were sampled', async () => {
  const run = await trainIn(GAME, stage.engine, stage.model, { ...config, updates: 1 });
  const [batch] = newsOf(run.news, 'batch.recorded');
  if (!batch) throw new Error('nothing was recorded');
  const recorded = dialoguesOf(batch.episodes, batch.traces, { turnLimit: GAME.turnLimit });
  const [first = []] = (await rolledOut([0])).values();
  expect(first).toHaveLength(12);
  expect(first).toEqual(recorded);
  expect(first.some(({ turns }) => turns.some(({ score }) => score !== 0))).toBe(true);
  expect(first.map((dialogue) => Dialogue.parse(JSON.parse(JSON.stringify(dialogue))))).toEqual(first);
});

test('a batch is a function of its number and of the weights, and nothing is learned on the way', async () => {
  const all = await rolledOut([0, 1, 2]);
  expect((await rolledOut([2])).get(2)).toEqual(all.get(2));
  expect(all.get(0)).not.toEqual(all.get(1));
  const run = await trainIn(GAME, stage.engine, stage.model, config);
  const trained = (await rolledOut([2], run.saved.at(-1))).get(2);
  expect(trained).toHaveLength(12);
  expect(trained).not.toEqual(all.get(2));
});

test('stopped, it says so and plays no further', async () => {
  const control = new RunControl();
  control.stop();
  await expect(rolledOut([0], null, control)).rejects.toThrow();
});
