import { expect, test } from 'vitest';
import type { Outcome } from '../../environment.ts';
import { guessTheNumber } from './guessTheNumber.ts';
import { allScenarios, scenariosOf } from './scenarios.ts';
import type { GuessScenario } from './scenarios.ts';
import { hintFor, startGuessing, takeTurn } from './state.ts';
import type { GuessAction, GuessState } from './state.ts';

function hidden(number: number): GuessScenario {
  const scenario = allScenarios().find((candidate) => candidate.number === number);
  if (!scenario) throw new Error(`no scenario hides ${number}`);
  return scenario;
}

/** The state after these words of the guesser, each answered by the world. */
function play(number: number, words: readonly string[], turnLimit = 16): GuessState {
  const say = (state: GuessState, text: string) => takeTurn(state, guessTheNumber.readAction(state, text));
  return words.reduce<GuessState>(
    (state, text) => {
      const asked = say(state, text);
      return asked.phase === 'over' ? asked : say(asked, guessTheNumber.worldReply?.(asked) ?? '');
    },
    startGuessing(hidden(number), turnLimit),
  );
}

const board = (state: GuessState) => guessTheNumber.board(state, 0);
const outcome = (state: GuessState): Outcome | null => guessTheNumber.outcome(state);

test('the board narrows with the answers and looks up every number that a strategy may mean', () => {
  expect(board(play(37, []))).toBe('left 8 low 1 25 middle 50 high 76 100 last none');
  expect(board(play(37, ['Is it 50?']))).toBe('left 7 low 1 13 middle 25 high 37 49 last 50 49 51');
  expect(board(play(37, ['Is it 50?', '25, I guess.']))).toBe('left 6 low 26 31 middle 37 high 44 49 last 25 24 26');
  expect(board(play(37, ['Is it 100?']))).toBe('left 7 low 1 25 middle 50 high 75 99 last 100 99 none');
  expect(board(play(37, ['50', '20', '60']))).toBe('left 5 low 21 28 middle 35 high 42 49 last 60 59 61');
});

test('found is worth 10, in the last guess too; everything else 0', () => {
  expect(outcome(play(37, ['50', '25', '37']))).toEqual({
    endReason: 'finished',
    points: [10, 0],
    isParetoOptimal: true,
  });
  const wasted = ['Blah.', 'How are you?', '37 or 38', '1', '2', '3', '4'];
  expect(outcome(play(37, [...wasted, '37']))?.points).toEqual([10, 0]);
  expect(outcome(play(37, [...wasted, '36']))).toEqual({
    endReason: 'turn-limit',
    points: [0, 0],
    isParetoOptimal: false,
  });
  expect(outcome(play(37, ['50', 'I give up.']))?.endReason).toBe('walk-away');
  expect(outcome(play(37, ['37'], 1))?.points).toEqual([10, 0]); // nobody is left to answer
});

test('the middle finds every number in 7 guesses', () => {
  for (let number = 1; number <= 100; number++) {
    let state = play(number, []);
    for (let guess = 0; guess < 7 && state.phase === 'guessing'; guess++) {
      state = takeTurn(state, { kind: 'guess', number: Math.floor((state.low + state.high) / 2) });
      state = takeTurn(state, { kind: 'answer', hint: hintFor(state) });
    }
    expect(outcome(state)?.points[0]).toBe(10);
  }
});

test('the world answers by what is hidden, whatever it says, and the guesser never sees that number', () => {
  const asked = takeTurn(play(37, []), { kind: 'guess', number: 50 });
  const answer: GuessAction = { kind: 'answer', hint: 'lower' };
  expect(guessTheNumber.readAction(asked, 'Higher, of course!')).toEqual(answer);
  expect(guessTheNumber.worldReply?.(asked)).toBe(guessTheNumber.worldReply?.(asked));
  expect(guessTheNumber.view(hidden(37), 0)).not.toContain('37');
  expect(guessTheNumber.view(hidden(37), 1)).toContain('37');
});

test('the given state is left untouched, and a finished game cannot be played on', () => {
  const start = Object.freeze(play(37, []));
  const before = JSON.stringify(start);
  takeTurn(start, { kind: 'guess', number: 4 });
  expect(JSON.stringify(start)).toBe(before);
  expect(() => takeTurn(play(37, ['37']), { kind: 'talk' })).toThrow('over');
  expect(() => startGuessing(hidden(1), 0)).toThrow(RangeError);
});

test('every number is hidden in every split', () => {
  for (const split of ['train', 'validation', 'test'] as const) {
    expect(new Set(scenariosOf(split).map(({ number }) => number)).size).toBe(100);
  }
});

test('yardsticks: blind 0.77, inside the range 6.55, the middle 10', () => {
  const points = guessTheNumber.yardsticks().map((yardstick) => yardstick.points);
  expect(points[0]).toBeCloseTo(10 * (1 - 0.99 ** 8), 10);
  expect(points[1]).toBeCloseTo(6.552, 3);
  expect(points[2]).toBeCloseTo(10, 10);
});
