import { RandomStream } from '../../../base/random.ts';
import { asSentence, writeText } from '../../grammar.ts';
import {
  ANSWERS,
  GUESS_CLOSERS,
  GUESSES,
  HESITATIONS,
  OPENERS,
  QUESTIONS,
  REPEATED_GUESSES,
  SURRENDERS,
} from './language.ts';
import { HIGHEST } from './scenarios.ts';
import { hintFor, turnsLeft } from './state.ts';
import type { GuessState } from './state.ts';
import { strategyTarget } from './strategies.ts';
import type { GuessStrategy } from './strategies.ts';

/** What carries the strategy out. */
export function writeUtterance(strategy: GuessStrategy, state: GuessState, random: RandomStream): string {
  const target = strategyTarget(strategy, state);
  const opener = random.pick(OPENERS);
  switch (target.kind) {
    case 'guess': {
      const bodies = strategy.family === 'repeat' ? [...GUESSES, ...REPEATED_GUESSES] : GUESSES;
      return say(state, random, [opener, random.pick(bodies), random.pick(GUESS_CLOSERS)], target.number);
    }
    case 'ask':
      return say(state, random, [opener, random.pick(QUESTIONS)]);
    case 'talk':
      return say(state, random, [opener, random.pick(HESITATIONS)]);
    case 'walk-away':
      return say(state, random, [opener, random.pick(SURRENDERS)]);
    case 'inapplicable':
      throw new Error(`writeUtterance: ${strategy.family} does not apply here`);
  }
}

/** What the world answers. Worded by the scenario and the turn: the same state always hears the same. */
export function answerFor(state: GuessState): string {
  const random = new RandomStream(0, 'answer', state.scenario.id, state.turnIndex);
  const hint = hintFor(state);
  if (hint === 'correct' || hint === 'none') return say(state, random, [random.pick(ANSWERS[hint])]);
  const closer = turnsLeft(state, 0) > 0 ? random.pick(ANSWERS.closers) : '';
  return say(state, random, [random.pick(ANSWERS.openers), random.pick(ANSWERS[hint]), closer]);
}

/** One text of the templates in a row, each sentence with its capital. */
export function say(
  state: GuessState,
  random: RandomStream,
  templates: readonly string[],
  number: number | null = state.openGuess,
): string {
  const { name, unit, place } = state.scenario;
  const slots = { name: asSentence(name), unit, place, number: String(number), tooMuch: tooMuch(random) };
  const texts = templates.map((template) => writeText(template, random, slots)).filter((text) => text !== '');
  return texts.join(' ').replace(/(?:^|[.?!] )[a-z]/g, (start) => start.toUpperCase());
}

export function tooMuch(random: RandomStream): string {
  return String(HIGHEST + 1 + random.index(900));
}
