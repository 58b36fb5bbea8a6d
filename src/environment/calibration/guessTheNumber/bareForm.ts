import type { BareDecision, BareForm } from '../../bareForm.ts';
import { HIGHEST, LOWEST, scenariosOf } from './scenarios.ts';
import type { GuessScenario } from './scenarios.ts';
import { middleOf, quartersOf } from './state.ts';
import type { Knowledge } from './state.ts';

/** Five numbers inside what is possible. */
const WORDS = ['middle', 'lowest', 'low', 'high', 'highest'] as const;
const NUMBERS = Array.from({ length: HIGHEST - LOWEST + 1 }, (_, index) => `${LOWEST + index}`);
const SCENARIOS = 2;
/** After none, one and two guesses: long enough ago for nothing to be found by chance. */
const WORDS_BEFORE = [[], ['lowest'], ['lowest', 'highest']] as const;

let decisions: readonly BareDecision<GuessScenario>[] | undefined;

/** The strategy is a way to guess. `middle`: how often the policy takes the best of them, early in the game. */
export const guessBareForm: BareForm<GuessScenario> = {
  words: WORDS,
  vocabulary: ['guess', 'left', 'last', 'none', ...NUMBERS],

  get decisions() {
    const hidden = scenariosOf('test').filter(({ number }) => number > LOWEST && number < HIGHEST);
    decisions ??= hidden
      .slice(0, SCENARIOS)
      .flatMap((scenario) => WORDS_BEFORE.map((wordsBefore) => ({ scenario, wordsBefore })));
    return decisions;
  },

  measures(probabilities) {
    return { middle: probabilities.reduce((sum, row) => sum + (row[0] ?? NaN), 0) / probabilities.length };
  },
};

/** The number that the word means now; null when it is none of the five. */
export function bareGuess(word: string, knowledge: Knowledge): number | null {
  const [nearLow, nearHigh] = quartersOf(knowledge);
  switch (word) {
    case 'middle':
      return middleOf(knowledge);
    case 'lowest':
      return knowledge.low;
    case 'low':
      return nearLow;
    case 'high':
      return nearHigh;
    case 'highest':
      return knowledge.high;
    default:
      return null;
  }
}
