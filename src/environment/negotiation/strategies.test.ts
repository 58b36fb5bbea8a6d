import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import { textsOf } from '../grammar.ts';
import { readStrategyOn } from './adherence.ts';
import { KINDS, STRATEGIES } from './language.ts';
import { applicableStrategies, everyStrategy, strategyTarget } from './strategies.ts';
import { parseStrategy, STRATEGY_FAMILIES, writeStrategy } from './strategyText.ts';
import type { DealAction, Triple } from './schemas.ts';

const table = {
  counts: [2, 2, 3] as Triple,
  values: [3, 2, 0] as Triple,
  proposal: [2, 1, 0] as Triple,
  offer: [1, 0, 2] as Triple,
};
const opening = { ...table, proposal: null, offer: null };

function shareOf(text: string, on: Parameters<typeof strategyTarget>[1] = table): Triple | string {
  const strategy = parseStrategy(text);
  if (!strategy) return 'unreadable';
  const target = strategyTarget(strategy, on);
  return target.kind === 'share' ? target.share : target.kind;
}
const read = (text: string, action: DealAction, on = table) => readStrategyOn(on, text, action);
const followed = (text: string, action: DealAction, on = table) => read(text, action, on).isFollowed;

describe('the language of strategies', () => {
  test('every family has at least ten paraphrases, and no text belongs to two families', () => {
    const owners = new Map<string, string>();
    for (const family of STRATEGY_FAMILIES) {
      const texts = STRATEGIES[family].flatMap(textsOf);
      expect(new Set(texts).size, family).toBeGreaterThanOrEqual(10);
      for (const text of texts) {
        expect(owners.get(text) ?? family, text).toBe(family);
        owners.set(text, family);
      }
    }
    expect(STRATEGY_FAMILIES).toHaveLength(36);
  });

  test('every strategy is read as its family, items and amounts, in every spelling', () => {
    const random = new RandomStream(1, 'texts');
    for (const strategy of everyStrategy([2, 1, 4])) {
      for (let draw = 0; draw < 30; draw++) {
        const text = writeStrategy(strategy, random);
        const reading = parseStrategy(`  ${text.replace(' ', '  ').toUpperCase()} `);
        const inOrder = strategy.family === 'keepTwo' ? strategy.items.toSorted() : strategy.items;
        const readItems = strategy.family === 'keepTwo' ? reading?.items.toSorted() : reading?.items;
        expect({ ...reading, items: readItems }, text).toEqual({ ...strategy, items: inOrder });
        expect(text).toMatch(/^[a-z0-9' ]+$/);
        expect(text.split(' ').length, text).toBeLessThanOrEqual(10);
      }
    }
  });

  test('amounts may stand in any order, each item once', () => {
    expect(parseStrategy('ask for 1 ball and 2 hats')).toEqual({ family: 'askFor', items: [], amounts: [0, 2, 1] });
    expect(parseStrategy('Ask for 2 hats, 1 book and 1 ball.')?.amounts).toEqual([1, 2, 1]);
    expect(parseStrategy('ask for 1 hat and 2 hats')).toBeNull();
  });

  test.each([
    'keep the hats and balls and be nice',
    'trade the hats for the hats',
    'ask for some hats',
    'be brave',
    '',
  ])('“%s” is not in it', (text) => expect(parseStrategy(text)).toBeNull());
});

test.each([
  ['focus on the hats', [0, 2, 0]],
  ['give away only the balls', [2, 2, 0]],
  ['keep the balls and the books', [2, 0, 3]],
  ['claim all the items', [2, 2, 3]],
  ['meet in the middle', [1, 1, 2]],
  ['keep the balls and split the rest', [1, 1, 3]],
  ['split the balls and keep the rest', [2, 2, 2]],
  ['share the books and take the rest', [1, 2, 3]],
  ['keep everything you value', [2, 2, 0]],
  ['take everything but one hat', [2, 1, 3]],
  ['ask for 1 ball and 2 hats', [0, 2, 1]],
  ['offer them 1 ball and 2 hats', [2, 0, 2]],
  ['politely ask for 2 books', [2, 0, 0]],
  ['firmly demand 2 books', [2, 0, 0]],
  ['hold firm', [2, 1, 0]],
  ['say your offer is final', [2, 1, 0]],
  ['concede one book', [1, 1, 0]],
  ['ask for one more ball than before', [2, 1, 1]],
  ['let the books go', [0, 1, 0]],
  ['swap your books for their balls', [0, 1, 3]],
  ['accept their offer', 'words'],
  ['complain about their offer', 'words'],
  ['ask what they want', 'words'],
  ['pretend you need the balls', 'words'],
  ['walk away', 'words'],
] as const)('“%s” aims at %s', (text, aim) => expect(shareOf(text)).toEqual(aim));

test.each([
  ['concede one ball', table], // none is claimed
  ['give them all the balls', table],
  ['trade the balls for the books', table], // has no balls to trade
  ['ask for one more book than before', table], // has both
  ['ask for 3 hats', table], // there are two
  ['offer them 4 balls', table],
  ['split the hats and keep the rest', { ...table, counts: [2, 1, 3] as Triple }], // one cannot be split
  ['keep everything you value', { ...table, values: [1, 1, 2] as Triple }], // that would be everything
  ['pretend you need the books', table], // they are worth the most
  ['hold firm', opening],
  ['say your offer is final', opening],
  ['concede one hat', opening],
  ['ask for one more hat than before', opening],
  ['swap your hats for their books', opening],
  ['say yes', opening],
  ['turn it down', opening],
  ['complain about their offer', opening],
] as const)('“%s” makes no sense here', (text, on) => expect(shareOf(text, on)).toBe('inapplicable'));

test('before any proposal, giving starts from everything and trading from the partner’s offer', () => {
  expect(shareOf('give them all the hats', opening)).toEqual([2, 0, 3]);
  expect(shareOf('trade the books for the hats', { ...opening, offer: [1, 0, 2] })).toEqual([0, 2, 2]);
});

test('whatever applies asks for a share that lies on the table', () => {
  for (const strategy of applicableStrategies(table)) {
    const target = strategyTarget(strategy, table);
    if (target.kind !== 'share') continue;
    for (const kind of KINDS) {
      expect(target.share[kind]).toBeGreaterThanOrEqual(0);
      expect(target.share[kind]).toBeLessThanOrEqual(table.counts[kind]);
    }
  }
  expect(new Set(applicableStrategies(table).map(({ family }) => family)).size).toBe(36);
});

test('a strategy is followed when the proposal is the share it asked for', () => {
  expect(read('focus on the hats', { kind: 'propose', share: [0, 2, 0] })).toEqual({
    family: 'keepOne',
    isApplicable: true,
    isFollowed: true,
  });
  expect(followed('focus on the hats', { kind: 'propose', share: [0, 1, 0] })).toBe(false);
  expect(followed('focus on the hats', { kind: 'accept' })).toBe(false);
  expect(followed('hold firm', { kind: 'insist', share: [2, 1, 0] })).toBe(true);
  expect(followed('ask for 2 hats', { kind: 'propose', share: [0, 2, 0] })).toBe(true);
  expect(followed('offer them 2 hats', { kind: 'propose', share: [0, 2, 0] })).toBe(false);
  expect(followed('offer them 2 hats', { kind: 'propose', share: [2, 0, 3] })).toBe(true);
});

test('a final offer has to be called final', () => {
  expect(followed('say your offer is final', { kind: 'insist', share: [2, 1, 0], isFinal: true })).toBe(true);
  expect(followed('say your offer is final', { kind: 'insist', share: [2, 1, 0] })).toBe(false);
  expect(followed('say your offer is final', { kind: 'propose', share: [2, 1, 1], isFinal: true })).toBe(false);
});

test('halves may be rounded either way', () => {
  expect(followed('meet in the middle', { kind: 'propose', share: [1, 1, 1] })).toBe(true);
  expect(followed('meet in the middle', { kind: 'propose', share: [1, 1, 3] })).toBe(false);
  for (const balls of [1, 2]) {
    expect(followed('split the balls and keep the rest', { kind: 'propose', share: [2, 2, balls] })).toBe(true);
  }
  expect(followed('split the balls and keep the rest', { kind: 'propose', share: [2, 1, 1] })).toBe(false);
  expect(followed('split the balls and keep the rest', { kind: 'propose', share: [2, 2, 3] })).toBe(false);
  for (const balls of [1, 2]) {
    expect(followed('keep the books and split the rest', { kind: 'propose', share: [2, 1, balls] })).toBe(true);
  }
  expect(followed('keep the books and split the rest', { kind: 'propose', share: [1, 1, 1] })).toBe(false);
});

test('one of each is not split by taking both', () => {
  const table = { counts: [4, 1, 1] as Triple, values: [2, 1, 1] as Triple, proposal: null, offer: null };
  const isSplitBy = (share: [number, number, number]) =>
    readStrategyOn(table, 'keep the books and split the rest', { kind: 'propose', share }).isFollowed;
  expect(
    [
      [4, 0, 0],
      [4, 1, 0],
      [4, 0, 1],
      [4, 1, 1],
    ].map((share) => isSplitBy(share as [number, number, number])),
  ).toEqual([true, true, true, false]);
});

test.each([
  ['say yes', { kind: 'accept' }],
  ['say no', { kind: 'reject' }],
  ['complain about this offer', { kind: 'reject', isComplaint: true }],
  ['ask what they want', { kind: 'ask' }],
  ['ask about the hats', { kind: 'ask', item: 1 }],
  ['ask for their offer', { kind: 'ask', about: 'proposal' }],
  ['stress the hats', { kind: 'tell', item: 1, stance: 'wants' }],
  ['pretend you need the hats', { kind: 'tell', item: 1, stance: 'wants' }],
  ['explain why you need the hats', { kind: 'tell', item: 1, stance: 'wants', hasReason: true }],
  ['show no interest in the hats', { kind: 'tell', item: 1, stance: 'spares' }],
  ['reveal what a hat is worth to you', { kind: 'tell', item: 1, points: 2 }],
  ['make small talk', { kind: 'talk', topic: 'small-talk' }],
  ['thank them', { kind: 'talk', topic: 'thanks' }],
  ['apologise', { kind: 'talk', topic: 'apology' }],
  ['say time is short', { kind: 'talk', topic: 'hurry' }],
  ['take more time to think', { kind: 'talk', topic: 'thinking' }],
  ['warn them you may leave', { kind: 'talk', topic: 'warning' }],
  ['walk away', { kind: 'walk-away' }],
] satisfies [string, DealAction][])('“%s” is followed by %o', (text, action) => {
  expect(read(text, action)).toMatchObject({ isApplicable: true, isFollowed: true });
  expect(followed(text, { kind: 'invalid', reason: 'unclear' })).toBe(false);
  const others: DealAction[] = [{ kind: 'talk' }, { kind: 'tell', item: 0, stance: 'wants' }, { kind: 'ask', item: 0 }];
  for (const other of others) expect(followed(text, other)).toBe(false);
});

test('what is said of an item is checked exactly; a record that does not name the item is not judged', () => {
  expect(followed('stress the hats', { kind: 'tell' })).toBeNull();
  expect(followed('stress the hats', { kind: 'tell', item: 2, stance: 'wants' })).toBe(false);
  expect(followed('stress the hats', { kind: 'tell', item: 1, stance: 'spares' })).toBe(false);
  expect(followed('explain why you need the hats', { kind: 'tell', item: 1, stance: 'wants' })).toBe(false);
  expect(followed('reveal what a hat is worth to you', { kind: 'tell', item: 1, points: 3 })).toBe(false); // it is worth 2
});

test('what cannot be read or applied is not judged', () => {
  expect(read('be brave', { kind: 'accept' })).toEqual({ family: null, isApplicable: false, isFollowed: null });
  expect(read('concede one ball', { kind: 'accept' })).toEqual({
    family: 'concede',
    isApplicable: false,
    isFollowed: null,
  });
});
