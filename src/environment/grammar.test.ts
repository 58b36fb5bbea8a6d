import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../base/random.ts';
import { asSentence, createReader, plainText, textsOf, writeText } from './grammar.ts';
import type { Template } from './grammar.ts';

const random = () => new RandomStream(1, 'grammar');
const PATTERNS = { item: 'hats|books', count: '\\d+', words: '[a-z ]+', end: '(?:please|)' };
/** The slots that are read, or null. */
function read(template: Template, text: string) {
  const reading = createReader([{ meaning: 'it', templates: [template] }], PATTERNS)(text);
  return reading && { ...reading.slots };
}

describe('writing', () => {
  test('draws one branch of every choice, nested ones too, and an empty branch leaves no gap behind', () => {
    const template = '(well,|oh (yes|no),|) i (take|keep) {item}( now|).';
    const stream = random();
    const texts = new Set(Array.from({ length: 400 }, () => writeText(template, stream, { item: 'hats' })));
    expect(texts).toEqual(new Set(textsOf(template).map((text) => text.replace('{item}', 'hats'))));
    expect(texts.size).toBe(4 * 2 * 2);
    expect([...texts].filter((text) => /^ | $| {2}| [.,]/.test(text))).toEqual([]);
  });

  test('branches are equally likely, however many sentences are in them', () => {
    const stream = random();
    const draws = Array.from({ length: 3000 }, () => writeText('(a|(b|c|d|e))', stream));
    expect(draws.filter((text) => text === 'a').length).toBeGreaterThan(1350);
    expect(draws.filter((text) => text === 'a').length).toBeLessThan(1650);
  });

  test('is a function of the stream, keeps what stands together together, and a slot without text throws', () => {
    expect(writeText('(a|b|c) {item}s', random(), { item: 'hat' })).toBe(
      writeText('(a|b|c) {item}s', random(), { item: 'hat' }),
    );
    expect(writeText('a{x}b', random(), { x: '-' })).toBe('a-b');
    expect(() => writeText('take {item}', random())).toThrow('nothing for {item}');
  });

  test('every sentence is listed once', () => {
    expect(textsOf('(a|b|a) ({item}|)')).toEqual(['a {item}', 'a', 'b {item}', 'b']);
    expect(textsOf('')).toEqual(['']);
  });

  test('a sentence begins with a capital', () => {
    expect([asSentence('deal'), asSentence(''), asSentence('5 hats')]).toEqual(['Deal', '', '5 hats']);
  });
});

describe('reading', () => {
  test('case, punctuation and spacing do not matter', () => {
    for (const text of ["I'd like 2 hats, please.", "i'd  like 2 HATS please", 'I’d like 2 hats — please!!']) {
      expect(read("I'd like {count} {item}(,|) please.", text), text).toEqual({ count: '2', item: 'hats' });
    }
  });

  test('words never run together and never fall apart', () => {
    expect(read('him self', 'himself')).toBeNull();
    expect(read('himself', 'him self')).toBeNull();
    expect(read('him, self', 'him self')).toEqual({});
    expect(read('(him|) self', 'himself')).toBeNull();
    expect(read('(him|) self', 'self')).toEqual({});
    expect(read('take {item}', 'takehats')).toBeNull();
    expect(read('{item} now', 'hatsnow')).toBeNull();
    expect(read('{count} {item}', '2hats')).toBeNull();
    expect(read('{count}{item}', '2hats')).toEqual({ count: '2', item: 'hats' });
    expect(read('{count}{item}', '2 hats')).toBeNull();
    expect(read('a{item}b', 'ahatsb')).toEqual({ item: 'hats' });
    expect(read('a{item}b', 'a hats b')).toBeNull();
  });

  test('empty branches at the start, inside and at the end leave one gap', () => {
    for (const text of ['well i take hats now', 'i take hats now', 'well i take hats', 'i take hats']) {
      expect(read('(well|) (|) i take( ( )|) {item} (now|)', text), text).toEqual({ item: 'hats' });
    }
    expect(read('i take {item} {end}', 'i take hats')).toEqual({ item: 'hats', end: '' });
    expect(read('(a|)', '')).toEqual({});
    expect(read('a', '')).toBeNull();
  });

  test('nothing before or behind the template is overlooked', () => {
    expect(read('deal', 'no deal')).toBeNull();
    expect(read('deal', 'deal never')).toBeNull();
    expect(read('(a|b) c', 'a')).toBeNull(); // a choice never reaches over what follows it
  });

  test('a full stop belongs to a number or to the sentence, a hyphen and an apostrophe to their word', () => {
    expect(read('it costs 1.5.', 'It costs 1.5.')).toEqual({});
    expect(read('it costs 1.5', 'it costs 15')).toBeNull();
    expect(read('it costs {count}.', 'It costs 15.')).toEqual({ count: '15' });
    expect(read('it costs {count}.50', 'it costs 15.50')).toEqual({ count: '15' });
    expect(read('a well-made hat', 'a well-made hat')).toEqual({});
    expect(read('a well-made hat', 'a wellmade hat')).toBeNull();
    expect(read("don't", 'dont')).toBeNull();
    expect(plainText(' Hi,  “you”!  It’s 1.50. ')).toBe("hi you it's 1.50");
  });

  test('a slot that stands twice says the same both times, in whichever branch it stood', () => {
    expect(read('{item} or {item}', 'hats or hats')).toEqual({ item: 'hats' });
    expect(read('{item} or {item}', 'hats or books')).toBeNull();
    for (const text of ['take hats', 'keep hats'])
      expect(read('(take {item}|keep {item})', text)).toEqual({ item: 'hats' });
    expect(read('(take {item}|keep {item}) or {item}', 'keep hats or hats')).toEqual({ item: 'hats' });
    expect(read('(take {item}|keep {item}) or {item}', 'keep hats or books')).toBeNull();
    expect(read('(my {item}|yes) or {item}', 'yes or books')).toEqual({ item: 'books' });
    expect(read('(my {item}|yes) or {item}', 'my hats or hats')).toEqual({ item: 'hats' });
    expect(read('(my {item}|yes) or {item}', 'my hats or books')).toBeNull();
  });

  test('the first template that fits gives the meaning; none gives null', () => {
    const reader = createReader(
      [
        { meaning: 1, templates: ['say no', 'say hats'] },
        { meaning: 2, templates: ['say {words}'] },
      ],
      PATTERNS,
    );
    expect(['say hats', 'say it all', 'sing'].map((text) => reader(text)?.meaning ?? null)).toEqual([1, 2, null]);
  });
});

