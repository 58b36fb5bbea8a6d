import type { Environment } from '../../environment.ts';
import { bareGuess, guessBareForm } from './bareForm.ts';
import { guessDescription } from './description.ts';
import { readGuess } from './readAction.ts';
import { GuessScenario, HIGHEST, LOWEST, sampleScenario, scenariosOf } from './scenarios.ts';
import { answerFor, writeUtterance } from './speech.ts';
import { GuessAction, hintFor, middleOf, quartersOf, seatToMove, startGuessing, takeTurn, turnsLeft } from './state.ts';
import type { GuessState } from './state.ts';
import { parseStrategy, readStrategyFor, strategyTarget } from './strategies.ts';
import { guessYardsticks } from './yardsticks.ts';

/**
 * The smallest game in which a strategy decides everything: seat 0 looks for a hidden whole number from 1 to 100 in 8
 * guesses, seat 1 is the world and says `higher`, `lower` or `correct`. Found is worth 10 points, everything else 0, so
 * that nothing but finding it is learned: the middle finds every number in 7 guesses. A calibration, not a contest.
 */
export const guessTheNumber: Environment<GuessState, GuessScenario, GuessAction> = {
  name: 'guess-the-number',
  description: guessDescription,
  scenarioSchema: GuessScenario,
  actionSchema: GuessAction,
  /** 8 guesses and 8 answers. */
  turnLimit: 16,
  scenarios: scenariosOf,
  sampleScenario,
  start: startGuessing,
  seatToMove,

  /** Who has counted what; the world also sees how many. */
  view({ name, unit, place, number }, seat) {
    const story = `${name} ${unit} ${place}`;
    return seat === 0 ? `guess ${LOWEST} ${HIGHEST} ${story}` : `answer ${number} ${story}`;
  },

  /**
   * `left 8 low 1 25 middle 50 high 75 100 last 37 36 38`: guesses left, the lowest number still possible and the one a
   * quarter up, the middle, the one a quarter down and the highest, the last guess with one less and one more.
   */
  board(state, seat) {
    const { low, high, last } = state;
    const [nearLow, nearHigh] = quartersOf(state);
    const lastText = last === null ? 'none' : [last, ...[last - 1, last + 1].map(numberText)].join(' ');
    const range = `low ${low} ${nearLow} middle ${middleOf(state)} high ${nearHigh} ${high}`;
    return `left ${turnsLeft(state, seat)} ${range} last ${lastText}`;
  },

  readAction(state, utterance) {
    const seat = seatToMove(state);
    if (seat === null) throw new Error('guessTheNumber: the game is over, nobody is to speak');
    return seat === 0 ? readGuess(utterance) : { kind: 'answer', hint: hintFor(state) };
  },

  readStrategy: readStrategyFor,

  carryOut(state, text, random) {
    const strategy = parseStrategy(text);
    if (strategy && strategyTarget(strategy, state).kind !== 'inapplicable')
      return writeUtterance(strategy, state, random);
    const guess = bareGuess(text, state);
    return guess === null ? null : `${guess}`;
  },

  step: takeTurn,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: guessYardsticks,
  goalStrategy: ({ number }, seat) => (seat === 0 ? `guess ${number}` : null),
  worldReply: answerFor,
  bareForm: guessBareForm,
};

function numberText(number: number): string {
  return number >= LOWEST && number <= HIGHEST ? String(number) : 'none';
}
