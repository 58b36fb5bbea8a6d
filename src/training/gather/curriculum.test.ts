import { describe, expect, test } from 'vitest';
import { gather, leverConfig, leverStage } from '../../../tests/gathering.ts';
import { writeEpisode } from '../../../tests/playedEpisode.ts';
import { environmentOf } from '../../environment/registry.ts';
import { EMPTY_MEMORY, ObjectiveMemory } from '../../record/objectiveMemory.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { rememberScenarios, scenariosOf } from './curriculum.ts';
import type { Setting } from './setting.ts';

/** 16 scenarios per update, out of a pool of 128. */
const config = (changes: Partial<RunConfig> = {}) =>
  leverConfig({ curriculum: 'learnable', episodesPerUpdate: 64, updates: 100, ...changes });

function drawn(run: RunConfig, updateIndex: number, successShares: Readonly<Record<string, number>> = {}): string[] {
  const table = { environment: environmentOf(run.environment) } as Setting<unknown>['table'];
  const memory = { ...EMPTY_MEMORY, successShares };
  return scenariosOf({ config: run, table, updateIndex, memory }).map(({ id }) => id);
}
const updates = Array.from({ length: 50 }, (_, index) => index);
/** Every scenario of the pool, as long updates see it. */
const poolOf = (run: RunConfig) => [...new Set(updates.flatMap((update) => drawn(run, update)))];

test('without a curriculum, any scenario; with one, those of a pool, none twice in an update', () => {
  const off = updates.flatMap((update) => drawn(config({ curriculum: 'off' }), update));
  expect(new Set(off).size).toBeGreaterThan(128);
  const pool = poolOf(config());
  // Of 128, each of which has a share of one in eight per update: fifty miss one in a thousand.
  expect(pool.length).toBeGreaterThan(120);
  expect(pool.length).toBeLessThanOrEqual(128);
  for (const update of updates) expect(new Set(drawn(config(), update)).size).toBe(16);
  expect(poolOf(config({ seed: 2 })).toSorted()).not.toEqual(pool.toSorted());
});

test('learnable: what succeeds half of the time comes most often, what never or always does now and then (CLPO)', () => {
  const pool = poolOf(config());
  const shares = Object.fromEntries(pool.map((id, index) => [id, [0, 0.5, 1][index % 3] ?? 0]));
  const counts = { never: 0, half: 0, always: 0 };
  for (const id of updates.flatMap((update) => drawn(config(), update, shares))) {
    counts[shares[id] === 0 ? 'never' : shares[id] === 1 ? 'always' : 'half'] += 1;
  }
  // Weights are .05, .30 and .05: three quarters of the first draws, a little fewer as the pool of each update empties.
  expect(counts.half / 800).toBeGreaterThan(0.6);
  expect(counts.half / 800).toBeLessThan(0.75);
  expect(counts.never).toBeGreaterThan(40);
  expect(counts.always).toBeGreaterThan(40);
});

test('staged: at first only the easiest third, in the last third of the run all (CRAFT-GUI)', () => {
  const run = config({ curriculum: 'staged', updates: 150 });
  const pool = poolOf(config());
  const shares = Object.fromEntries(pool.map((id, index) => [id, index < 43 ? 1 : 0]));
  const early = updates.flatMap((update) => drawn(run, update, shares));
  expect(early.every((id) => shares[id] === 1)).toBe(true);
  const late = updates.flatMap((update) => drawn(run, update + 100, shares));
  expect(new Set(late).size).toBeGreaterThan(120);
});

describe('what is remembered', () => {
  test('of each scenario the share of the policy’s own dialogues that succeeded, in place of what was known', () => {
    const episode = (scenarioId: string, points: [number, number]) =>
      writeEpisode({ episodeId: 'e', scenarioId, points, trainedSeats: [0, 1] }, []);
    const memory = { ...EMPTY_MEMORY, successShares: { a: 1, c: 0.5 } };
    const guided = { ...episode('a', [10, 10]), source: 'guided' } as const;
    const played = [episode('a', [8, 2]), episode('a', [0, 0]), episode('b', [5, 9]), guided];
    expect(rememberScenarios(config(), memory, played).successShares).toEqual({ a: 0.25, b: 1, c: 0.5 });
    expect(rememberScenarios(config({ curriculum: 'off' }), memory, played)).toBe(memory);
  });

  test('a checkpoint from before it was kept has no memory of scenarios', () => {
    const old = Object.fromEntries(Object.entries(EMPTY_MEMORY).filter(([name]) => name !== 'successShares'));
    expect(ObjectiveMemory.parse(old)).toEqual(EMPTY_MEMORY);
  });

  test('decides what the next update plays', async () => {
    const run = config({ episodesPerUpdate: 8 });
    const first = await gather(await leverStage(), { config: run });
    const memory = rememberScenarios(run, EMPTY_MEMORY, first.batch.episodes);
    expect(Object.keys(memory.successShares)).toHaveLength(2);
  });
});
