import type { Yardstick } from '../../environment.ts';
import { HIGHEST, LOWEST } from './scenarios.ts';

const GUESSES = 8;
const POINTS = 10;
const NUMBERS = HIGHEST - LOWEST + 1;

/** Expected points, exact over the hidden number, with 8 guesses. */
export function guessYardsticks(): readonly Yardstick[] {
  return [
    { label: 'any number, answers ignored', points: POINTS * blindChance(), source: 'computed' },
    { label: 'any number still possible', points: POINTS * chanceToFind(uniformly), source: 'computed' },
    { label: 'always the middle', points: POINTS * chanceToFind(theMiddle), source: 'computed' },
  ];
}

/** Chance that one of 8 independent draws hits. */
function blindChance(): number {
  return 1 - (1 - 1 / NUMBERS) ** GUESSES;
}

/** Weight of each position among `size` numbers still possible. */
type Rule = (position: number, size: number) => number;
const uniformly: Rule = (_, size) => 1 / size;
const theMiddle: Rule = (position, size) => (position === Math.floor((size - 1) / 2) ? 1 : 0);

/**
 * Chance of finding a uniformly hidden number: with `f(n, g)` the expected count of the `n` possible numbers that `g`
 * guesses find, a guess at position `k` finds one, and leaves `k` below and `n - 1 - k` above:
 * `f(n, g) = sum_k w(k, n) (1 + f(k, g - 1) + f(n - 1 - k, g - 1))`.
 */
function chanceToFind(rule: Rule): number {
  let found = Array.from({ length: NUMBERS + 1 }, () => 0);
  for (let guess = 0; guess < GUESSES; guess++) {
    const before = found;
    const foundOf = (size: number) => before[size] ?? 0;
    found = before.map((_, size) => {
      let sum = 0;
      for (let below = 0; below < size; below++) {
        sum += rule(below, size) * (1 + foundOf(below) + foundOf(size - 1 - below));
      }
      return sum;
    });
  }
  return (found[NUMBERS] ?? 0) / NUMBERS;
}
