import { expect, test } from 'vitest';
import { fixtureEpisode } from '../fixtures.ts';
import type { Episode } from '../../record/episode.ts';
import { allFamilies, matches, NO_FILTER, type EpisodeFilter } from './episodeFilter.ts';

const deal = fixtureEpisode('e1'); // agreed at 6 : 8, Pareto-optimal
const failed = { ...deal, endReason: 'walk-away' as const, points: [0, 0] as [number, number], isParetoOptimal: false };

const passes = (episode: Episode, changes: Partial<EpisodeFilter>, alarms: readonly number[] = []) =>
  matches(episode, { ...NO_FILTER, ...changes }, new Set(alarms));

test('no filter lets everything through', () => {
  expect([deal, failed].map((episode) => passes(episode, {}))).toEqual([true, true]);
});

test('outcomes tell deals, fair deals and failures apart', () => {
  const wasteful = { ...deal, isParetoOptimal: false };
  const kept = (outcome: 'deal' | 'pareto' | 'no deal') =>
    [deal, wasteful, failed].map((episode) => passes(episode, { outcome }));
  expect(kept('deal')).toEqual([true, true, false]);
  expect(kept('pareto')).toEqual([true, false, false]);
  expect(kept('no deal')).toEqual([false, false, true]);
});

test('points ask for the better seat', () => {
  expect(passes(deal, { pointsAtLeast: 8 })).toBe(true);
  expect(passes(deal, { pointsAtLeast: 9 })).toBe(false);
});

test('text is found in strategies and in public words', () => {
  expect(passes(deal, { text: 'HOLD firm' })).toBe(true);
  expect(passes(deal, { text: 'care about the books' })).toBe(true);
  expect(passes(deal, { text: 'umbrella' })).toBe(false);
});

test('no match spans two texts', () => {
  const [first] = deal.turns;
  expect(first && passes(deal, { text: `${first.strategy} ${first.utterance}` })).toBe(false);
});

const hold = { family: 'hold', isApplicable: true, isFollowed: null };
const turnsOf = (families: readonly (string | null)[]) =>
  deal.turns.map((turn, index) => ({ ...turn, strategyReading: { ...hold, family: families[index] ?? null } }));

test('a family asks for one turn of it; what cannot be read is a family too', () => {
  const mixed = { ...deal, turns: turnsOf(['ask', 'hold']) };
  expect(allFamilies([mixed, deal])).toEqual(['ask', 'hold', 'not readable']);
  expect([passes(mixed, { family: 'hold' }), passes(deal, { family: 'hold' })]).toEqual([true, false]);
  expect(passes(mixed, { family: 'not readable' })).toBe(true);
});

test('alarms ask for the updates after which one rang', () => {
  expect(passes(deal, { isAlarming: true }, [0])).toBe(true);
  expect(passes(deal, { isAlarming: true }, [1])).toBe(false);
});
