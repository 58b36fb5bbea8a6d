import { describe, expect, test } from 'vitest';
import { scoreEpisodes, writeEpisode, type Padding } from '../../tests/playedEpisode.ts';
import { EMPTY_MEMORY } from '../record/objectiveMemory.ts';
import { defaultRunConfig, type RunConfig } from '../record/runConfig.ts';
import { tracesOf } from './traces.ts';

const configWith = (changes: Partial<RunConfig>): RunConfig => ({
  ...defaultRunConfig(),
  turnReward: 'terminal',
  turnDiscount: 0.5,
  ...changes,
});
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** Seat 0 speaks twice (3 and 1 tokens), seat 1 once (2 tokens). Seat 0 earns 8 points, seat 1 earns 4. */
const episode = (padding: Padding = {}) =>
  writeEpisode(
    { episodeId: 'e', points: [8, 4] },
    [
      { seat: 0, sampled: [11, 12, 13] },
      { seat: 1, sampled: [21, 22], isComplete: false },
      { seat: 0, sampled: [14] },
    ],
    padding,
  );

describe('the training sequence', () => {
  test('is the context as it was fed; scored are the sampled tokens and no others', () => {
    const { examples } = scoreEpisodes(configWith({}), [episode()], 0, EMPTY_MEMORY);
    const [first, second] = examples;
    // 3 of the view, 1 before the strategy; 2 after it, 2 of the partner's turn, 1 before the next; 2 after.
    expect([...(first?.tokenIds ?? [])]).toEqual([0, 0, 0, 0, 11, 12, 13, 0, 0, 0, 0, 0, 14, 0, 0]);
    expect([...(first?.scoredIndices ?? [])]).toEqual([4, 5, 6, 12]);
    expect([...(second?.scoredIndices ?? [])].map((index) => second?.tokenIds[index])).toEqual([21, 22]);
  });

  test('has as many scored tokens as were sampled, a stop token only where one was drawn', () => {
    const { examples, sides } = scoreEpisodes(configWith({}), [episode(), episode()], 0, EMPTY_MEMORY);
    examples.forEach(({ scoredIndices, sampledLogProbs }, index) => {
      const sampled = sum((sides[index]?.turns ?? []).map(({ sample }) => sample?.tokenIds.length ?? 0));
      expect(scoredIndices).toHaveLength(sampled);
      expect(sampledLogProbs).toHaveLength(sampled);
    });
  });

  test('keeps each token’s log-prob beside it', () => {
    const { examples } = scoreEpisodes(configWith({}), [episode()], 0, EMPTY_MEMORY);
    expect(examples.map(({ sampledLogProbs }) => [...sampledLogProbs])).toEqual([
      [-1, -2, -3, -6],
      [-4, -5],
    ]);
  });
});

describe('rewards, returns and advantages', () => {
  test('belong to the turn that earned them', () => {
    // Seat 0 earns 0.8 with its second turn: returns 0.4 and 0.8, divided by the larger one. Seat 1: 0.4 at once.
    const { plan, episodes } = scoreEpisodes(configWith({ advantage: 'paper' }), [episode()], 0, EMPTY_MEMORY);
    expect(plan.trajectories.map(({ advantages }) => [...advantages])).toEqual([
      [0.5, 0.5, 0.5, 1],
      [1, 1],
    ]);
    expect(episodes[0]?.turns.map(({ reward, returnToGo, advantage }) => [reward, returnToGo, advantage])).toEqual([
      [0, 0.4, 0.5],
      [0.4, 0.4, 1],
      [0.8, 0.8, 1],
    ]);
  });

  test('do not change when anybody’s tokens are put between the turns', () => {
    const advantagesWith = (padding: Padding) =>
      scoreEpisodes(configWith({}), [episode(padding), episode(padding)], 0, EMPTY_MEMORY).plan.turnAdvantages;
    expect(advantagesWith({ view: 40, before: 7, after: 19 })).toEqual(advantagesWith({}));
  });

  test('compare a seat with the same seat of the same scenario only', () => {
    const pair = (episodeId: string, scenarioId: string, points: [number, number]) =>
      writeEpisode({ episodeId, scenarioId, points }, [
        { seat: 0, sampled: [1] },
        { seat: 1, sampled: [1] },
      ]);
    // Returns of seat 0 in scenario x: 1 and 0.6; of seat 1: 0.2 and 0.2. Scenario y stands alone.
    const { plan } = scoreEpisodes(
      configWith({ advantage: 'leave-one-out' }),
      [pair('a', 'x', [10, 2]), pair('b', 'y', [5, 5]), pair('c', 'x', [6, 2])],
      0,
      EMPTY_MEMORY,
    );
    const advantages = plan.turnAdvantages.map((turns) => turns?.[0] ?? NaN);
    // 1 − 0.6, its negative for the other, and 0 where there is nothing to compare or nothing differs; then unit size.
    const unit = 0.4 / Math.sqrt((2 * 0.4 ** 2) / 6);
    [unit, 0, 0, 0, -unit, 0].forEach((expected, index) => expect(advantages[index]).toBeCloseTo(expected, 4));
  });

  test('of a seat that is not trained are told, but nothing is learnt from it', () => {
    const alternating = writeEpisode({ episodeId: 'e', points: [8, 4], trainedSeats: [1] }, [
      { seat: 0, sampled: [11] },
      { seat: 1, sampled: [21] },
    ]);
    const { examples, episodes } = scoreEpisodes(configWith({ advantage: 'paper' }), [alternating], 0, EMPTY_MEMORY);
    expect(examples).toHaveLength(1);
    expect([...(examples[0]?.tokenIds ?? [])]).toContain(21);
    expect(episodes[0]?.turns.map(({ advantage, reward }) => [advantage, reward])).toEqual([
      [null, 0.8],
      [1, 0.4],
    ]);
  });

  test('a seat that never spoke gives no example', () => {
    const short = writeEpisode({ episodeId: 'e', points: [0, 0], endReason: 'walk-away' }, [
      { seat: 0, sampled: [11] },
    ]);
    expect(scoreEpisodes(configWith({}), [short], 0, EMPTY_MEMORY).examples).toHaveLength(1);
  });
});

