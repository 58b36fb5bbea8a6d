import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertNever } from '../../base/errors.ts';
import { RandomStream } from '../../base/random.ts';
import { textsOf, writeText } from '../grammar.ts';
import { allocations, complement } from './division.ts';
import { CLAUSES, FRAMES, ITEMS, KINDS, listItems, OFFERS, STRATEGIES, UTTERANCES } from './language.ts';
import type { ClauseName, Kind, OfferStyle } from './language.ts';
import { itemSlots } from './phraseBook.ts';
import { readUtterance } from './readAction.ts';
import { allScenarios } from './scenarios.ts';
import { sayNoise, sayOffer, sayWords } from './speech.ts';
import { DealAction } from './schemas.ts';
import type { Triple } from './schemas.ts';

/** Thousands of texts take seconds on a busy machine. */
const PATIENCE_MS = 30_000;
const counts: Triple = [2, 3, 1];
const bargaining = { counts, offer: [1, 1, 0] as Triple, proposal: [2, 0, 1] as Triple };
const opening = { counts, offer: null, proposal: null };
const read = (text: string, table: Parameters<typeof readUtterance>[1] = bargaining) => readUtterance(text, table);
const everyCounts = [...new Map(allScenarios().map((scenario) => [scenario.counts.join(), scenario.counts])).values()];

describe('the language of the built-in speaker', () => {
  const styles = Object.keys(OFFERS) as OfferStyle[]; // keys of an object literal's type

  test(
    'every share of every table reads back from whole offers of every style',
    () => {
      const random = new RandomStream(1, 'offers');
      for (const table of everyCounts) {
        for (const share of allocations(table)) {
          for (const style of styles) {
            const said = sayOffer(share, table, style, random);
            const action = read(said, { counts: table, offer: null, proposal: share });
            expect('share' in action && action.share, `“${said}” of ${table.join()}`).toEqual(share);
            expect(said.split(' ').length, said).toBeLessThanOrEqual(22);
            expect(said).toMatch(/^[A-Z0-9][ -~]*[.!?]$/);
          }
        }
      }
    },
    PATIENCE_MS,
  );

  test('every frame reads back', () => {
    const random = new RandomStream(2, 'frames');
    const slots = { me: '2 books and 1 ball', you: '3 hats' };
    for (const frames of Object.values(FRAMES)) {
      for (const template of Object.values(frames).flat().flatMap(textsOf)) {
        const said = writeText(template, random, slots);
        expect(read(said, opening), said).toEqual({ kind: 'propose', share: [2, 0, 1] });
      }
    }
  });

  test.each(Object.keys(UTTERANCES) as (keyof typeof UTTERANCES)[])('every “%s” utterance reads as meant', (family) => {
    const random = new RandomStream(3, family);
    const values: Triple = [3, 0, 4];
    for (let draw = 0; draw < 600; draw++) {
      const item = random.pick(KINDS);
      const said = sayWords(family, item, { counts, values }, random);
      expect(read(said), said).toEqual(meant(family, item, values[item]));
    }
  });

  test.each(Object.keys(CLAUSES) as ClauseName[])('no clause of “%s” sounds like something else', (clause) => {
    const isMeaning = /^(?:accept|leaving|insist|final)/.test(clause);
    for (const text of CLAUSES[clause].flatMap(textsOf)) {
      const said = text.replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => ({ ...itemSlots(1, 3), points: '2 points' })[name] ?? '',
      );
      const { kind } = read(said);
      if (isMeaning) expect(['accept', 'walk-away', 'insist'], said).toContain(kind);
      else expect(['talk', 'ask', 'tell', 'reject'], said).toContain(kind);
    }
  });

  test('noise is never a deal', () => {
    const random = new RandomStream(4, 'noise');
    for (let draw = 0; draw < 500; draw++) {
      const said = sayNoise(counts, random);
      expect(['talk', 'ask', 'tell', 'invalid'], said).toContain(read(said).kind);
    }
  });
});

