import {
  knownLamp,
  nextStop,
  placedCount,
  placesToSearch,
  preparationLeft,
  soughtKinds,
  wantedObjects,
} from './house.ts';
import type { HouseholdScenario, HouseholdState } from './house.ts';
import { kindOf, LAMP } from './rooms.ts';
import { isOpen, seatToMove, startHousehold, takeTurn } from './state.ts';
import { actionFor, strategy } from './strategies.ts';
import type { Strategy } from './strategies.ts';

/**
 * What somebody does who knows houses: looks first where such things are kept, opens what is shut, makes the thing ready
 * and takes it to the nearest place of the right kind. Sees what the seat sees.
 */
export function expertStrategy(state: HouseholdState): Strategy {
  return state.held === null ? strategyWithout(state) : strategyWith(state, state.held);
}

/** Own turns in which the expert finishes the task; null when it needs more than `limit`. */
export function expertTurns(scenario: HouseholdScenario, limit: number): number | null {
  let state = startHousehold(scenario, 2 * limit);
  let turns = 0;
  while (seatToMove(state) === 0) {
    state = takeTurn(state, actionFor(expertStrategy(state), state));
    turns++;
    if (seatToMove(state) === 1) state = takeTurn(state, { kind: 'observation' });
  }
  return state.outcome?.endReason === 'finished' ? turns : null;
}

/** With empty hands: take what is wanted, or go where it was seen, or look for it. */
function strategyWithout(state: HouseholdState): Strategy {
  const { at, scenario, moved } = state;
  const isSecond = scenario.family === 'two' && placedCount(state) === 1;
  const [wanted] = wantedObjects(state);
  if (wanted) {
    const [object, place] = wanted;
    if (place !== at) return isSecond ? strategy('second', scenario.kind, place) : strategy('fetch', object, place);
    if (!isOpen(state, at)) return strategy('check', null, at);
    return strategy(moved.includes(object) ? 'recover' : 'take', object, null);
  }
  return search(state, scenario.kind, isSecond ? 'second' : 'search');
}

/** With something in hand: make it ready, then take it where it belongs. */
function strategyWith(state: HouseholdState, held: string): Strategy {
  const { at, scenario } = state;
  const { family, kind } = scenario;
  if (kindOf(held) !== kind) return putAside(state, held);
  if (family === 'look') {
    const lamp = knownLamp(state);
    return lamp ? strategy('lamp', null, lamp[1]) : search(state, LAMP, 'search');
  }
  const next = nextStop(state);
  const preparation = preparationLeft(state, held);
  if (preparation) return strategy(preparation, held, next);
  if (at === null || at !== next) return strategy('bring', held, next);
  return isOpen(state, at) ? strategy('put', held, at) : strategy('check', null, at);
}

function putAside(state: HouseholdState, held: string): Strategy {
  const { at, scenario } = state;
  if (at === null) return strategy('bring', held, scenario.places[0] ?? '');
  return isOpen(state, at) ? strategy('drop', held, null) : strategy('check', null, at);
}

/** Opens what is shut here, else goes to the likeliest place left: the first time by name, then “elsewhere”. */
function search(state: HouseholdState, kind: string, family: 'search' | 'second'): Strategy {
  const { at, seen } = state;
  if (at !== null && !isOpen(state, at) && !seen.includes(at)) return strategy('check', null, at);
  const [place] = placesToSearch(state, kind);
  if (place === undefined || !soughtKinds(state).includes(kind)) return strategy('look', null, null);
  const isFurtherOn = at !== null && seen.length > 1 && family === 'search';
  return isFurtherOn ? strategy('elsewhere', null, place) : strategy(family, kind, place);
}
