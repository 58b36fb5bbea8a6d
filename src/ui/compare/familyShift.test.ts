import { expect, test } from 'vitest';
import type { Episode } from '../../record/episode.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { fixtureEpisode } from '../fixtures.ts';
import { familyNames, familyShift, firstAndLast } from './familyShift.ts';

/** Turns of seats 0, 1, 0 …, each with this strategy and the family of its first word. */
function episodeWith(strategies: readonly string[], trainedSeats: SeatIndex[] = [0, 1]): Episode {
  const episode = fixtureEpisode('e');
  const turns = strategies.map((strategy, index) => {
    const [word = ''] = strategy.split(' ');
    const turn = episode.turns[index];
    if (!turn) throw new Error('more strategies than turns');
    return {
      ...turn,
      strategy,
      strategyReading: { family: word === '?' ? null : word, isApplicable: true, isFollowed: null },
    };
  });
  return { ...episode, trainedSeats, turns };
}

test('shares are of the trained seats’ strategies, before and after', () => {
  const shift = familyShift([episodeWith(['ask a', 'ask a', 'hold b', '? c'])], [episodeWith(['hold b', 'hold d'])]);
  expect(shift.families).toEqual([
    { family: 'hold', before: 0.25, after: 1 },
    { family: 'ask', before: 0.5, after: 0 },
    { family: 'not readable', before: 0.25, after: 0 },
  ]);
  expect([shift.beforeCount, shift.afterCount]).toEqual([4, 2]);
  expect([shift.wordingsBefore, shift.wordingsAfter]).toEqual([3, 2]);
  expect(shift.newWordingShare).toBe(0.5); // "hold d" of "hold b" and "hold d"
});

test('a seat that was not trained says nothing about the training', () => {
  const shift = familyShift([], [episodeWith(['ask a', 'hold b', 'ask c'], [1])]);
  expect(shift.families).toEqual([{ family: 'hold', before: 0, after: 1 }]);
  expect(familyShift([], []).newWordingShare).toBeNull();
});

test('families of several runs come by their largest share in any', () => {
  const one = familyShift([episodeWith(['ask a'])], [episodeWith(['hold a', 'ask b'])]);
  const two = familyShift([episodeWith(['yield a', 'yield b', 'yield c', 'hold d'])], []);
  expect(familyNames([one, two])).toEqual(['ask', 'yield', 'hold']);
});

test('the first and the last updates never overlap; a single one is only after', () => {
  expect(firstAndLast([0, 1, 2, 3, 4], 4)).toEqual({ first: [0, 1], last: [3, 4] });
  expect(firstAndLast([0, 1, 2, 3, 4, 5], 2)).toEqual({ first: [0, 1], last: [4, 5] });
  expect(firstAndLast([7], 4)).toEqual({ first: [], last: [7] });
  expect(firstAndLast([], 4)).toEqual({ first: [], last: [] });
});
