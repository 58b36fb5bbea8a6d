import { describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../../tests/builtInModel.ts';
import { byScenario, gather, leverConfig, leverStage, transcriptsOf } from '../../../tests/gathering.ts';
import { UnigramEngine } from '../../../tests/unigramEngine.ts';
import { wordGame } from '../../../tests/wordGame.ts';
import { environmentOf } from '../../environment/registry.ts';
import { ENVIRONMENT_NAMES } from '../../record/environmentName.ts';
import { RunConfig } from '../../record/runConfig.ts';
import { objectiveOf } from '../objective/objectiveOf.ts';
import { assertGatherable } from './assertGatherable.ts';
import { bestExperts, teacherOf } from './experts.ts';

describe('demonstrations (HPT, supervised learning)', () => {
  const config = leverConfig({ preset: 'hpt', turnLimit: 6 });

  test('one of each scenario, beside the policy’s own dialogues, which they leave as they are', async () => {
    const { batch } = await gather(await leverStage(), { config });
    const plain = await gather(await leverStage(), { config: { ...config, preset: 'grpo' } });
    expect(transcriptsOf({ ...plain, batch: { ...batch, episodes: batch.episodes.slice(0, 12) } })).toEqual(
      transcriptsOf(plain),
    );
    expect(batch.episodes).toHaveLength(15);
    const shown = batch.episodes.slice(12);
    expect(shown.every(({ source }) => source === 'demonstration')).toBe(true);
    expect(byScenario(shown)).toHaveLength(3);
  });

  test('what the expert writes stands in the strategist’s context, token by token, and nothing was drawn', async () => {
    const stage = await leverStage();
    const { batch } = await gather(stage, { config: { ...config, strategyTokenLimit: 12, episodesPerUpdate: 64 } });
    const shown = batch.episodes.slice(64);
    expect(shown).toHaveLength(16);
    for (const { contexts, turns } of shown) {
      for (const { seat, sample, strategy } of turns) {
        const { firstIndex = NaN, tokenIds = [], logProbs = [] } = sample ?? {};
        expect(contexts[seat]?.slice(firstIndex, firstIndex + tokenIds.length)).toEqual(tokenIds);
        expect(tokenIds.at(-1)).toBe(stage.model.chatFormat.strategyEnd);
        expect(logProbs.every((logProb) => logProb === 0)).toBe(true);
        expect(strategy).toMatch(/red|blue/);
      }
    }
    // Even odds would pay 5.
    const points = shown.flatMap(({ outcome }) => outcome.points);
    expect(points.reduce((sum, value) => sum + value, 0) / points.length).toBeGreaterThan(6);
  });
});

describe.each(ENVIRONMENT_NAMES)('the experts of %s', (name) => {
  const environment = environmentOf(name);
  const teacher = teacherOf(environment);
  if (!teacher) throw new Error(`${name} has no lessons`);
  const scenarios = environment.scenarios('train').slice(0, 12);
  const seats = environment.worldReply ? ([0] as const) : ([0, 1] as const);

  test('do better than the first who come along, and write strategies that are understood', () => {
    const worth = (experts: { readonly points: readonly [number, number] }) =>
      Math.min(...seats.map((seat) => experts.points[seat]));
    const best = scenarios.map((scenario) => bestExperts(teacher, scenario, seats, environment.turnLimit, 1, ['test']));
    // Where nobody is in question, the first pair is as good as any other.
    const any = scenarios.map((scenario) => bestExperts(teacher, scenario, [], environment.turnLimit, 1, ['test']));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(best.map(worth))).toBeGreaterThan(mean(any.map(worth)));
    for (const { turns } of best) expect(turns.some(({ strategy }) => strategy !== '')).toBe(true);
    expect(bestExperts(teacher, scenarios[0] as never, seats, environment.turnLimit, 1, ['test'])).toMatchObject({
      turns: best[0]?.turns,
    });
  });

  test('are strategists in real dialogues, carried out by the script', async () => {
    const model = await loadBuiltInModel();
    const config = RunConfig.parse({
      environment: name,
      preset: 'sft',
      agent: 'script',
      strategyTokenLimit: 40,
      episodesPerUpdate: 1,
      episodesPerScenario: 1,
    });
    const plain = objectiveOf(config);
    const rollouts = [{ kind: 'demonstrate', perGroup: 4 }] as const;
    const objective = { ...plain, data: { ...plain.data, rollouts } };
    // A language model that wants no context may have a long one.
    const stage = { model, engine: new UnigramEngine(model.config) };
    const { batch } = await gather(stage, { config, objective, contextLength: 8192 });
    const shown = batch.episodes.filter(({ source }) => source === 'demonstration');
    expect(shown).toHaveLength(4);
    const readings = shown.flatMap(({ turns }) => turns.flatMap(({ strategyReading }) => strategyReading ?? []));
    const understood = readings.filter(({ family }) => family !== null);
    expect(understood.length / readings.length).toBeGreaterThan(0.9);
  }, 30_000);
});

test('an environment that nobody teaches has no experts, and says so before anything is played', () => {
  expect(teacherOf(wordGame)).toBeNull();
  const refused =
    (preset: RunConfig['preset'], hints: RunConfig['hints'] = 'off') =>
    () => {
      const config = RunConfig.parse({ preset, hints });
      assertGatherable(config, objectiveOf(config), wordGame);
    };
  expect(refused('hpt')).toThrow(/experts/);
  expect(refused('icpo')).toThrow(/experts/);
  expect(refused('sft')).not.toThrow(); // it learns from its own good dialogues all the same
  expect(refused('xrpo')).not.toThrow();
  expect(refused('grpo', 'on')).toThrow(/no hints/);
});
