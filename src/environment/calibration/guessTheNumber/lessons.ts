import { RandomStream } from '../../../base/random.ts';
import { asSentence, writeText } from '../../grammar.ts';
import type { Lessons } from '../../lessons.ts';
import { guessTheNumber } from './guessTheNumber.ts';
import {
  ANSWERS,
  FOREIGN_STRATEGIES,
  GUESS_CLOSERS,
  GUESSES,
  HESITATIONS,
  NOISE,
  OPENERS,
  QUESTIONS,
  REPEATED_GUESSES,
  STRATEGIES,
  SURRENDERS,
} from './language.ts';
import { createPlayer, drawApplicable, isApplicable } from './players.ts';
import { HIGHEST, LOWEST } from './scenarios.ts';
import type { GuessScenario } from './scenarios.ts';
import { hintFor, turnsLeft } from './state.ts';
import type { GuessAction, GuessState } from './state.ts';
import { strategyTarget } from './strategies.ts';
import type { GuessStrategy } from './strategies.ts';

/** 8 guesses and 8 answers. */
const TURN_LIMIT = 16;

/** How guessing is taught: bisectors and worse, to whom the world answers. The guesser knows nothing private. */
export const guessTheNumberLessons: Lessons<GuessState, GuessStrategy, GuessScenario, GuessAction> = {
  environment: guessTheNumber,
  turnLimit: TURN_LIMIT,
  createPlayer: (_scenario, _seat, random) => createPlayer(random),

  /** Worded by the scenario and the turn: the same state always hears the same. */
  worldReply(state) {
    const random = new RandomStream(0, 'answer', state.scenario.id, state.turnIndex);
    const hint = hintFor(state);
    if (hint === 'correct' || hint === 'none') return say(state, random, [random.pick(ANSWERS[hint])]);
    const closer = turnsLeft(state, 0) > 0 ? random.pick(ANSWERS.closers) : '';
    return say(state, random, [random.pick(ANSWERS.openers), random.pick(ANSWERS[hint]), closer]);
  },

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

  utterance(strategy, state, random) {
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
        throw new Error(`utterance: ${strategy.family} does not apply here`);
    }
  },

  noise: (state, random) => say(state, random, [random.pick(NOISE)], LOWEST + random.index(HIGHEST)),

  isLeak: () => false,
};

/** One text of the templates in a row, each sentence with its capital. */
function say(
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

function tooMuch(random: RandomStream): string {
  return String(HIGHEST + 1 + random.index(900));
}
