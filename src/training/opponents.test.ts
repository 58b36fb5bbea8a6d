import { beforeAll, describe, expect, test } from 'vitest';
import { loadTinyModel, newsOf, tinyConfig, trainTiny } from '../../tests/tinyRun.ts';
import { UnigramEngine } from '../../tests/unigramEngine.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { opponentOf, type Opponent, type OpponentPool, type SeatedPool } from './opponents.ts';
import { agentPlan } from './seatPlan.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadTinyModel();
});

const speaker = (words: string): Opponent<unknown> => ({
  weights: null,
  seat: () => ({ strategist: null, agent: { kind: 'script', speak: () => words } }),
});

/** Sixteen dialogues an update, two of each of eight scenarios. */
const config = tinyConfig({ episodesPerUpdate: 16, agent: 'script', updates: 3 });
const episodesOf = async (opponents?: OpponentPool<unknown>) => {
  const run = await trainTiny(new UnigramEngine(model.config), model, config, opponents ? { opponents } : {});
  if (run.thrown) throw run.thrown;
  return newsOf(run.news, 'batch.recorded').flatMap(({ episodes }) => episodes);
};

describe('a pool of opponents', { timeout: 60_000 }, () => {
  test('takes the other seat in its share of the groups, both seats in turn, and is not learned from', async () => {
    const members = [speaker('one a'), speaker('two b')];
    const episodes = await episodesOf({ selfPlayShare: 0.5, members });
    const played = episodes.filter(({ trainedSeats }) => trainedSeats.length === 1);
    expect(played.length).toBeGreaterThan(8);
    expect(played.length).toBeLessThan(40);
    for (const { trainedSeats, turns } of played) {
      const other = turns.filter(({ seat }) => !trainedSeats.includes(seat));
      expect(other.every(({ advantage, strategy }) => advantage === null && strategy === null)).toBe(true);
      // One partner throughout the dialogue, and throughout its group.
      const own = new Set(other.map(({ utterance }) => utterance));
      expect(own.size).toBeLessThanOrEqual(1);
    }
    expect(new Set(played.map(({ trainedSeats }) => trainedSeats[0]))).toEqual(new Set([0, 1]));
    const said = new Set(played.flatMap(({ turns }) => turns.map(({ utterance }) => utterance)));
    expect(said).toContain('one a');
    expect(said).toContain('two b');
    const groupOf = ({ updateIndex, scenario }: (typeof played)[number]) => `${updateIndex} ${scenario.id}`;
    for (const one of played) expect(played.filter((other) => groupOf(other) === groupOf(one)).length % 2).toBe(0);
  });

  test('that is never called leaves the run as it is without one', async () => {
    const alone = await episodesOf();
    expect(await episodesOf({ selfPlayShare: 1, members: [speaker('one a')] })).toEqual(alone);
    expect(alone.every(({ trainedSeats }) => trainedSeats.length === 2)).toBe(true);
  });

  test('with weights of its own plays with those, beside the policy in training and the base', async () => {
    // A version that always says the same token: its embedding outweighs all others.
    const parameters = new Map(
      [...model.weights].map(([name, { shape, data }]) => {
        const [, D = 1] = shape;
        const loud = data.map((value, index) => value + (Math.floor(index / D) === 5 ? 50 : 0));
        return [name, name === 'model.embed_tokens.weight' ? { shape, data: loud } : { shape, data }] as const;
      }),
    );
    const version: Opponent<unknown> = {
      weights: { kind: 'full', parameters },
      seat: (cast, own) => ({
        strategist: { kind: 'model', speaker: own, temperature: 1, isTrained: false },
        agent: agentPlan(cast, 'script'),
      }),
    };
    const episodes = await episodesOf({ selfPlayShare: 0, members: [version] });
    const strategies = episodes.flatMap(({ trainedSeats, turns }) =>
      turns.flatMap(({ seat, strategy }) => (trainedSeats.includes(seat) ? [] : [strategy])),
    );
    expect(strategies.length).toBeGreaterThan(16);
    expect(new Set(strategies)).toEqual(new Set([model.tokenizer.decode([5, 5, 5])]));
    const own = episodes.flatMap(({ trainedSeats, turns }) =>
      turns.flatMap(({ seat, strategy }) => (trainedSeats.includes(seat) ? [strategy] : [])),
    );
    expect(new Set(own).size).toBeGreaterThan(5);
  });
});

test('members come equally often, in the share that is left, as the seed says', () => {
  const names = ['a', 'b', 'c'];
  const seats = names.map((name): SeatedPool<unknown>['members'][number] => () => ({
    strategist: null,
    agent: { kind: 'script', speak: () => name },
  }));
  const drawn = (seed: number) =>
    Array.from({ length: 4000 }, (_, index) => {
      const member = opponentOf({ selfPlayShare: 0.4, members: seats }, seed, Math.floor(index / 16), index % 16);
      return member ? seats.indexOf(member) : -1;
    });
  const counts = [-1, 0, 1, 2].map((who) => drawn(1).filter((one) => one === who).length / 4000);
  for (const [place, expected] of [0.4, 0.2, 0.2, 0.2].entries()) expect(counts[place]).toBeCloseTo(expected, 1);
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
});
