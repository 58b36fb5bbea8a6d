import { expect, test } from 'vitest';
import type { ArmsScenario } from './scenarios.ts';
import { scenariosOf } from './scenarios.ts';
import { twoArms } from './twoArms.ts';

const scenario = (rounds: number): ArmsScenario => {
  const found = scenariosOf('train').find((candidate) => candidate.rounds === rounds);
  if (!found) throw new Error(`nobody plays ${rounds} rounds`);
  return found;
};
const play = (rounds: number, texts: readonly string[], turnLimit = 6) =>
  texts.reduce(
    (state, text) => twoArms.step(state, twoArms.readAction(state, text)),
    twoArms.start(scenario(rounds), turnLimit),
  );

test('a seat earns the mean of its own pulls, whatever the other pulls', () => {
  expect(twoArms.outcome(play(1, ['red', 'blue']))).toEqual({
    endReason: 'finished',
    points: [8, 2],
    isParetoOptimal: false,
  });
  expect(twoArms.outcome(play(3, ['red', 'red', 'blue', 'red', 'blue', 'red']))?.points).toEqual([4, 8]);
  expect(twoArms.outcome(play(1, ['I pull the red lever.', 'hmm']))?.points).toEqual([8, 0]);
});

test('one to three rounds, or as many turns as there are', () => {
  expect([1, 2, 3].map((rounds) => twoArms.turnsLeft(play(rounds, []), 0))).toEqual([1, 2, 3]);
  const cut = play(3, ['red', 'red', 'red'], 3);
  expect(twoArms.outcome(cut)?.endReason).toBe('turn-limit');
  expect(() => twoArms.step(cut, { kind: 'pull', lever: 'red' })).toThrow('over');
  expect(twoArms.board(play(2, ['red', 'blue']), 0)).toBe('turns 1 own red other blue');
});

test.each(['red or blue', 'not the red one', 'red?', 'green', ''])('“%s” names no lever', (text) => {
  expect(twoArms.readAction(play(1, []), text).kind).toBe('invalid');
});

test('which lever is better stands in no view and on no board', () => {
  for (const one of scenariosOf('test')) {
    expect(twoArms.view(one, 0)).toContain('red blue');
    expect(`${twoArms.view(one, 0)} ${twoArms.board(twoArms.start(one, 6), 0)}`).not.toMatch(/\b8\b|better|pays/);
  }
});
