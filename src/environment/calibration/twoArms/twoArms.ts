import { otherSeat } from '../../../record/scenario.ts';
import type { Environment, Yardstick } from '../../environment.ts';
import { armsBareForm, bareLever } from './bareForm.ts';
import { armsDescription } from './description.ts';
import { LEVERS } from './language.ts';
import { ArmsScenario, MOST_ROUNDS, sampleScenario, scenariosOf } from './scenarios.ts';
import { ArmsAction, lastPull, outcomeOf, POINTS, seatToMove, startPulling, takeTurn, turnsLeft } from './state.ts';
import type { ArmsState } from './state.ts';
import { parseStrategy, readStrategy, readUtterance, sayLever } from './strategies.ts';

/**
 * The smallest dialogue there is: each seat in turn pulls one of two levers, one to three times, and earns the mean of what
 * they pay. The red one always pays more, so whatever learns at all learns this, and which way it goes is seen at once.
 */
export const twoArms: Environment<ArmsState, ArmsScenario, ArmsAction> = {
  name: 'two-arms',
  description: armsDescription,
  scenarioSchema: ArmsScenario,
  actionSchema: ArmsAction,
  turnLimit: 2 * MOST_ROUNDS,
  scenarios: scenariosOf,
  sampleScenario,
  start: startPulling,
  seatToMove,

  /** `levers red blue you maria with tom in the hall rounds 2`. */
  view: ({ names, place, rounds }, seat) =>
    `levers ${LEVERS.join(' ')} you ${names[seat]} with ${names[otherSeat(seat)]} ${place} rounds ${rounds}`,

  /** `turns 1 own red other blue`: own turns left, the last pull of both. */
  board: (state, seat) =>
    `turns ${turnsLeft(state, seat)} own ${lastPull(state, seat) ?? 'none'} other ${lastPull(state, otherSeat(seat)) ?? 'none'}`,

  readAction: (_, utterance) => readUtterance(utterance),
  readStrategy: (_, strategy, action) => readStrategy(strategy, action),

  carryOut(_, text, random) {
    const strategy = parseStrategy(text);
    return strategy ? sayLever(strategy.family, random) : bareLever(text);
  },

  step: takeTurn,
  turnsLeft,
  outcome: outcomeOf,
  yardsticks: () => YARDSTICKS,
  goalStrategy: () => LEVERS[0],
  bareForm: armsBareForm,
};

const YARDSTICKS: readonly Yardstick[] = [
  { label: 'the worse lever', points: POINTS.blue, source: 'computed' },
  { label: 'either', points: (POINTS.red + POINTS.blue) / 2, source: 'computed' },
  { label: 'the better lever', points: POINTS.red, source: 'computed' },
];
