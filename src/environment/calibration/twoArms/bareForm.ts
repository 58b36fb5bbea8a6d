import type { BareForm } from '../../bareForm.ts';
import { LEVERS } from './language.ts';
import type { Lever } from './language.ts';
import { MOST_ROUNDS, scenariosOf } from './scenarios.ts';
import type { ArmsScenario } from './scenarios.ts';

const SCENARIOS = 2;

/** The strategy is the lever. `better`: how often the policy pulls the better one, over both seats and all rounds. */
export const armsBareForm: BareForm<ArmsScenario> = {
  words: LEVERS,
  vocabulary: 'levers you with rounds turns own other none 1 2 3'.split(' '),

  get decisions() {
    const longest = scenariosOf('test').filter(({ rounds }) => rounds === MOST_ROUNDS);
    return longest.slice(0, SCENARIOS).flatMap((scenario) =>
      Array.from({ length: 2 * MOST_ROUNDS }, (_, turn) => ({
        scenario,
        wordsBefore: Array.from({ length: turn }, (__, index) => LEVERS[index % 2 === 0 ? 0 : 1]),
      })),
    );
  },

  measures(probabilities) {
    return { better: probabilities.reduce((sum, row) => sum + (row[0] ?? NaN), 0) / probabilities.length };
  },
};

/** The lever that the word names; null when it names none. */
export function bareLever(word: string): Lever | null {
  return LEVERS.find((lever) => lever === word) ?? null;
}