function meant(family: keyof typeof UTTERANCES, item: Kind, points: number): DealAction {
  switch (family) {
    case 'accept':
    case 'reject':
    case 'ask':
      return { kind: family };
    case 'complain':
      return { kind: 'reject', isComplaint: true };
    case 'askItem':
      return { kind: 'ask', item };
    case 'yield':
      return { kind: 'ask', about: 'proposal' };
    case 'tell':
      return { kind: 'tell', item, stance: 'wants' };
    case 'explain':
      return { kind: 'tell', item, stance: 'wants', hasReason: true };
    case 'deny':
      return { kind: 'tell', item, stance: 'spares' };
    case 'reveal':
      return { kind: 'tell', item, points };
    case 'leave':
      return { kind: 'walk-away' };
    case 'smallTalk':
      return { kind: 'talk', topic: 'small-talk' };
    case 'thank':
      return { kind: 'talk', topic: 'thanks' };
    case 'apologise':
      return { kind: 'talk', topic: 'apology' };
    case 'hurry':
      return { kind: 'talk', topic: 'hurry' };
    case 'stall':
      return { kind: 'talk', topic: 'thinking' };
    case 'warn':
      return { kind: 'talk', topic: 'warning' };
    default:
      return assertNever(family);
  }
}

describe('the language of model version 0', () => {
  const proposals = [
    'i take {me} and you get the rest',
    'you can have {you} and i keep the rest',
    '{me} for me and {you} for you',
    'i would like {me}',
    'can i have {me} ?',
    'you get {you}',
    'my offer is {me} for me',
  ];
  test('every proposal reads back, for every table and every share, with every opener, in any case and spacing', () => {
    for (const table of everyCounts) {
      for (const share of allocations(table)) {
        for (const [index, template] of proposals.entries()) {
          const opener = ['', 'ok ', 'well ', 'hmm ', 'look ', 'sorry '][index % 6] ?? '';
          const text = opener + fill(template, share, table);
          for (const spelling of [text, text.replaceAll(' ', '  '), text.toUpperCase()]) {
            expect(read(spelling, { ...opening, counts: table }), text).toEqual({ kind: 'propose', share });
          }
        }
      }
    }
  });

  test.each([
    'how important are the book to you ?',
    'is the books important to you ?',
    'does the books matter to you ?',
  ])('verb and noun need not agree: “%s” asks about the books', (text) =>
    expect(read(text)).toEqual({ kind: 'ask', item: 0 }),
  );

  test.each([
    ['accept', ['deal', 'yes i accept', 'that works for me', 'i agree , deal']],
    ['reject', ['no that does not work', 'i can not accept that', 'that is not enough for me', 'no deal like this']],
    ['ask', ['what do you care about ?', 'which items do you want ?', 'what is important to you ?']],
    ['tell', ['i really care about the hats', 'the hats matter most to me', 'i love hats']],
    ['tell', ['i do not care about the hats', 'the hats mean little to me', 'i have no use for hats']],
  ] as const)('its words for “%s” read as meant', (kind, texts) => {
    for (const text of texts) for (const opener of ['', 'ok ', 'sorry ']) expect(read(opener + text).kind).toBe(kind);
  });
});

function fill(template: string, share: Triple, table: Triple): string {
  const list = (amounts: Triple) => listItems(amounts, table).replaceAll(', ', ' and ');
  return template.replaceAll('{me}', list(share)).replaceAll('{you}', list(complement(table, share)));
}

