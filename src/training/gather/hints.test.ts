import { describe, expect, test } from 'vitest';
import { byScenario, gather, leverConfig, leverStage, transcriptsOf } from '../../../tests/gathering.ts';
import type { PlayedEpisode } from '../rollout.ts';
import { HINT_TIERS } from './hints.ts';
import { isSuccess } from './setting.ts';

/** One pull each, two dialogues per scenario: one in sixteen scenarios has nothing but blue in it. */
const config = leverConfig({
  preset: 'grpo',
  hints: 'on',
  episodesPerUpdate: 128,
  episodesPerScenario: 2,
  turnLimit: 2,
  updates: 10,
});
const late = { config, updateIndex: 5 };
const helped = ({ contexts, turns }: PlayedEpisode) => (turns[0]?.sample?.firstIndex ?? 0) > (contexts[1]?.length ?? 0);

describe('hints (GHPO, Scaf-GRPO)', () => {
  test('only scenarios at which every dialogue failed are tried again, and what succeeds joins them', async () => {
    const { batch, events } = await gather(await leverStage(), late);
    const [own, hinted] = [batch.episodes.slice(0, 128), batch.episodes.slice(128)];
    const failed = byScenario(own).filter((episodes) => !episodes.some(isSuccess));
    expect(failed.length).toBeGreaterThan(0);
    expect(hinted.length).toBeGreaterThan(0);
    expect(hinted.length).toBeLessThanOrEqual(failed.length);
    expect(new Set(hinted.map(({ scenario }) => scenario.id)).size).toBe(hinted.length);
    for (const one of hinted) {
      expect(failed.some(([episode]) => episode?.scenario.id === one.scenario.id)).toBe(true);
      expect(isSuccess(one)).toBe(true);
      // Trained in the prompt that it was sampled in.
      expect([one.source, one.helps]).toEqual(['policy', [[], []]]);
    }
    const shares = events.flatMap((event) => (event.kind === 'phase.progressed' ? [event.share] : []));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  test('the model that never succeeds gets more help with every try, up to all of it, and none of it is kept', async () => {
    // It pulls the red lever nearly always, which pays 8; a failure is then hard to come by: so look at one that cannot.
    const stage = await leverStage();
    const silent = {
      ...stage,
      model: {
        ...stage.model,
        weights: new Map(
          [...stage.model.weights].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }]),
        ),
      },
    };
    const one = { ...config, episodesPerUpdate: 2, turnLimit: 6 };
    const lengths: number[] = [];
    const { batch } = await gather(silent, {
      config: one,
      updateIndex: 5,
      decoderOf: (decoder) => ({
        slotCount: decoder.slotCount,
        step: (rows) => {
          // A context's first rows are all of what it read before it wrote.
          if (rows.some(({ position }) => position === 0))
            lengths.push(Math.max(...rows.map(({ position }) => position)));
          return decoder.step(rows);
        },
        fork: (...copy) => decoder.fork(...copy),
        [Symbol.dispose]: () => undefined,
      }),
    });
    expect(batch.episodes).toHaveLength(2);
    const firsts = lengths.filter((_, index) => index % 2 === 0); // seat 1 begins a step later
    expect(firsts).toHaveLength(1 + HINT_TIERS.length);
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    expect(firsts.at(-1)).toBeGreaterThan(firsts[0] ?? NaN);
  });

  test('nobody is helped in the first part of the run, nor where hints are off', async () => {
    expect((await gather(await leverStage(), { config, updateIndex: 1 })).batch.episodes).toHaveLength(128);
    const off = await gather(await leverStage(), { ...late, config: { ...config, hints: 'off' } });
    expect(off.batch.episodes).toHaveLength(128);
    expect(off.batch.episodes.some(helped)).toBe(false);
  });

  test('are a function of seed and update', async () => {
    const once = transcriptsOf(await gather(await leverStage(), late));
    expect(transcriptsOf(await gather(await leverStage(), late))).toEqual(once);
  });
});

describe('filling a batch up (DAPO)', () => {
  const dapo = leverConfig({ preset: 'dapo', episodesPerUpdate: 32, episodesPerScenario: 2, turnLimit: 2 });
  const spreadSides = (episodes: readonly PlayedEpisode[]) =>
    byScenario(episodes).flatMap((group) =>
      [0, 1].filter((seat) => new Set(group.map(({ outcome }) => outcome.points[seat])).size > 1),
    );

  test('further scenarios are played in the place of those without spread, at most twice', async () => {
    const { batch } = await gather(await leverStage(), { config: dapo });
    const first = batch.episodes.slice(0, 32);
    const missing = 32 - spreadSides(first).length; // 16 scenarios, two seats each
    expect(missing).toBeGreaterThan(8);
    expect(batch.episodes.length).toBeGreaterThan(32 + 2 * Math.floor(missing / 2));
    expect(batch.episodes.length).toBeLessThanOrEqual(3 * 32);
    expect(spreadSides(batch.episodes).length).toBeGreaterThan(spreadSides(first).length);
    // The batch itself is what it was without.
    const off = await gather(await leverStage(), { config: { ...dapo, dynamicSampling: 'off' } });
    expect(off.batch.episodes.map(({ contexts }) => contexts)).toEqual(first.map(({ contexts }) => contexts));
  });

  test('where everything differs, or nothing can, it ends', async () => {
    const certain = await gather(await leverStage([1, 2, 3]), { config: { ...dapo, episodesPerUpdate: 8 } });
    expect(certain.batch.episodes.length).toBeLessThanOrEqual(24);
    expect(certain.batch.episodes.length).toBeGreaterThan(8);
  });
});
