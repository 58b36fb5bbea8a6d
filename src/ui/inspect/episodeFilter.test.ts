import { expect, test } from 'vitest';
import { fixtureEpisode } from '../fixtures.ts';
import { matches, NO_FILTER } from './episodeFilter.ts';

const deal = fixtureEpisode('e1'); // agreed at 6 : 8, Pareto-optimal
const failed = { ...deal, endReason: 'walk-away' as const, points: [0, 0] as [number, number], isParetoOptimal: false };

test('no filter lets everything through', () => {
  expect([deal, failed].map((episode) => matches(episode, NO_FILTER))).toEqual([true, true]);
});

test('outcomes tell deals, fair deals and failures apart', () => {
  const wasteful = { ...deal, isParetoOptimal: false };
  const kept = (outcome: 'deal' | 'pareto' | 'no deal') =>
    [deal, wasteful, failed].map((episode) => matches(episode, { ...NO_FILTER, outcome }));
  expect(kept('deal')).toEqual([true, true, false]);
  expect(kept('pareto')).toEqual([true, false, false]);
  expect(kept('no deal')).toEqual([false, false, true]);
});

test('points ask for the better seat', () => {
  expect(matches(deal, { ...NO_FILTER, pointsAtLeast: 8 })).toBe(true);
  expect(matches(deal, { ...NO_FILTER, pointsAtLeast: 9 })).toBe(false);
});

test('text is found in strategies and in public words', () => {
  expect(matches(deal, { ...NO_FILTER, text: 'HOLD firm' })).toBe(true);
  expect(matches(deal, { ...NO_FILTER, text: 'care about the books' })).toBe(true);
  expect(matches(deal, { ...NO_FILTER, text: 'umbrella' })).toBe(false);
});
