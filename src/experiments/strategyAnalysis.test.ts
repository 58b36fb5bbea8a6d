import { expect, test } from 'vitest';
import type { EpisodeResult } from '../record/experiment.ts';
import { novelty, strategiesIn, strategyUse, totalVariation } from './strategyAnalysis.ts';

const turn = (strategy: string | null, family: string | null, seat: 0 | 1 = 0) => ({
  seat,
  strategy,
  family,
  isApplicable: family !== null,
  isFollowed: true,
  utterance: 'hi',
  kind: 'talk',
});
const dialogue = (...turns: ReturnType<typeof turn>[]): EpisodeResult => ({
  index: 0,
  scenario: 's',
  cluster: 'c',
  seat: 0,
  points: 5,
  partnerPoints: 5,
  endReason: 'agreement',
  isParetoOptimal: false,
  turns,
});

const one = dialogue(
  turn('ask for it all', 'all'),
  turn('x', 'y', 1),
  turn('ask for it all', 'all'),
  turn('say yes', 'accept'),
);
const two = dialogue(turn('ask them', 'ask'), turn('say yes', 'accept'));

test('only the measured seat counts, and every own turn has its phase', () => {
  expect(strategiesIn(one).map(({ phase }) => phase)).toEqual(['first', 'middle', 'last']);
  expect(strategiesIn(dialogue(turn('a', null))).map(({ phase }) => phase)).toEqual(['first']);
});

test('variety by hand', () => {
  const use = strategyUse([one, two]);
  expect(use).toMatchObject({ strategies: 5, texts: 3, unreadable: 0, repeated: 1 / 3 });
  expect(use.distinct1).toBeCloseTo(7 / 14, 12); // ask for it all say yes them
  expect(use.distinct2).toBeCloseTo(5 / 9, 12);
  expect([...use.families]).toEqual([
    ['accept', 0.4],
    ['all', 0.4],
    ['ask', 0.2],
  ]);
  expect([...use.byPhase.last]).toEqual([['accept', 1]]);
});

test('novelty: nothing against oneself; against another what that never wrote', () => {
  expect(novelty([one], [one])).toMatchObject({ newTexts: 0, newPairs: 0, familyShift: 0, examples: [] });
  const found = novelty([one], [two]);
  expect(found.newTexts).toBeCloseTo(2 / 3, 12);
  expect(found.examples).toEqual([{ text: 'ask for it all', count: 2 }]);
  // “ask for it all” has 4 words and 3 pairs, of which the other knows one word.
  expect(found.newPairs).toBeCloseTo((2 * (6 / 7)) / 3, 12);
  expect(found.familyShift).toBeCloseTo(2 / 3, 12);
});

test('the distance of distributions is the share to be exchanged', () => {
  expect(totalVariation(new Map([['a', 1]]), new Map([['b', 1]]))).toBe(1);
  expect(
    totalVariation(
      new Map([
        ['a', 0.5],
        ['b', 0.5],
      ]),
      new Map([
        ['a', 0.25],
        ['b', 0.75],
      ]),
    ),
  ).toBe(0.25);
});
