import { describe, expect, test } from 'vitest';
import { byScenario, gather, leverConfig, leverStage, transcriptsOf } from '../../../tests/gathering.ts';
import { writeEpisode } from '../../../tests/playedEpisode.ts';
import { EMPTY_MEMORY } from '../../record/objectiveMemory.ts';
import { objectiveOf } from '../objective/objectiveOf.ts';
import { laterDialogues } from './laterDialogues.ts';
import type { Gathered, Group, Setting } from './setting.ts';

const XRPO = leverConfig({ preset: 'xrpo', turnLimit: 6 });

/** Three scenarios of four dialogues each, the first two of which paid seat 0 this much. */
async function counted(points: readonly (readonly [number, number])[]) {
  const { batch } = await gather(await leverStage(), { config: leverConfig() });
  const setting = { config: XRPO, objective: objectiveOf(XRPO), memory: EMPTY_MEMORY, updateIndex: 0 };
  const groups = points.map((_, index): Group<unknown> => {
    const scenario = {
      ...(batch.episodes[0]?.scenario ?? { environment: '', canonicalId: '', split: 'train' }),
      id: `${index}`,
    };
    return {
      scenario,
      size: 4,
      seats: [
        { strategist: null, agent: NOBODY },
        { strategist: null, agent: NOBODY },
      ],
    };
  });
  const gathered = points.flatMap((pair, index): Gathered<unknown>[] =>
    pair.map((value, member) => ({
      group: groups[index] as Group<unknown>,
      episode: writeEpisode({ episodeId: `${index}-${member}`, points: [value, 0], trainedSeats: [0] }, []),
    })),
  );
  // None of the three failed, so that nothing is seeded and the table is not asked.
  const wanted = laterDialogues(setting as Setting<unknown>, groups, gathered);
  return groups.map((group) => wanted.filter((one) => one.group === group).length);
}
const NOBODY = { kind: 'script', speak: () => '' } as const;

describe('the second half of the dialogues (XRPO)', () => {
  test('goes to the scenario that is uncertain, and as evenly as can be where none is', async () => {
    expect(
      await counted([
        [8, 8],
        [0, 10],
        [8, 8],
      ]),
    ).toEqual([0, 6, 0]);
    expect(
      await counted([
        [8, 8],
        [6, 6],
        [5, 5],
      ]),
    ).toEqual([2, 2, 2]);
    // A spread of 4 against one of 10: the interval of the second is the one to narrow first.
    const [certain = 0, wide = 0, narrow = 0] = await counted([
      [8, 8],
      [0, 10],
      [4, 8],
    ]);
    expect([certain, wide + narrow]).toEqual([0, 6]);
    expect(wide).toBeGreaterThan(narrow);
  });

  test('is as large as the budget of the run leaves it, and every scenario had two before', async () => {
    const { batch, events } = await gather(await leverStage(), { config: XRPO });
    expect(batch.episodes).toHaveLength(12);
    const first = byScenario(batch.episodes.slice(0, 6));
    expect(first.map(({ length }) => length)).toEqual([2, 2, 2]);
    const shares = events.flatMap((event) => (event.kind === 'phase.progressed' ? [event.share] : []));
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  test('is a function of seed and update', async () => {
    const once = transcriptsOf(await gather(await leverStage(), { config: XRPO }));
    expect(transcriptsOf(await gather(await leverStage(), { config: XRPO }))).toEqual(once);
    expect(transcriptsOf(await gather(await leverStage(), { config: { ...XRPO, seed: 2 } }))).not.toEqual(once);
  });

  test('begins with an example for a scenario that failed: another one’s best dialogue, or an expert’s', async () => {
    // Blue pays 2 of 10 and red 8: with one pull each, a quarter of the first pairs is blue only.
    const config = { ...XRPO, episodesPerUpdate: 64, turnLimit: 2 };
    const { batch } = await gather(await leverStage(), { config });
    expect(batch.episodes).toHaveLength(64);
    const [first, later] = [batch.episodes.slice(0, 32), batch.episodes.slice(32)];
    const failed = byScenario(first).filter((episodes) =>
      episodes.every(({ outcome }) => outcome.points.every((points) => points < 5)),
    );
    expect(failed.length).toBeGreaterThan(0);
    const isSeeded = ({ contexts, turns }: (typeof batch.episodes)[number]) =>
      (turns[0]?.sample?.firstIndex ?? 0) > 40 && (contexts[0]?.length ?? 0) > 40;
    const seeded = later.slice(0, failed.length);
    expect(seeded.map(({ scenario }) => scenario.id)).toEqual(failed.map(([episode]) => episode?.scenario.id));
    expect(seeded.every(isSeeded)).toBe(true);
    expect([...first, ...later.slice(failed.length)].some(isSeeded)).toBe(false);
    // The paper's likelihood knows no guided tokens: what was sampled is what is trained, the example included.
    for (const { source, helps, contexts, turns } of seeded) {
      expect([source, helps]).toEqual(['policy', [[], []]]);
      const { firstIndex = NaN, tokenIds = [] } = turns[0]?.sample ?? {};
      expect(contexts[0]?.slice(firstIndex, firstIndex + tokenIds.length)).toEqual(tokenIds);
    }
  });
});
