import { describe, expect, test } from 'vitest';
import { testLessons } from '../../../tests/lessonsContract.ts';
import { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { playLesson } from '../lessons.ts';
import { dealOrNoDeal } from './dealOrNoDeal.ts';
import { createDealOrNoDealLessons, dealOrNoDealLessons } from './lessons.ts';
import { sampleScenario } from './scenarios.ts';
import { parseStrategy } from './strategyText.ts';
import { negotiationYardsticks } from './yardsticks.ts';
import type { DealScenario, Triple } from './schemas.ts';

testLessons(dealOrNoDealLessons, { families: 36, paraphrases: 10 });

const lessonsOf = {
  weak: dealOrNoDealLessons,
  strong: createDealOrNoDealLessons('strong'),
};

/** Episodes in which the players always have their own way. */
function playOn(mixture: keyof typeof lessonsOf, episodes: number) {
  const lessons = lessonsOf[mixture];
  const random = new RandomStream(1, 'mixture', mixture);
  return Array.from({ length: episodes }, () => {
    const scenario = sampleScenario(random, 'train');
    const seats: readonly SeatIndex[] = [0, 1];
    const players = seats.map((seat) => lessons.createPlayer(scenario, seat, random));
    let state = dealOrNoDeal.start(scenario, lessons.environment.turnLimit);
    for (let seat = dealOrNoDeal.seatToMove(state); seat !== null; seat = dealOrNoDeal.seatToMove(state)) {
      const strategy = players[seat]?.chooseStrategy(state, random);
      if (!strategy) throw new Error('there are two players');
      state = dealOrNoDeal.step(state, dealOrNoDeal.readAction(state, lessons.utterance(strategy, state, random)));
    }
    return {
      points: dealOrNoDeal.outcome(state)?.points ?? [0, 0],
      temperaments: players.map((one) => one.temperament),
    };
  });
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

describe('the players', () => {
  test('weak ones earn more than chance and less than strong ones, who leave room to the best', () => {
    const [random, , best] = negotiationYardsticks().map(({ points }) => points);
    const weak = playOn('weak', 600).map(({ points }) => points);
    const strong = playOn('strong', 600).map(({ points }) => points);
    expect(mean(weak.flat())).toBeGreaterThan(4.9);
    expect(mean(weak.flat())).toBeLessThan(5.6);
    expect(mean(weak.map((points) => (Math.max(...points) > 0 ? 1 : 0)))).toBeGreaterThan(0.84);
    expect(mean(weak.map((points) => (Math.max(...points) > 0 ? 1 : 0)))).toBeLessThan(0.96);
    expect(mean(weak.flat())).toBeGreaterThan((random ?? 0) + 2);
    expect(mean(strong.flat())).toBeGreaterThan(mean(weak.flat()) + 0.4);
    expect(mean(strong.flat())).toBeLessThan((best ?? 0) - 0.5);
  });

  test('all temperaments and manners turn up', () => {
    const names = (['weak', 'strong'] as const).flatMap((mixture) =>
      playOn(mixture, 200).flatMap((one) => one.temperaments),
    );
    const words = new Set(names.flatMap((name) => name.split(' ')));
    expect([...words].sort()).toEqual(
      ['chatty', 'confused', 'fair', 'firm', 'generous', 'logroll', 'random', 'rude', 'terse', 'tough'], // plain is not said
    );
  });

  test('none reads the other seat’s values', () => {
    for (let index = 0; index < 60; index++) {
      const random = new RandomStream(index, 'hidden');
      const scenario = sampleScenario(random, 'train');
      const [own, hidden] = scenario.values;
      const changed: Triple = [hidden[1], hidden[2], hidden[0]];
      const choose = (values: DealScenario['values']) => {
        const seen = { ...scenario, values };
        const player = lessonsOf.strong.createPlayer(seen, 0, new RandomStream(index, 'player'));
        const opened = dealOrNoDeal.start(seen, 10);
        const offered = [
          { kind: 'tell', item: 2, stance: 'wants' } as const,
          { kind: 'propose', share: [1, 0, 1] as Triple } as const,
        ].reduce(dealOrNoDeal.step, opened);
        return [opened, offered].map((state) => player.chooseStrategy(state, new RandomStream(index, 'choice')));
      };
      expect(choose([own, changed])).toEqual(choose([own, hidden]));
    }
  });

  test('they answer a question more often than they would have spoken of it', () => {
    const shareOfAnswers = (isAsked: boolean) => {
      const random = new RandomStream(2, 'asked');
      const answers = Array.from({ length: 800 }, () => {
        const scenario = sampleScenario(random, 'train');
        const player = lessonsOf.weak.createPlayer(scenario, 1, random);
        const state = dealOrNoDeal.step(dealOrNoDeal.start(scenario, 10), isAsked ? { kind: 'ask' } : { kind: 'talk' });
        return ['tell', 'deny', 'reveal', 'explain', 'bluff'].includes(player.chooseStrategy(state, random).family);
      });
      return mean(answers.map(Number));
    };
    expect(shareOfAnswers(true)).toBeGreaterThan(1.3 * shareOfAnswers(false));
  });
});

test('no way of speaking is frequent: items and numbers aside, nothing is said in more than 1 % of the turns', () => {
  const random = new RandomStream(6, 'forms');
  const dialogues = Array.from({ length: 400 }, () =>
    playLesson(dealOrNoDealLessons, sampleScenario(random, 'train'), random),
  );
  const utterances = dialogues.flatMap(({ contexts }) =>
    contexts.flat().flatMap(({ role, text }) => (role === 'utterance' ? [text] : [])),
  );
  const forms = new Map<string, number>();
  for (const text of utterances) {
    const form = text
      .replace(/\d+/g, 'N')
      .replace(/\b(?:book|hat|ball)s?\b/g, 'X')
      .replace(/N X(?:(?:,| and) N X)*/g, 'L');
    forms.set(form, (forms.get(form) ?? 0) + 1);
    expect(text).toMatch(/^[A-Z0-9][ -~]*[.!?]$/);
    expect(text.split(' ').length, text).toBeLessThanOrEqual(22);
  }
  expect(Math.max(...forms.values()) / utterances.length).toBeLessThan(0.01);
});

test.each([
  ['ask for 2 books and 1 ball', '2 books and 1 ball'],
  ['ask for 2 books 2 hats and 3 balls', '2 books, 2 hats and 3 balls'],
  ['give them 2 books 2 hats and 3 balls', '2 books, 2 hats and 3 balls'],
])('amounts that “%s” names are said as they stand there', (advice, amounts) => {
  const random = new RandomStream(7, advice);
  const scenario: DealScenario = { ...sampleScenario(random, 'train'), counts: [2, 2, 3] };
  const strategy = parseStrategy(advice);
  if (!strategy) throw new Error(`cannot be read: ${advice}`);
  for (let index = 0; index < 200; index++) {
    const said = dealOrNoDealLessons.utterance(strategy, dealOrNoDeal.start(scenario, 10), random);
    expect(said).toContain(amounts);
  }
});

describe('a leak', () => {
  const scenario: DealScenario = {
    environment: 'deal-or-no-deal',
    id: '2,2,3;3,2,0;0,2,2',
    canonicalId: '2,2,3;0,2,2;3,2,0',
    split: 'train',
    counts: [2, 2, 3],
    values: [
      [3, 2, 0],
      [0, 2, 2],
    ],
  };
  const state = dealOrNoDeal.start(scenario, 10);
  test.each([
    ['stress the books', 'A book is worth 3 points to me.', true],
    [null, 'A book is worth 3 points to me.', true],
    ['reveal what a hat is worth to you', 'A book is worth 3 points to me.', true],
    ['reveal what a book is worth to you', 'A book is worth 3 points to me.', false],
    ['stress the books', 'A book is worth 5 points to me.', false], // not true, so nothing is given away
    ['stress the books', 'you see, those books have a value of 3', true],
    ['stress the books', 'I really need the books!', false],
    ['ask for 2 books', 'I want 2 books.', false],
  ])('“%s” → “%s”: %s', (strategy, utterance, isLeak) => {
    expect(dealOrNoDealLessons.isLeak(state, strategy, utterance)).toBe(isLeak);
  });
});