test('the baseline that judges a batch has not seen it', () => {
  const config = configWith({ advantage: 'linear' });
  const first = scoreEpisodes(config, [episode(), episode()], 0, EMPTY_MEMORY);
  const known = scoreEpisodes(config, [episode(), episode()], 1, first.plan.memory);
  expect(first.plan.memory.linear).not.toBeNull();
  expect(known.plan.memory.linear).not.toEqual(first.plan.memory.linear);
  expect(scoreEpisodes(config, [episode(), episode()], 0, EMPTY_MEMORY)).toEqual(first); // and nothing is kept between calls
});

test('groups whose episodes all earned the same are counted: they teach leave-one-out nothing', () => {
  const played = ([first, second]: [number, number], scenarioId: string) =>
    writeEpisode({ episodeId: 'e', scenarioId, points: [first, second] }, [
      { seat: 0, sampled: [1] },
      { seat: 1, sampled: [1] },
    ]);
  const { zeroSpreadGroupShare } = scoreEpisodes(
    configWith({}),
    // x: seat 0 earns 8 and 8, seat 1 earns 2 and 4. y: both are alone in their group.
    [played([8, 2], 'x'), played([8, 4], 'x'), played([5, 5], 'y')],
    0,
    EMPTY_MEMORY,
  );
  expect(zeroSpreadGroupShare).toBe(3 / 4);
});

describe('traces', () => {
  const scored = scoreEpisodes(configWith({ advantage: 'paper' }), [episode()], 7, EMPTY_MEMORY);
  const numbers = (...values: number[]) => Float32Array.from(values);
  const klToBase = numbers(0.1, 0.2, 0.3, 0.4);
  const others = { logProbs: klToBase, entropies: klToBase, klFromBase: klToBase, baseLogProbs: klToBase };
  const stats = [{ ...others, klToBase, hidden: numbers() }, null];
  const [first, second] = tracesOf(scored, stats, 7);

  test('put every number beside its token and leave the others empty', () => {
    expect([...(first?.sampledMask ?? [])]).toEqual([0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect([...(first?.ownTurnIndex ?? [])]).toEqual([-1, -1, -1, -1, 0, 0, 0, -1, -1, -1, -1, -1, 1, -1, -1]);
    expect([...(first?.logProbs ?? [])]).toEqual([0, 0, 0, 0, -1, -2, -3, 0, 0, 0, 0, 0, -6, 0, 0]);
    expect([...(first?.advantages ?? [])]).toEqual([0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect(first?.klToBase).toEqual(numbers(0, 0, 0, 0, 0.1, 0.2, 0.3, 0, 0, 0, 0, 0, 0.4, 0, 0));
    expect(first?.ratios?.[4]).toBeCloseTo(Math.exp(0.1 + 1)); // log-probs: 0.1 in training, -1 when it was sampled
    expect(first?.ratios?.[0]).toBe(0);
    expect(first?.entropies[12]).toBeCloseTo(0.6);
  });

  test('say whose they are and which weights sampled them', () => {
    expect([first, second].map((trace) => [trace?.episodeId, trace?.seat, trace?.policyVersion])).toEqual([
      ['e', 0, 7],
      ['e', 1, 7],
    ]);
    expect(sum(second?.sampledMask ?? [])).toBe(2);
  });

  test('say that the KL of what was never passed through the model is unknown', () => {
    const sampled = [...(second?.klToBase ?? [])].filter((_, at) => second?.sampledMask[at] === 1);
    expect(sampled).toEqual([NaN, NaN]);
  });
});
