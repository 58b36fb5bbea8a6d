import { expect, test } from 'vitest';
import { readGuess } from './readAction.ts';

test.each([
  ['50', 50],
  ['Is it 50?', 50],
  ['is it fifty', 50],
  ['I’d wager forty-two!', 42],
  ['Forty two, I think.', 42],
  ['Hmm. My guess is 7. I feel good about it.', 7],
  ['100.', 100],
  ['one hundred', 100],
  ['Is it one?', 1],
  ['It must be 13, it has to be 13', 13],
  ['No idea. Maybe 88?', 88],
])('“%s” guesses %i', (text, number) => {
  expect(readGuess(text)).toEqual({ kind: 'guess', number });
});

test.each([
  '50 or 51',
  'Between 40 and 60?',
  'Is it more than 50?',
  'Is it higher than 50?',
  "It's not 50.",
  'Give me 5 minutes.',
  'I have 8 guesses left.',
  '50? No, wait.',
  'Is it 0?',
  'Is it 101?',
  'Is it -5?',
  'Is it 50.5?',
  '1e2',
  'Is it 5% of 9?',
])('“%s” is not taken for a guess', (text) => {
  expect(readGuess(text).kind).toBe('invalid');
});

test.each([
  ['How are you today?', 'ask'],
  ['Let me think about it.', 'talk'],
  ["I'll try a bigger one", 'talk'],
  ['', 'talk'],
  ['...', 'talk'],
  ['I give up now.', 'walk-away'],
  ["I won't give up.", 'talk'],
  ['Shall I give up?', 'ask'],
])('“%s” is %s', (text, kind) => {
  expect(readGuess(text).kind).toBe(kind);
});
