import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import { priceBargainingLessons as lessons } from './lessons.ts';
import { priceBargaining } from './priceBargaining.ts';
import { createScenario, scenariosOf } from './scenarios.ts';
import { hasZone } from './payoff.ts';
import { startBargain, takeTurn } from './state.ts';

const scenario = createScenario(60, [52, 32], ['bike', 'scratch', 'clean']);
const opened = startBargain(scenario, 10);
const answered = [30, 50].reduce(
  (state, price) => takeTurn(state, { kind: 'offer', price, isFinal: false, point: null }),
  opened,
);
const read = (text: string, state = answered) => priceBargaining.readAction(state, text);
const offer = (price: number) => ({ kind: 'offer', price, isFinal: false, point: null });

describe('people are understood in their own words', () => {
  test.each([
    ["I'll give you 45 for it.", offer(45)],
    ['How about $45?', offer(45)],
    ['I could pay 45 dollars', offer(45)],
    ['50 is too high, I can pay 41', offer(41)],
    ['45', offer(45)],
    ['My final offer is 45!', { kind: 'offer', price: 45, isFinal: true, point: null }],
    ['deal', { kind: 'accept' }],
    ['OK, deal, thanks', { kind: 'accept' }],
    ['I accept 50.', { kind: 'accept' }],
    ['50 is too high', { kind: 'reject', isFirm: false }],
    ['What is the lowest you would go?', { kind: 'ask', about: 'limit' }],
    ['Why is that?', { kind: 'ask', about: 'reason' }],
    ['my budget is 40', { kind: 'reveal', limit: 40 }],
    ['no deal, goodbye', { kind: 'walk-away' }],
    ['My grandmother had one like it.', { kind: 'talk' }],
  ])('%s', (text, action) => expect(read(text)).toEqual(action));
});

describe('commitments are never guessed', () => {
  test.each([
    'Deal?',
    'Goodbye?',
    'I accept 45.',
    'I accept if you bring it.',
    'deal at 45 or 50',
    "I won't pay 45",
    'maybe 45 or 47',
    'I was born in 45',
    "I'll pay 500",
    "I'll pay 45.5",
    'I will pay -45',
    '',
    '...',
  ])('%s', (text) => expect(['invalid', 'talk', 'ask']).toContain(read(text).kind));

  test('nothing can be accepted before there is a price', () => {
    expect(read('Deal.', opened).kind).toBe('invalid');
  });
});

test('noise commits to nothing', () => {
  for (let index = 0; index < 300; index++) {
    const text = lessons.noise(answered, new RandomStream(3, index));
    expect(['invalid', 'talk'], text).toContain(read(text).kind);
  }
});

test('saying the own limit is a leak unless the strategy says so', () => {
  expect(lessons.isLeak(answered, 'offer 45', 'My limit is 52.')).toBe(true);
  expect(lessons.isLeak(answered, null, 'Well, 52 is the most I can spend on this')).toBe(true);
  expect(lessons.isLeak(answered, 'reveal your limit', 'My limit is 52.')).toBe(false);
  expect(lessons.isLeak(answered, 'offer 45', 'My limit is 45.')).toBe(false);
  expect(lessons.isLeak(answered, 'offer 52', 'I can pay 52.')).toBe(false);
});

test('strategies apply to their side and time only', () => {
  const reading = (text: string, utterance: string) => priceBargaining.readStrategy(answered, text, read(utterance));
  expect(reading('meet in the middle', 'How about 40?')).toEqual({ family: 'middle', isApplicable: true, isFollowed: true }); // prettier-ignore
  expect(reading('meet in the middle', 'How about 41?').isFollowed).toBe(false);
  expect(reading('say it has a stain', 'It has a scratch.').isApplicable).toBe(false);
  expect(reading('start low', 'How about 41?').isApplicable).toBe(false);
  expect(reading('mention another buyer', 'Hello.').isApplicable).toBe(false);
  expect(reading('dance on the table', 'Hello.')).toEqual({ family: null, isApplicable: false, isFollowed: null });
});

test('most scenarios, but not all, have a zone of agreement', () => {
  const all = (['train', 'validation', 'test'] as const).flatMap(scenariosOf);
  expect(all.filter(hasZone).length / all.length).toBeCloseTo(0.85, 1);
  expect(scenariosOf('train').length).toBeGreaterThanOrEqual(500);
  for (const { listPrice, limits } of all) {
    for (const price of [listPrice, ...limits]) expect(price >= 10 && price <= 99).toBe(true);
  }
});

test('rule-made players beat chance by far, and the fair deal beats them', () => {
  const [chance = NaN, players = NaN, fair = NaN] = priceBargaining.yardsticks().map(({ points }) => points);
  expect(chance).toBeLessThan(1);
  expect(players).toBeGreaterThan(2);
  expect(players).toBeLessThan(fair);
  expect(fair).toBeCloseTo(0.85 * 5 + 0.15 * 3, 0);
});
