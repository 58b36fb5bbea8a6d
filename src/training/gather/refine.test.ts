import { describe, expect, test } from 'vitest';
import { byScenario, gather, leverConfig, leverStage, transcriptsOf } from '../../../tests/gathering.ts';
import { writeEpisode } from '../../../tests/playedEpisode.ts';
import { critiqueOf } from './critique.ts';
import { meanOutcome } from './setting.ts';

const config = leverConfig({ preset: 'critique-grpo', episodesPerUpdate: 64, turnLimit: 6 });

describe('second tries (Critique-GRPO)', () => {
  test('one at the worst of each scenario’s dialogues, which stays if it beats it', async () => {
    const { batch } = await gather(await leverStage(), { config });
    const refined = batch.episodes.filter(({ source }) => source === 'guided');
    expect(batch.episodes.length - refined.length).toBe(48);
    // Even odds: the worst of three is beaten more often than not, but never always.
    expect(refined.length).toBeGreaterThan(4);
    expect(refined.length).toBeLessThan(16);
    for (const episodes of byScenario(batch.episodes)) {
      const outcomes = episodes.filter(({ source }) => source === 'policy').map(meanOutcome);
      for (const one of episodes.filter(({ source }) => source === 'guided')) {
        expect(meanOutcome(one)).toBeGreaterThan(Math.min(...outcomes));
      }
    }
  });

  test('its strategists read the first try and the critique; the training sequence has neither', async () => {
    const { model, engine } = await leverStage();
    const { batch } = await gather({ model, engine }, { config });
    const { chatFormat } = model;
    for (const refined of batch.episodes.filter(({ source }) => source === 'guided')) {
      const drafts = batch.episodes.filter(
        ({ source, scenario }) => source === 'policy' && scenario.id === refined.scenario.id,
      );
      const worst = drafts.toSorted((a, b) => meanOutcome(a) - meanOutcome(b))[0];
      if (!worst) throw new Error('a second try has a first one');
      for (const seat of [0, 1] as const) {
        const critique = chatFormat.partnerTurn(critiqueOf(worst, seat));
        const [help, first] = [refined.helps[seat], worst.contexts[seat] ?? []];
        expect(help.slice(-critique.length)).toEqual(critique);
        expect(first.slice(0, help.length - critique.length)).toEqual(help.slice(0, -critique.length));
        expect(help.length).toBeGreaterThan(critique.length + 10);
        for (const { sample } of refined.turns.filter((turn) => turn.seat === seat)) {
          const { firstIndex = NaN, tokenIds = [] } = sample ?? {};
          expect(refined.contexts[seat]?.slice(firstIndex, firstIndex + tokenIds.length)).toEqual(tokenIds);
        }
      }
    }
  });

  test('are a function of the seed', async () => {
    const once = transcriptsOf(await gather(await leverStage(), { config }));
    expect(transcriptsOf(await gather(await leverStage(), { config }))).toEqual(once);
  });
});

test('the critique says what was earned, how it ended, and what was wrong turn by turn', () => {
  const episode = writeEpisode({ episodeId: 'e', points: [3, 7], endReason: 'turn-limit' }, [
    { seat: 0, sampled: [1] },
    { seat: 1, sampled: [1], family: null },
    { seat: 0, sampled: [1], family: null },
    { seat: 0, sampled: [1], action: { kind: 'invalid', reason: 'no' } },
  ]);
  expect(critiqueOf(episode, 0)).toBe(
    'you earned 3 of 10 . the turns ran out . turn 2 : nobody understands this plan . turn 3 : nobody understands what you said',
  );
  const unfit = {
    ...episode,
    turns: episode.turns.map((turn) => ({
      ...turn,
      strategyReading: { family: 'all', isApplicable: false, isFollowed: null },
    })),
  };
  expect(critiqueOf(unfit, 1)).toBe('you earned 7 of 10 . the turns ran out . turn 1 : this plan does not fit here');
});
