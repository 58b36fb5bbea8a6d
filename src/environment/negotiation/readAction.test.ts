import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Action } from '../../record/episode.ts';
import type { Triple } from '../../record/scenario.ts';
import { allocations, complement } from './division.ts';
import { fillTemplate, ITEMS, KINDS, OPENERS, PROPOSALS, renderProposal, STRATEGIES, UTTERANCES } from './language.ts';
import { readUtterance } from './readAction.ts';
import { allScenarios } from './scenarios.ts';

const counts: Triple = [2, 3, 1];
const bargaining = { counts, offer: [1, 1, 0] as Triple, proposal: [2, 0, 1] as Triple };
const opening = { counts, offer: null, proposal: null };
const read = (text: string, table: Parameters<typeof readUtterance>[1] = bargaining) => readUtterance(text, table);
const everyCounts = [...new Map(allScenarios().map((scenario) => [scenario.counts.join(), scenario.counts])).values()];

describe('the language of the built-in speaker', () => {
  test('every proposal template reads back as its share, for every table and every share, with every opener', () => {
    for (const table of everyCounts) {
      for (const share of allocations(table)) {
        for (const template of PROPOSALS) {
          const action = read(renderProposal(template, share, table), { ...opening, counts: table });
          expect(action, `${template} of ${table.join()}`).toEqual({ kind: 'propose', share });
        }
      }
    }
    for (const opener of OPENERS) {
      expect(read(`${opener} i take 2 hats and you get the rest`)).toEqual({ kind: 'propose', share: [0, 2, 0] });
    }
  });

  test.each(['accept', 'reject', 'ask', 'tell', 'deny'] as const)('every “%s” utterance reads as meant', (family) => {
    for (const opener of ['', ...OPENERS]) {
      for (const template of UTTERANCES[family]) {
        for (const kind of KINDS) {
          const text = `${opener} ${fillTemplate(template, [kind])}`;
          expect(read(text).kind, text).toBe(family === 'deny' ? 'tell' : family);
        }
      }
    }
  });
});

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
  const templates = [
    ...PROPOSALS,
    ...Object.values(UTTERANCES).flat(),
    ...Object.values(STRATEGIES).flatMap((s) => s.templates),
  ];
  const words = [
    ...new Set(templates.flatMap((template) => template.split(' ')).filter((word) => !word.includes('{'))),
  ];
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
  ];
  const wordSoup = fc.array(fc.constantFrom(...words, ...items, ...quantities, ',', '?', '.'), { maxLength: 14 });
  const anyCounts = fc.constantFrom(...everyCounts);

  test('nothing throws, and a proposal fits the table', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      wordSoup.map((soup) => soup.join(' ')),
    );
    fc.assert(
      fc.property(anyText, anyCounts, (text, table) => {
        const action = Action.parse(read(text, { counts: table, offer: [0, 0, 1], proposal: [1, 0, 0] }));
        if (action.kind !== 'propose') return;
        expect(Math.min(...action.share, ...complement(table, action.share))).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

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

  test('a rendered share reads back in any case and spacing', () => {
    const rendered = anyCounts.chain((table) =>
      fc.record({
        table: fc.constant(table),
        share: fc.constantFrom(...allocations(table)),
        template: fc.constantFrom(...PROPOSALS),
        isShouted: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(rendered, ({ table, share, template, isShouted }) => {
        const text = renderProposal(template, share, table).replaceAll(' ', '  ');
        expect(read(isShouted ? text.toUpperCase() : text, { ...opening, counts: table })).toEqual({
          kind: 'propose',
          share,
        });
      }),
      { seed: 3 },
    );
  });
});
