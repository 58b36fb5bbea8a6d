import { expect, test } from 'vitest';
import type { Episode } from '../../record/episode.ts';
import { fixtureEpisode, fixtureTurns } from '../fixtures.ts';
import { divergenceOf, pairEpisodes } from './samePlay.ts';

const turns = fixtureTurns();

test('two dialogues differ first in a strategy, in words, or where one of them ends', () => {
  expect(divergenceOf(turns, turns)).toBeNull();
  const otherWords = turns.map((turn) => (turn.turnIndex === 2 ? { ...turn, utterance: 'no' } : turn));
  expect(divergenceOf(turns, otherWords)).toEqual({ turnIndex: 2, what: 'words' });
  const otherStrategy = otherWords.map((turn) => (turn.turnIndex === 1 ? { ...turn, strategy: 'wait' } : turn));
  expect(divergenceOf(turns, otherStrategy)).toEqual({ turnIndex: 1, what: 'strategy' });
  expect(divergenceOf(turns, turns.slice(0, 4))).toEqual({ turnIndex: 4, what: 'end' });
});

const episode = (episodeId: string, scenarioId: string): Episode => {
  const made = fixtureEpisode(episodeId);
  return { ...made, scenario: { ...made.scenario, id: scenarioId } };
};

test('with one seed, dialogues that drew the same numbers are paired, wherever they stand', () => {
  const first = { seed: 1, episodes: [episode('0-0', 'x'), episode('0-1', 'x'), episode('0-2', 'y')] };
  const second = { seed: 1, episodes: [episode('0-1', 'x'), episode('0-0', 'x'), episode('0-2', 'z')] };
  const pairs = pairEpisodes(first, second);
  expect(pairs.map(({ first: a, second: b, sharesDraws }) => [a.episodeId, b.episodeId, sharesDraws])).toEqual([
    ['0-0', '0-0', true],
    ['0-1', '0-1', true],
  ]);
});

test('with other seeds the scenario alone pairs them, each dialogue once', () => {
  const first = { seed: 1, episodes: [episode('0-0', 'x'), episode('0-1', 'x')] };
  const second = { seed: 2, episodes: [episode('0-0', 'y'), episode('0-1', 'x')] };
  const pairs = pairEpisodes(first, second);
  expect(pairs.map(({ first: a, second: b, sharesDraws }) => [a.episodeId, b.episodeId, sharesDraws])).toEqual([
    ['0-0', '0-1', false],
  ]);
});
