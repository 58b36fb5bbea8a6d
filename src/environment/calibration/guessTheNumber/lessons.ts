import { writeText } from '../../grammar.ts';
import type { Lessons } from '../../lessons.ts';
import { guessTheNumber } from './guessTheNumber.ts';
import { FOREIGN_STRATEGIES, NOISE, STRATEGIES } from './language.ts';
import { createPlayer, drawApplicable, isApplicable } from './players.ts';
import { HIGHEST, LOWEST } from './scenarios.ts';
import type { GuessScenario } from './scenarios.ts';
import { say, tooMuch, writeUtterance } from './speech.ts';
import type { GuessAction, GuessState } from './state.ts';
import type { GuessStrategy } from './strategies.ts';

/** How guessing is taught: bisectors and worse, to whom the world answers. The guesser knows nothing private. */
export const guessTheNumberLessons: Lessons<GuessState, GuessStrategy, GuessScenario, GuessAction> = {
  environment: guessTheNumber,
  createPlayer: (_scenario, _seat, random) => createPlayer(random),

  drawStrategy: drawApplicable,

  drawMisfit(state, random) {
    const unfit = (['repeat', 'oneMore', 'oneLess'] as const).filter(
      (family) => !isApplicable({ family, number: null }, state),
    );
    const templates = [...FOREIGN_STRATEGIES, ...unfit.flatMap((family) => STRATEGIES[family])];
    return writeText(random.pick(templates), random, { tooMuch: tooMuch(random) });
  },

  strategyText: ({ family, number }, random) =>
    writeText(random.pick(STRATEGIES[family]), random, { number: String(number) }),

  utterance: writeUtterance,
  noise: (state, random) => say(state, random, [random.pick(NOISE)], LOWEST + random.index(HIGHEST)),

  isLeak: () => false,
};