describe('people write as they like', () => {
  const proposals: readonly (readonly [string, Triple])[] = [
    ['I take two books, and the ball!', [2, 0, 1]],
    ['i would like a hat', [0, 1, 0]],
    ["I'd like to have 2 books and a hat please", [2, 1, 0]],
    ['How about I keep both books and you get the rest?', [2, 0, 0]],
    ['you get all the hats', [2, 0, 1]],
    ['give me all of the hats', [0, 3, 0]],
    ['I will give you 1 book and 1 ball', [1, 3, 0]],
    ['You can have everything else and I keep all three hats', [0, 3, 0]],
    ['two books for me , three hats and one ball for you', [2, 0, 0]],
    ['I want it all', [2, 3, 1]],
    ['you can have nothing', [2, 3, 1]],
    ['no , i take 1 of the hats', [0, 1, 0]],
    ['that is not enough for me. i get 2 hats and you get 2 books, 1 hat and the ball.', [0, 2, 0]],
    ['I love hats. Can I have the hats?', [0, 3, 0]],
    ['2 books for me , deal ?', [2, 0, 0]],
    ['what do you want ? i take 2 hats', [0, 2, 0]],
    ['I take the rest and you get the hats', [2, 0, 1]],
  ];
  test.each(proposals)('“%s”', (text, share) => expect(read(text)).toEqual({ kind: 'propose', share }));

  test.each([
    'Deal!',
    'Yes.',
    'ok, deal',
    "it's a deal",
    'I will take it',
    'I agree to your offer',
    'That sounds good to me',
  ])('“%s” accepts', (text) => expect(read(text)).toEqual({ kind: 'accept' }));

  test('saying yes to the very split on the table accepts it', () => {
    expect(read('yes, i take 1 book and 1 hat')).toEqual({ kind: 'accept' });
  });

  test.each([
    'I can’t accept that',
    'i do not agree',
    'not a good deal',
    'No deal.',
    'no',
    'no thanks',
    'i would never accept that',
  ])('“%s” rejects', (text) => expect(read(text)).toEqual({ kind: 'reject' }));

  test.each(['my offer stands', 'Same as before.', 'I insist!', 'i stay with my offer'])('“%s” insists', (text) =>
    expect(read(text)).toEqual({ kind: 'insist', share: bargaining.proposal }),
  );

  test('walking away needs plain words', () => {
    expect(read('i walk away')).toEqual({ kind: 'walk-away' });
    expect(read('i will leave you the hats').kind).not.toBe('walk-away');
  });

  test.each(['hello there', 'nice weather', '', '???', 'deal ?', 'ok'])('“%s” is talk', (text) =>
    expect(read(text)).toEqual({ kind: 'talk' }),
  );
});

describe('a deal is never guessed', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['i take 4 hats', 'only 3 hats'],
    ['i take -1 hats', 'only 3 hats'],
    ['i take 1.5 hats', 'only 3 hats'],
    ['i take 2 hats and you get 2 hats', 'add up'],
    ['2 hats for me and 1 book for you', 'add up'],
    ['2 hats', 'who gets'],
    ['everything', 'who gets'],
    ['you get the rest', 'rest of what'],
    ['i take the hat', 'say how many'],
    ['i take both hats', 'not two'],
    ['i take all 2 hats', 'not 2'],
    ['i take 1 hat and 2 hats', 'mentioned twice'],
    ['i take 0 hats', 'leaves open'],
    ['i take 2 hats and i take 1 hat', 'two different shares'],
    ['i take 2 hats for you', 'two owners'],
    ['i never take 2 hats', 'who gets'],
    ['i take 2 hats unless you object', 'unless'],
    ['i take 2 cats', 'cats'],
    ['let us split everything', 'split'],
    ['5', '5'],
    ['yes i take 2 books', 'both accepts'],
    ['deal , i insist', 'both accepts'],
    ['yes that does not work', 'both accepts'],
    ['i think that works for me', 'think'],
    ['my offer stands : i take 2 hats', 'both keeps'],
  ];
  test.each(refusals)('“%s”', (text, reason) => {
    const action = read(text);
    expect(action.kind).toBe('invalid');
    expect(action.kind === 'invalid' && action.reason.toLowerCase()).toContain(reason.toLowerCase());
  });

  test('there must be something to accept or to insist on', () => {
    expect(read('deal', opening)).toEqual({ kind: 'invalid', reason: 'There is no offer to accept yet.' });
    expect(read('i insist', opening)).toEqual({
      kind: 'invalid',
      reason: 'There is no earlier proposal to stay with.',
    });
  });
});