test.each([
  ['(a|b', 'never closed'],
  ['a)', 'never opened'],
  ['a|b', 'a choice'],
  ['{item', 'never closed'],
  ['item}', 'cannot stand'],
  ['{}', 'no name'],
  ['{a{b}', 'no name'],
  ['{two words}', 'no name'],
])('the malformed template “%s” throws', (template, message) => {
  expect(() => writeText(template, random(), {})).toThrow(message);
  expect(() => read(template, '')).toThrow(message);
});

test('a slot without a pattern throws when the reader is made', () => {
  expect(() => createReader([{ meaning: 1, templates: ['{what}'] }], {})).toThrow('no pattern for {what}');
});

test('whatever a template writes it reads back, slots and all', () => {
  const SLOTS = { item: ['hats', 'books'], count: ['1', '25'], name: ['ann', 'bob lee'] };
  const patterns = Object.fromEntries(Object.entries(SLOTS).map(([name, texts]) => [name, texts.join('|')]));
  const word = fc.constantFrom('i', "don't", 'him', 'self', 'himself', 'well-made', 'Okay,', 'so.', '1.5', 'a', '');
  const slot = fc.constantFrom('{item}', '{count}', '{name}');
  const { template } = fc.letrec<{ template: string; part: string }>((tie) => ({
    part: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      word,
      slot,
      fc.array(tie('template'), { minLength: 1, maxLength: 3 }).map((branches) => `(${branches.join('|')})`),
    ),
    template: fc.array(tie('part'), { maxLength: 5 }).map((parts) => parts.join(' ')),
  }));
  const values = fc.record({
    item: fc.constantFrom(...SLOTS.item),
    count: fc.constantFrom(...SLOTS.count),
    name: fc.constantFrom(...SLOTS.name),
  });
  fc.assert(
    fc.property(template, values, fc.integer(), (source, slots, seed) => {
      const reader = createReader([{ meaning: true, templates: [source] }], patterns);
      const stream = new RandomStream(seed, 'round-trip');
      for (let draw = 0; draw < 5; draw++) {
        const text = writeText(source, stream, slots);
        const reading = reader(text.toUpperCase());
        expect(reading, `“${text}” of “${source}”`).not.toBeNull();
        for (const [name, said] of Object.entries(reading?.slots ?? {})) expect(slots).toHaveProperty(name, said);
        // Every slot whose words stand in the text was read.
        for (const [name, said] of Object.entries(slots)) {
          if (` ${plainText(text)} `.includes(` ${said} `)) expect(reading?.slots[name], text).toBe(said);
        }
      }
    }),
    { numRuns: 1000, seed: 4 },
  );
});
