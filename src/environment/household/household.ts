import type { Environment } from '../environment.ts';
import { householdDescription, taskText } from './description.ts';
import {
  contentsOf,
  HouseholdAction,
  HouseholdScenario,
  isReady,
  knownLamp,
  neededCondition,
  nextStop,
  placedCount,
  placesToSearch,
  wantedObjects,
} from './house.ts';
import type { HouseholdState } from './house.ts';
import { actionText, readActionOn } from './readAction.ts';
import { kindOf, LAMP } from './rooms.ts';
import { sampleScenario, scenariosOf } from './scenarios.ts';
import { isOpen, seatToMove, startHousehold, takeTurn, turnsLeft } from './state.ts';
import { actionFor, fittingStrategies, isSameStrategy, parseStrategy, readStrategyOn } from './strategies.ts';
import { householdYardsticks } from './yardsticks.ts';

/**
 * A house in words, after ALFWorld (Shridhar et al. 2021, arXiv 2010.03768): seat 0 walks about a room, finds things and
 * does what the task asks for with them; seat 1 is the house, which says what is to be seen. 10 points when the task is done.
 *
 * Differs from ALFWorld: one room of at most eleven places, at most a dozen things; two things count as placed on any
 * two places of the kind asked for; what cannot be washed or cooked is refused.
 */
export const household: Environment<HouseholdState, HouseholdScenario, HouseholdAction> = {
  name: 'household',
  description: householdDescription,
  scenarioSchema: HouseholdScenario,
  actionSchema: HouseholdAction,
  /** Fifteen steps; whoever knows houses needs thirteen at most. ALFWorld allows fifty. */
  turnLimit: 30,
  scenarios: scenariosOf,
  sampleScenario,
  start: startHousehold,
  seatToMove,

  /** `put hot mug in cabinet places fridge 1 microwave 1 …` */
  view: (scenario, seat) => (seat === 0 ? `${taskText(scenario)} places ${scenario.places.join(' ')}` : 'the house'),

  /**
   * `12 at table 1 here egg 2 fork 1 hold nothing new shelf 1`, `11 at table 1 hold mug 2 hot no next microwave 1`: turns left,
   * where, what lies there, what is held, how far the task is; then where to take it (`wrong` when nobody asked for it), or what
   * was seen and is still wanted, or where one has not looked yet.
   */
  board(state, seat) {
    const held = ` hold ${state.held ?? 'nothing'}${phaseText(state)}`;
    return `${turnsLeft(state, seat)} at ${placeText(state)}${held}${nextText(state)}${searchText(state)}`;
  },

  readAction: readActionOn,
  readStrategy: readStrategyOn,

  carryOut(state, text) {
    const strategy = parseStrategy(text);
    const applies = strategy && fittingStrategies(state).some((fitting) => isSameStrategy(fitting, strategy));
    return applies ? actionText(actionFor(strategy, state)) : null;
  },

  step: takeTurn,
  turnsLeft,
  outcome: ({ outcome }) => outcome,
  yardsticks: householdYardsticks,
  worldReply: ({ observation }) => observation,
};

/** Where the seat stands and, for empty hands, what lies there. */
function placeText(state: HouseholdState): string {
  const { at, held } = state;
  if (at === null) return 'middle';
  if (!isOpen(state, at)) return `${at} closed`;
  if (held !== null) return at;
  const here = contentsOf(state, at);
  return `${at} here ${here.length > 0 ? here.join(' ') : 'nothing'}`;
}

function nextText(state: HouseholdState): string {
  const { held, scenario } = state;
  if (held !== null && kindOf(held) !== scenario.kind) return ' wrong';
  const next = nextStop(state);
  if (next === null) return '';
  return next === state.at ? ' next here' : ` next ${next}`;
}

function phaseText(state: HouseholdState): string {
  const { held, scenario } = state;
  const needed = neededCondition(scenario);
  if (scenario.family === 'two') return ` placed ${placedCount(state)}`;
  return needed === null || held === null ? '' : ` ${needed} ${isReady(state, held) ? 'yes' : 'no'}`;
}

/**
 * The next thing that was seen and is still wanted, or the lamp when that is what is missing; before that, where nobody has
 * looked yet, the likeliest place first.
 */
function searchText(state: HouseholdState): string {
  const { held, scenario } = state;
  if (held !== null && scenario.family !== 'look') return '';
  const next = held === null ? wantedObjects(state)[0] : knownLamp(state);
  const sought = held === null ? scenario.kind : LAMP;
  return next ? ` seen ${next[0]} ${next[1]}` : ['', 'new', ...placesToSearch(state, sought)].join(' ');
}
