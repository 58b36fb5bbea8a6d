import { beforeAll, describe, expect, test } from 'vitest';
import { fakeChat } from '../../../tests/chat/fakeChat.ts';
import { tinyModelFor } from '../../../tests/tinyModelFor.ts';
import { UnigramEngine } from '../../../tests/unigramEngine.ts';
import type { LoadedCheckpoint } from '../../policy/formats/huggingFace.ts';
import type { EnvironmentName } from '../../record/environmentName.ts';
import type { Cell, EpisodeResult, Player } from '../../record/experiment.ts';
import { SOCIAL_DIMENSION_NAMES } from '../../record/socialEvaluation.ts';
import { orderOf } from '../recipe.ts';
import { cellOf } from '../recipes/conditions.ts';
import { recipeNamed } from '../recipes/recipes.ts';
import { dimensionTable } from '../report/tables.ts';
import { scriptedNames } from '../players.ts';
import { playEpisodes } from './playCell.ts';
import { openStage, type StageSize } from './stage.ts';

const order = orderOf(recipeNamed('controls'), true, { models: ['tiny:1'] });
const cell = (measured: Player, changes: Partial<Cell> = {}): Cell => ({
  ...cellOf(order, measured),
  turnLimit: 4,
  strategyTokenLimit: 3,
  actionTokenLimit: 3,
  ...changes,
});

const models = new Map<EnvironmentName, LoadedCheckpoint>();
beforeAll(async () => {
  for (const name of ['deal-or-no-deal', 'sotopia', 'shop'] as const) models.set(name, await tinyModelFor(name, 1));
}, 120_000);

async function play(of: Cell, indices: readonly number[], size: Omit<StageSize, 'episodes'> = {}) {
  const model = models.get(of.environment);
  if (!model) throw new Error('no such model');
  const untrained = async () => ({ kind: 'full', parameters: model.weights }) as const;
  const open = { modelName: 'tiny:1', model, engine: new UnigramEngine(model.config) };
  using stage = await openStage(of, open, untrained, { episodes: indices.length, ...size });
  const results: EpisodeResult[] = [];
  for await (const some of playEpisodes(stage, indices, new AbortController().signal, size.chats))
    results.push(...some);
  return results.sort((one, two) => one.index - two.index);
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a cell', () => {
  test('an episode is a function of its number: alone it is what it is among others', async () => {
    const of = cell({ kind: 'base', temperature: 1 });
    const all = await play(of, upTo(9));
    expect(await play(of, [4])).toEqual([all[4]]);
    expect(await play(of, [7, 2])).toEqual([all[2], all[7]]);
    expect(await play({ ...of, seed: of.seed + 1 }, [4])).not.toEqual([all[4]]);
  });

  test('each scenario comes from both seats, and players meet the same ones', async () => {
    const [one, two] = await Promise.all([
      play(cell({ kind: 'base', temperature: 1 }), upTo(8)),
      play(cell({ kind: 'none' }), upTo(8)),
    ]);
    expect(one.map(({ seat }) => seat)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    expect(one.map(({ scenario }) => scenario)).toEqual(two.map(({ scenario }) => scenario));
    expect(new Set(one.map(({ scenario }) => scenario)).size).toBe(4);
    expect(one[0]?.scenario).toBe(one[1]?.scenario);
  });

  test('who is advised writes, who is not does not; a fixed strategy is the same each turn', async () => {
    const strategiesOf = async (player: Player) =>
      (await play(cell(player), upTo(4))).flatMap(({ turns, seat }) =>
        turns.flatMap((turn) => (turn.seat === seat ? [turn.strategy] : [])),
      );
    expect(new Set(await strategiesOf({ kind: 'none' }))).toEqual(new Set([null]));
    expect(new Set(await strategiesOf({ kind: 'fixed', text: 'ask what they want' }))).toEqual(
      new Set(['ask what they want']),
    );
    expect((await strategiesOf({ kind: 'base', temperature: 1 })).every((text) => text !== null)).toBe(true);
    // ReAct of a local model: the base at the agent's temperature, word for word.
    expect(await strategiesOf({ kind: 'react' })).toEqual(await strategiesOf({ kind: 'base', temperature: 0.5 }));
  });

  test.each(scriptedNames('deal-or-no-deal'))('the rule %s speaks and is understood', async (name) => {
    const results = await play(
      cell({ kind: 'script', name }, { partner: { kind: 'script', name }, turnLimit: 10 }),
      upTo(12),
    );
    const own = results.flatMap(({ turns }) => turns);
    expect(own.length).toBeGreaterThan(12);
    expect(own.filter(({ kind }) => kind === 'invalid')).toEqual([]);
  });

  test('rules of every kind make better deals than random ones', { timeout: 60_000 }, async () => {
    const mean = async (name: string) => {
      const results = await play(
        cell({ kind: 'script', name }, { partner: { kind: 'script', name: 'rule-player' }, turnLimit: 10 }),
        upTo(200),
      );
      return results.reduce((sum, { points }) => sum + (points ?? 0), 0) / results.length;
    };
    expect(await mean('rule-player')).toBeGreaterThan((await mean('random-legal')) + 1);
  });

  test('where seat 1 is the world, the player always sits in seat 0', async () => {
    const results = await play(
      cell({ kind: 'script', name: 'rule-player' }, { environment: 'shop', turnLimit: 0 }),
      upTo(6),
    );
    expect(new Set(results.map(({ seat }) => seat))).toEqual(new Set([0]));
    expect(new Set(results.map(({ scenario }) => scenario)).size).toBe(6);
  });

  test('a script that is none is refused with those there are', async () => {
    await expect(play(cell({ kind: 'script', name: 'nobody' }), [0])).rejects.toMatchObject({ code: 'player-unknown' });
  });
});

test('SOTOPIA dialogues have the evaluator’s seven dimensions, and a table of them', async () => {
  const seat = (goal: number) =>
    Object.fromEntries(SOCIAL_DIMENSION_NAMES.map((name) => [name, ['-', name === 'goal' ? goal : 0]]));
  const judge = fakeChat(() => JSON.stringify({ agent_1_evaluation: seat(8), agent_2_evaluation: seat(3) }));
  const of = cell({ kind: 'none' }, { environment: 'sotopia', partner: { kind: 'none' } });
  const results = await play(of, upTo(4), { chats: { agent: null, judge } });
  expect(results.every(({ social }) => social !== undefined)).toBe(true);
  const [table] = dimensionTable([{ label: 'nobody', results }]);
  expect(table?.columns).toContain('Believability');
  expect(table?.rows[0]?.[1]).toMatch(/^0\.00 \[/);
});
