import { describe, expect, test } from 'vitest';
import { gather, leverConfig, leverStage, savableLeverStage } from '../../../tests/gathering.ts';
import { newsOf, trainIn } from '../../../tests/tinyRun.ts';
import { environmentOf } from '../../environment/registry.ts';
import { Episode } from '../../record/episode.ts';
import { rewardBatch } from '../sides.ts';

const config = leverConfig({ turnReward: 'rollout-value', rolloutValueSamples: 8, turnLimit: 6 });

describe('rollout values', () => {
  test('a turn is worth what the dialogues after it earn more than those before it', async () => {
    const { batch } = await gather(await leverStage(), { config });
    const { sides } = rewardBatch(config, batch.episodes);
    const changes = (lever: string) =>
      sides.flatMap(({ turns, rewards }) =>
        turns.flatMap((turn, index) => (turn.strategy === lever ? [rewards[index]?.reward ?? NaN] : [])),
      );
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // One of three pulls, worth 8 where the others are worth 5 on average: 1 point, a tenth of it as reward.
    expect(changes('red').length).toBeGreaterThan(20);
    expect(mean(changes('red'))).toBeCloseTo(0.1, 1);
    expect(mean(changes('red'))).toBeGreaterThan(0.04);
    expect(mean(changes('blue'))).toBeLessThan(-0.04);
    expect(mean([...changes('red'), ...changes('blue')])).toBeCloseTo(0, 1);
  });

  test('add up to what was earned beyond what could be expected at the start', async () => {
    const { batch } = await gather(await leverStage(), { config });
    for (const { turns, worths = [], outcome } of batch.episodes) {
      expect(worths).toHaveLength(turns.length + 1);
      expect(worths.at(-1)).toEqual(outcome.points);
    }
    for (const { episode, seat, rewards } of rewardBatch(config, batch.episodes).sides) {
      const worths = episode.worths?.map((worth) => worth[seat] ?? NaN) ?? [];
      const others = episode.turns.filter((turn) => turn.seat !== seat);
      const drift = others.reduce(
        (sum, { turnIndex }) => sum + (worths[turnIndex + 1] ?? 0) - (worths[turnIndex] ?? 0),
        0,
      );
      const earned = rewards.reduce((sum, { reward }) => sum + reward, 0);
      expect(earned + drift / 10).toBeCloseTo((episode.outcome.points[seat] - (worths[0] ?? NaN)) / 10);
    }
  });

  test('of turns that decide nothing are 0: whoever always pulls the same lever changes nothing', async () => {
    const { batch } = await gather(await leverStage([1, 2, 3]), { config });
    for (const { episode, rewards, turns } of rewardBatch(config, batch.episodes).sides) {
      if (episode.turns.every(({ strategy }) => strategy === 'red')) {
        expect(rewards.map(({ reward }) => reward)).toEqual(turns.map(() => expect.closeTo(0, 1)));
      }
    }
  });

  test('leave the dialogues themselves as they are', async () => {
    const stage = await leverStage();
    const plain = await gather(stage, { config: leverConfig({ turnLimit: 6 }) });
    const valued = await gather(stage, { config });
    const without = valued.batch.episodes.map(({ worths, ...episode }) => (worths ? episode : null));
    expect(without).toEqual(plain.batch.episodes);
    expect(plain.batch.episodes.some((episode) => 'worths' in episode)).toBe(false);
  });

  test('are there for branches too, and a run learns from them', async () => {
    const stage = await savableLeverStage();
    const changes = leverConfig({
      ...config,
      preset: 'polychromic',
      updates: 2,
      learningRate: 0.05,
      rolloutValueSamples: 2,
    });
    const { news, thrown } = await trainIn(environmentOf('two-arms'), stage.engine, stage.model, changes);
    expect(thrown).toBeNull();
    const episodes = newsOf(news, 'episodes.scored').flatMap((scored) => scored.episodes);
    expect(episodes.some(({ origin }) => origin)).toBe(true);
    for (const episode of episodes) {
      expect(Episode.parse(episode).turns.flatMap(({ rewardParts }) => rewardParts.map(({ name }) => name))).toEqual(
        episode.turns.flatMap(() => ['worth after', 'worth before']),
      );
    }
  });
});
