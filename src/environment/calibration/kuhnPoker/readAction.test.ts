import { expect, test } from 'vitest';
import type { Act, History } from './cards.ts';
import { claimIn, readUtterance } from './readAction.ts';

test.each<[string, History, Act]>([
  ['check', 'none', 'check'],
  ["I'll check, your turn.", 'none', 'check'],
  ['Pass.', 'check', 'check'],
  ['Bet one.', 'none', 'bet'],
  ['I raise by 1 chip!', 'check', 'bet'],
  ["I'll put one more chip in.", 'none', 'bet'],
  ['I call your bet.', 'bet', 'call'],
  ["You don't scare me. I call.", 'check bet', 'call'],
  ["I'm out.", 'bet', 'fold'],
  ['Take the pot, I fold.', 'bet', 'fold'],
  ['Will you call? I bet 1.', 'none', 'bet'],
])('“%s” after %s is a %s', (text, history, kind) => {
  expect(readUtterance(text, history)).toEqual({ kind, claim: null });
});

test.each<[string, History]>([
  ['', 'none'],
  ['Should I bet?', 'none'],
  ['I bet 2.', 'none'],
  ["I'm all in, I bet everything.", 'none'],
  ['I bet you are lying.', 'none'],
  ["I won't call.", 'bet'],
  ['I might check.', 'none'],
  ['You can check.', 'none'],
  ['I check and bet.', 'none'],
  ['I fold.', 'none'],
  ['I check.', 'bet'],
  ['I call.', 'check'],
  ['Let me check my card.', 'none'],
  ['Call me crazy.', 'bet'],
  ['I would call if I had the king.', 'bet'],
])('“%s” after %s is no clear act', (text, history) => {
  expect(readUtterance(text, history).kind).toBe('invalid');
});

test('a card is claimed by who says they hold it, not by who asks or denies', () => {
  expect(readUtterance('I have the king. I bet 1.', 'none')).toEqual({ kind: 'bet', claim: 'king' });
  expect(claimIn("I've got a queen, friend")).toBe('queen');
  expect(claimIn('My jack is bad.')).toBe('jack');
  expect(claimIn("I don't have the king.")).toBeNull();
  expect(claimIn('Do you have the king?')).toBeNull();
  expect(claimIn('The king is the best card.')).toBeNull();
});
