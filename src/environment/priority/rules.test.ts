import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import type { Split } from '../../record/scenario.ts';
import type { PriorityAction } from './action.ts';
import { ALL_SHARES, isEfficient, nashShare } from './division.ts';
import { priorityNegotiationLessons as lessons } from './lessons.ts';
import { priorityNegotiation as environment } from './priorityNegotiation.ts';
import { allScenarios, scenariosOf, storyId } from './scenarios.ts';
import type { PriorityScenario } from './scenarios.ts';
import type { PriorityState } from './state.ts';
import { randomPlayPoints } from './yardsticks.ts';
import type { Triple } from '../negotiation/schemas.ts';

const SPLITS: readonly Split[] = ['train', 'validation', 'test'];
/** Seat 0 ranks food, water, firewood; seat 1 firewood, water, food. */
const scenario = allScenarios().find(({ id }) => id.endsWith(';012;210')) as PriorityScenario; // every ranking pair is there

function play(...utterances: string[]): PriorityState {
  return utterances.reduce(
    (state, utterance) => environment.step(state, environment.readAction(state, utterance)),
    environment.start(scenario, 10),
  );
}

function read(utterance: string, ...before: string[]): PriorityAction {
  return environment.readAction(play(...before), utterance);
}

describe('payoffs', () => {
  test('a deal pays each seat its own ranking, 36 raw points being 10', () => {
    const outcome = environment.outcome(play('I take 3 food and 1 water, you get the rest.', 'I accept your offer.'));
    expect(outcome?.endReason).toBe('agreement');
    expect(outcome?.points[0]).toBeCloseTo((19 * 10) / 36); // 3 × 5 + 1 × 4
    expect(outcome?.points[1]).toBeCloseTo((23 * 10) / 36); // 3 × 5 + 2 × 4
    expect(outcome?.isParetoOptimal).toBe(true);
  });

  test('giving up the own top item for the own last one is not efficient', () => {
    expect(environment.outcome(play('I take 3 firewood, you get the rest.', 'Deal'))?.isParetoOptimal).toBe(false);
  });

  test('walking away and running out of time leave both with 5 raw points', () => {
    const timedOut = play(...Array.from({ length: 10 }, () => 'Well then, it is a warm day for camping.'));
    for (const [state, endReason] of [
      [play('Bye, I leave.'), 'walk-away'],
      [timedOut, 'turn-limit'],
    ] as const) {
      const points = 50 / 36;
      expect(environment.outcome(state)).toEqual({ endReason, points: [points, points], isParetoOptimal: false });
      expect(environment.seatToMove(state)).toBeNull();
    }
  });

  test('a finished dialogue cannot be acted in, and a state is left untouched', () => {
    expect(() => environment.step(play('Bye, I leave.'), { kind: 'talk' })).toThrow('already over');
    const state = play('I take everything.');
    const before = JSON.stringify(state);
    environment.step(state, { kind: 'propose', share: [1, 1, 1] });
    expect(JSON.stringify(state)).toBe(before);
  });

  test('efficient and fair divisions are exact', () => {
    const opposed: [Triple, Triple] = [[5, 4, 3], [3, 4, 5]]; // prettier-ignore
    expect(nashShare(...opposed)).toEqual([3, 1, 0]); // 19 and 23, as good as 23 and 19: the earlier of the two
    expect(ALL_SHARES).toHaveLength(64);
    expect(ALL_SHARES.every((share) => isEfficient(share, [[5, 4, 3], [5, 4, 3]]))).toBe(true); // prettier-ignore
    expect(isEfficient([0, 1, 3], opposed)).toBe(false);
  });

  test('rule-made players beat chance and stay below the fair division', () => {
    const [chance = NaN, players = NaN, , fair = NaN] = environment.yardsticks().map(({ points }) => points);
    expect(players).toBeGreaterThan(chance + 1);
    expect(players).toBeLessThan(fair);
  });

  test('random play: in two turns only the second can accept', () => {
    const agreement = (64 / 65) * (1 / 66);
    expect(randomPlayPoints(2)).toBeCloseTo(((agreement * 18 + (1 - agreement) * 5) * 10) / 36, 12);
  });
});

