import { expect, test } from 'vitest';
import type { Action } from '../../record/episode.ts';
import type { Triple } from '../../record/scenario.ts';
import { fillTemplate, KINDS, STRATEGIES } from './language.ts';
import { parseStrategy, readStrategyOn, strategyTarget, strategyTexts } from './strategies.ts';

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
const read = (text: string, action: Action, on = table) => readStrategyOn(on, text, action);

test('every text has one meaning', () => {
  const spellings = Object.values(STRATEGIES).reduce((sum, { arity, templates }) => {
    const isAboutLeftOver = (template: string) => template.includes('{Z}');
    const choices = (template: string) => (arity === 0 ? 1 : arity === 1 || isAboutLeftOver(template) ? 3 : 6);
    return sum + templates.reduce((subtotal, template) => subtotal + choices(template), 0);
  }, 0);
  expect(strategyTexts()).toHaveLength(spellings); // a text that two families shared would be missing
  expect(spellings).toBe(120);
});

test('every template is read as its family and items, whatever its case and spacing', () => {
  for (const kind of KINDS) {
    expect(parseStrategy(`  ${fillTemplate('Keep  the {X} and split the REST', [kind])} `)).toEqual({
      family: 'keepOneSplitRest',
      items: [kind],
    });
  }
  expect(parseStrategy('trade the hats for the balls')).toEqual({ family: 'trade', items: [1, 2] });
  expect(parseStrategy('keep the hats and balls and be nice')).toBeNull();
});

test.each([
  ['focus on the hats', [0, 2, 0]],
  ['give away only the balls', [2, 2, 0]],
  ['keep the balls and the books', [2, 0, 3]],
  ['claim all the items', [2, 2, 3]],
  ['meet in the middle', [1, 1, 2]],
  ['keep the balls and split the rest', [1, 1, 3]],
  ['hold firm', [2, 1, 0]],
  ['concede one book', [1, 1, 0]],
  ['let the books go', [0, 1, 0]],
  ['swap your books for their balls', [0, 1, 3]],
  ['accept their offer', 'words'],
  ['ask what they want', 'words'],
] as const)('“%s” aims at %s', (text, aim) => expect(shareOf(text)).toEqual(aim));

test.each([
  ['concede one ball', table], // none is claimed
  ['give them all the balls', table],
  ['trade the balls for the books', table], // has no balls to trade
  ['hold firm', opening],
  ['concede one hat', opening],
  ['swap your hats for their books', opening],
  ['say yes', opening],
  ['turn it down', opening],
] as const)('“%s” makes no sense here', (text, on) => expect(shareOf(text, on)).toBe('inapplicable'));

test('before any proposal, giving starts from everything and trading from the partner’s offer', () => {
  expect(shareOf('give them all the hats', opening)).toEqual([2, 0, 3]);
  expect(shareOf('trade the books for the hats', { ...opening, offer: [1, 0, 2] })).toEqual([0, 2, 2]);
});

test('a strategy is followed when the proposal is the share it asked for', () => {
  expect(read('focus on the hats', { kind: 'propose', share: [0, 2, 0] })).toEqual({
    family: 'keepOne',
    isApplicable: true,
    isFollowed: true,
  });
  expect(read('focus on the hats', { kind: 'propose', share: [0, 1, 0] }).isFollowed).toBe(false);
  expect(read('focus on the hats', { kind: 'accept' }).isFollowed).toBe(false);
  expect(read('hold firm', { kind: 'insist', share: [2, 1, 0] }).isFollowed).toBe(true);
});

test('an even split may round either way', () => {
  expect(read('meet in the middle', { kind: 'propose', share: [1, 1, 1] }).isFollowed).toBe(true);
  expect(read('meet in the middle', { kind: 'propose', share: [1, 1, 3] }).isFollowed).toBe(false);
});

test('words follow words: the kind of act is checked, the item that was named is not known', () => {
  expect(read('say yes', { kind: 'accept' }).isFollowed).toBe(true);
  expect(read('say no', { kind: 'ask' }).isFollowed).toBe(false);
  expect(read('stress the hats', { kind: 'talk' }).isFollowed).toBe(false);
  expect(read('stress the hats', { kind: 'tell' }).isFollowed).toBeNull();
});

test('what cannot be read or applied is not judged', () => {
  expect(read('be brave', { kind: 'accept' })).toEqual({ family: null, isApplicable: false, isFollowed: null });
  expect(read('concede one ball', { kind: 'accept' })).toEqual({
    family: 'concede',
    isApplicable: false,
    isFollowed: null,
  });
});
