import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readVocabulary, tokenText } from './vocabulary.ts';

const file = (decoder: string | null, vocab: Record<string, number>) => ({
  decoder: decoder === null ? null : { type: decoder },
  added_tokens: [{ id: 9, content: '<end>' }],
  model: { vocab },
});

test('byte-level pieces are read as the text that they are', () => {
  const words = readVocabulary(file('ByteLevel', { Ġask: 0, 'Ã©': 1, Ċ: 2, Ã: 3 }));
  expect([0, 1, 2, 3, 9].map((id) => words.get(id))).toEqual([' ask', 'é', '\n', '\uFFFD', '<end>']);
  expect([0, 1, 2, 7].map((id) => tokenText(words, id))).toEqual(['␣ask', 'é', '↵', '#7']);
});

test('pieces of other models are left as they are', () => {
  expect(readVocabulary(file('WordPiece', { Ġask: 0 })).get(0)).toBe('Ġask');
  expect(readVocabulary(file(null, { ask: 0 })).get(0)).toBe('ask');
});

test('the vocabulary of a built-in model is plain text', () => {
  const tokenizer: unknown = JSON.parse(readFileSync('public/models/parley-mini/tokenizer.json', 'utf8'));
  const words = [...readVocabulary(tokenizer).values()];
  expect(words).toEqual(expect.arrayContaining([' offer', '<end>']));
  expect(words.filter((word) => /[ĠĊ]/.test(word))).toEqual([]);
});