describe('whatever is said', () => {
  const templates = [FRAMES, OFFERS, CLAUSES, UTTERANCES, STRATEGIES].flatMap(everyText);
  const words = [...new Set(templates.flatMap((template) => template.match(/[\w']+(?![\w']*\})/g) ?? []))];
  const items = ITEMS.flatMap(({ singular, plural }) => [singular, plural]);
  const quantities = [
    '1',
    '2',
    '3',
    '9',
    'two',
    'a',
    'an',
    'all',
    'both',
    'nothing',
    'everything',
    'rest',
    'no',
    'the',
    'one',
    'it all',
    'half',
    'each',
  ];
  const wordSoup = fc.array(fc.constantFrom(...words, ...items, ...quantities, ',', '?', '.'), { maxLength: 14 });
  const anyCounts = fc.constantFrom(...everyCounts);

  test(
    'nothing throws, and a proposal fits the table',
    () => {
      const anyText = fc.oneof(
        fc.string({ unit: 'binary' }),
        wordSoup.map((soup) => soup.join(' ')),
      );
      fc.assert(
        fc.property(anyText, anyCounts, (text, table) => {
          const action = DealAction.parse(read(text, { counts: table, offer: [0, 0, 1], proposal: [1, 0, 0] }));
          if (action.kind !== 'propose') return;
          expect(Math.min(...action.share, ...complement(table, action.share))).toBeGreaterThanOrEqual(0);
        }),
        { numRuns: 3000, seed: 1 },
      );
    },
    PATIENCE_MS,
  );

  test('a text without a word of quantity is never a proposal', () => {
    const isQuantity = (word: string) => quantities.includes(word) || /^(?:others|half)$/.test(word);
    const quiet = fc.array(fc.constantFrom(...words.filter((word) => !isQuantity(word)), ...items, ',', '?'), {
      maxLength: 14,
    });
    fc.assert(
      fc.property(quiet, (soup) => read(soup.join(' ')).kind !== 'propose'),
      { numRuns: 3000, seed: 2 },
    );
  });

  test('whatever is said together: nobody agrees, leaves or proposes without a clause that does', () => {
    const clauses = (Object.keys(CLAUSES) as ClauseName[]).filter(
      (name) => !/^(?:accept|leaving|insist|final)/.test(name),
    );
    const texts = clauses.flatMap((name) => CLAUSES[name].flatMap(textsOf)).filter((text) => !text.includes('{'));
    const speech = fc.tuple(
      fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(' ', ', ', '. ', '! ', '? '),
    );
    fc.assert(
      fc.property(speech, ([said, between]) => {
        expect(['accept', 'walk-away', 'propose', 'insist']).not.toContain(read(said.join(between)).kind);
      }),
      { numRuns: 5000, seed: 5 },
    );
  });

  test.each([
    'sounds good to me?',
    'that works for me?',
    'i accept your offer?',
    'yes?',
    'good deal',
    'i accept, that is final',
  ])('“%s” agrees to nothing', (text) => expect(read(text).kind).not.toBe('accept'));

  test('a spoken share reads back in any case and spacing', () => {
    const spoken = anyCounts.chain((table) =>
      fc.record({
        table: fc.constant(table),
        share: fc.constantFrom(...allocations(table)),
        style: fc.constantFrom('plain', 'polite', 'firm', 'trade', 'fair' as const),
        seed: fc.integer(),
        isShouted: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(spoken, ({ table, share, style, seed, isShouted }) => {
        if (style === 'polite' || style === 'firm') fc.pre(Math.max(...share) > 0);
        const text = sayOffer(share, table, style, new RandomStream(seed)).replaceAll(' ', '  ');
        expect(read(isShouted ? text.toUpperCase() : text, { ...opening, counts: table })).toEqual({
          kind: 'propose',
          share,
        });
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});

/** Every string below a value. */
function everyText(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(everyText) : [];
}
