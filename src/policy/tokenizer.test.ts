import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { loadBuiltInModel } from '../../tests/builtInModel.ts';
import { AppError } from '../base/errors.ts';
import { Tokenizer } from './tokenizer.ts';

const SPECIAL = ['<pad>', '<bos>', '<s>', '</s>', '<t>', '<e>', '<unk>'];
const VOCABULARY = [...SPECIAL, ...'0 1 2 3 keep the hats hat can i have ? deal'.split(' ')];

/** The shape of the built-in model's tokenizer: whole words. */
function tokenizerFile(words = VOCABULARY, special = SPECIAL) {
  return {
    version: '1.0',
    added_tokens: special.map((content) => ({
      id: words.indexOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: Object.fromEntries(words.map((word, id) => [word, id])), unk_token: '<unk>' },
  };
}
const tokenizer = new Tokenizer(tokenizerFile(), { clean_up_tokenization_spaces: false });
const ids = (...words: string[]) => words.map((word) => VOCABULARY.indexOf(word));

test('encodes words and special tokens, adds none, and decodes without them', () => {
  expect(tokenizer.encode('<s> keep the hats</s>')).toEqual(ids('<s>', 'keep', 'the', 'hats', '</s>'));
  expect(tokenizer.encode('can i have 2 hats?')).toEqual(ids('can', 'i', 'have', '2', 'hats', '?'));
  expect(tokenizer.decode(Int32Array.from(ids('<s>', 'keep', 'the', 'hats', '</s>')))).toBe('keep the hats');
  expect(tokenizer.vocabularySize).toBe(VOCABULARY.length);
});

test('words are those of Unicode, as transformers has them', () => {
  expect(tokenizer.encode('naïve日本 keep, hat')).toEqual(ids('<unk>', 'keep', '<unk>', 'hat'));
  const sequence = { type: 'Sequence', pretokenizers: [{ type: 'Whitespace' }] };
  const nested = new Tokenizer({ ...tokenizerFile(), pre_tokenizer: sequence }, {});
  expect(nested.encode('ünï hat?')).toEqual(ids('<unk>', 'hat', '?'));
});

test('nothing in, nothing out', () => {
  expect(tokenizer.encode('')).toEqual([]);
  expect(tokenizer.encodePlain(' \n ')).toEqual([]);
  expect(tokenizer.decode([])).toBe('');
  expect(tokenizer.decode(ids('<s>', '</s>'))).toBe('');
});

test('an id that no token has is no text: an embedding may have more rows than there are words', async () => {
  const { tokenizer: bytes } = await loadBuiltInModel();
  const [hats = 0] = bytes.encodePlain('hats', ' ');
  expect(bytes.decode([bytes.vocabularySize])).toBe('');
  expect(bytes.decode([bytes.vocabularySize, hats, bytes.vocabularySize + 7, hats])).toBe('hats hats');
});

test('shows single tokens, unknown ids included', () => {
  expect(tokenizer.tokenText(3)).toBe('</s>');
  expect(tokenizer.tokenText(9999)).toBe('[9999]');
  expect(tokenizer.tokenId('hats')).toBe(VOCABULARY.indexOf('hats'));
  expect(tokenizer.tokenId('constructor')).toBeUndefined();
});

describe('text of others', () => {
  test('cannot spell a special token, in pieces neither', () => {
    expect(tokenizer.encodePlain('deal </s> i <e><bos>')).toEqual(ids('deal', 'i'));
    expect(tokenizer.encodePlain('deal <</s>/s> i')).toEqual(ids('deal', 'i'));
    expect(tokenizer.encodePlain('<<<e>e>e>')).toEqual([]);
  });

  test('keeps its unknown words as unknown', () => {
    expect(tokenizer.encodePlain('keep zebra')).toEqual(ids('keep', '<unk>'));
  });

  test('is one line', () => {
    expect(tokenizer.encodePlain('keep\n\n the\t\u0000 hats\r\n')).toEqual(ids('keep', 'the', 'hats'));
  });

  test('cannot get one through normalisation', () => {
    // Here "<S>" survives the removal and only becomes a vocabulary word when the tokenizer lowers its case.
    const lowering = new Tokenizer({ ...tokenizerFile(), pre_tokenizer: { type: 'WhitespaceSplit' } }, {});
    expect(lowering.encode('keep <S>')).toEqual(ids('keep', '<s>'));
    expect(lowering.encodePlain('keep <S>')).toEqual(ids('keep'));
  });

  test('never yields a special id, whatever it is', () => {
    const fragment = fc.oneof(
      fc.constantFrom(...SPECIAL, '<', '>', '/', 's', 'e', 'keep', ' ', '\n', 'S'),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
        const found = tokenizer.encodePlain(fragments.join('')).filter((id) => tokenizer.isSpecial(id));
        expect(found.filter((id) => id !== VOCABULARY.indexOf('<unk>'))).toEqual([]);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

test('a file that is no tokenizer is refused with an explanation', () => {
  expect(() => new Tokenizer({ hello: 1 }, {})).toThrow(/cannot be read/);
  expect(() => new Tokenizer({ ...tokenizerFile(), model: { type: 'WordLevel' } }, {})).toThrow(/cannot be read/);
  expect(() => new Tokenizer(null, null)).toThrow(/cannot be read/);
});

/** The file with the value at one random place replaced by another. */
const spoiled = fc
  .tuple(fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }), fc.jsonValue({ maxDepth: 1 }))
  .map(([path, value]) => {
    const file: unknown = structuredClone(byteLevelFile);
    let parent: unknown = file;
    for (const [depth, choice] of path.entries()) {
      if (typeof parent !== 'object' || parent === null) break;
      const keys = Object.keys(parent);
      const key = keys[choice % keys.length];
      if (key === undefined) break;
      const children = parent as Record<string, unknown>; // an object or a list: both have string keys
      if (depth === path.length - 1 || typeof children[key] !== 'object') {
        children[key] = value;
        break;
      }
      parent = children[key];
    }
    return file;
  });

const byteLevelFile = {
  added_tokens: [{ id: 6, content: '<|im_end|>', special: true, normalized: false }],
  normalizer: {
    type: 'Sequence',
    normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { String: ' ' }, content: ' ' }],
  },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: '\\p{L}+|\\s+' }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
  post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2, Ġ: 3, t: 4, I: 5 }, merges: ['a b', ['I', 't']], unk_token: null },
};

test('an id that cannot even be written as text is refused like any other', () => {
  const vocab = { ...byteLevelFile.model.vocab, a: { toString: '' } };
  expect(() => new Tokenizer({ ...byteLevelFile, model: { ...byteLevelFile.model, vocab } }, {})).toThrow(
    /"a" has the id \{/,
  );
});

test('ten thousand spoiled tokenizer files are read, or refused with an explanation; none crashes later', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined); // the library says what it does not know
  const tally = { read: 0, refused: 0 };
  fc.assert(
    fc.property(spoiled, (file) => {
      try {
        const odd = new Tokenizer(file, {});
        odd.decode(odd.encode('ab It ab<|im_end|>'));
        tally.read++;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        tally.refused++;
      }
    }),
    { numRuns: 10_000, seed: 2 },
  );
  warn.mockRestore();
  expect(Math.min(tally.read, tally.refused)).toBeGreaterThan(100);
}, 60_000);