describe('what a seat sees', () => {
  test('its ranking with reasons, then turns, its proposal and the offer with its worth', () => {
    expect(environment.view(scenario, 0)).toMatch(/^[a-z]+ high food 5 .+ middle water 4 .+ low firewood 3 .+$/);
    expect(environment.board(play(), 0)).toBe('turns 5 most food least firewood mine none offer none');
    const state = play('I take 3 food and 1 water, you get the rest.');
    expect(environment.board(state, 1)).toBe(
      'turns 5 most firewood least food mine none offer 0 food 2 water 3 firewood worth 23',
    );
    expect(environment.board(environment.step(state, { kind: 'reject' }), 0)).toBe(
      'turns 4 most food least firewood mine 3 food 1 water 0 firewood offer none',
    );
    expect(environment.offerValue?.(state, 1)).toBeCloseTo(230 / 36);
    expect(environment.proposalValue?.(state, 0)).toBeCloseTo(190 / 36);
  });

  test('nothing of the other seat: the view and a player are the same whatever the other ranks', () => {
    const rival = allScenarios().find(
      (other) => other.canonicalId === scenario.canonicalId && other.id.endsWith(';012;021'),
    ) as PriorityScenario; // every pair of stories has every pair of rankings
    expect(environment.view(rival, 0)).toBe(environment.view(scenario, 0));
    const choose = (own: PriorityScenario) => {
      const player = lessons.createPlayer(own, 0, new RandomStream(3, 'player'));
      return player.chooseStrategy(environment.start(own, 10), new RandomStream(3, 'turn'));
    };
    expect(choose(rival)).toEqual(choose(scenario));
  });

  test('own priorities and reasons are private until the strategy names them', () => {
    const isLeak = (strategy: string | null, utterance: string) => lessons.isLeak(play(), strategy, utterance);
    expect(isLeak('say the food matters most', 'We need the food most.')).toBe(false);
    expect(isLeak('keep only the food', 'We need the food most.')).toBe(true);
    expect(isLeak(null, 'What we need least is firewood.')).toBe(true);
    expect(isLeak('reject the offer', 'That offer is worth 12 points to me.')).toBe(true);
    expect(isLeak(null, 'I take all the food, you get the rest.')).toBe(false);
  });
});

describe('reading', () => {
  const shares: readonly (readonly [string, Triple])[] = [
    ['Can I have three food and 1 water, and you take the rest?', [3, 1, 0]],
    ['You get 2 food and 1 firewood', [1, 3, 2]],
    ['2 food for me and 1 food, 3 water and 3 firewood for you', [2, 0, 0]],
    ["I'd like 2 wood and 1 water please", [0, 1, 2]],
    ['I will give you all the water', [3, 0, 3]],
  ];
  test.each(shares)('“%s” divides', (text, share) => {
    expect(read(text)).toEqual({ kind: 'propose', share });
  });

  const unclear = [
    'I take 4 food and you get the rest.',
    'I take 2 food and 2 food.',
    '2 food and 1 water',
    'I take 2 food and you take 2 food',
    'I do not want 2 food',
    'Do you want all the food?',
    'I would accept if you drop 1 food',
    'Yes',
    'I accept your offer.', // nothing has been offered
    'My last offer is still good.',
  ];
  test.each(unclear)('“%s” commits to nothing', (text) => {
    expect(read(text).kind).toBe('invalid');
  });

  test('other free text', () => {
    expect(read('Sounds good to me', 'I take everything.')).toEqual({ kind: 'accept' });
    expect(read('Which item do you prefer?')).toEqual({ kind: 'ask', rank: 'most' });
    expect(read('Food is most important to me')).toEqual({ kind: 'tell', rank: 'most', item: 0 });
    expect(read('If this goes on I might leave')).toEqual({ kind: 'warn' });
    expect(read('That does not work')).toEqual({ kind: 'reject' });
    expect(read('')).toEqual({ kind: 'talk' });
  });

  test('noise never commits to anything', () => {
    const random = new RandomStream(1, 'noise');
    const state = play('I take everything.');
    for (let draw = 0; draw < 2000; draw++) {
      const { kind } = environment.readAction(state, lessons.noise(state, random));
      expect(['talk', 'invalid', 'reject']).toContain(kind);
    }
  });
});

describe('scenarios', () => {
  test.each(SPLITS)('%s has every pair of rankings equally often', (split) => {
    const counts = new Map<string, number>();
    for (const { rankings } of scenariosOf(split))
      counts.set(rankings.join(';'), (counts.get(rankings.join(';')) ?? 0) + 1);
    expect(counts.size).toBe(36);
    expect(new Set(counts.values()).size).toBe(1);
  });

  test('no held-out view is seen in train', () => {
    const viewsOf = (split: Split) =>
      scenariosOf(split).flatMap((held) => [environment.view(held, 0), environment.view(held, 1)]);
    const seen = new Set(viewsOf('train'));
    expect([...viewsOf('validation'), ...viewsOf('test')].filter((view) => seen.has(view))).toEqual([]);
  });

  test('no story is in two splits, no id is given twice', () => {
    const homes = new Map<string, Split>();
    for (const { stories, split } of allScenarios()) {
      for (const story of stories) {
        expect(homes.get(storyId(story)) ?? split).toBe(split);
        homes.set(storyId(story), split);
      }
    }
    expect(homes.size).toBe(300);
    expect(new Set(allScenarios().map(({ id }) => id)).size).toBe(5400);
  });
});
