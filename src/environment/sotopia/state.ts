import type { SeatIndex } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import type { SotopiaAction } from './action.ts';
import { outcomeOf } from './outcome.ts';
import type { SotopiaScenario } from './scenario.ts';
import { endingOf, seatOfTurn } from './talk.ts';
import type { Talk } from './talk.ts';
import { hear, openTerms } from './terms.ts';

export type SotopiaState =
  (Talk & { readonly phase: 'talking' }) | (Talk & { readonly phase: 'over'; readonly outcome: Outcome });

export function startTalk(scenario: SotopiaScenario, turnLimit: number): SotopiaState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startTalk: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  return { phase: 'talking', scenario, turnLimit, actions: [], terms: openTerms(scenario.issues) };
}

export function seatToMove(state: SotopiaState): SeatIndex | null {
  return state.phase === 'over' ? null : seatOfTurn(state.actions.length);
}

/** The seat to move, for what only makes sense while somebody is to speak. */
export function movingSeat(state: SotopiaState): SeatIndex {
  const seat = seatToMove(state);
  if (seat === null) throw new Error('movingSeat: the dialogue is over, nobody is to speak');
  return seat;
}

export function turnsLeft(state: SotopiaState, seat: SeatIndex): number {
  if (state.phase === 'over') return 0;
  const remaining = state.turnLimit - state.actions.length;
  return seatOfTurn(state.actions.length) === seat ? Math.ceil(remaining / 2) : Math.floor(remaining / 2);
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: SotopiaState, action: SotopiaAction): SotopiaState {
  const seat = movingSeat(state);
  const { scenario, turnLimit, actions, terms } = state;
  const talk: Talk = {
    scenario,
    turnLimit,
    actions: [...actions, action],
    terms: action.kind === 'speak' ? hear(terms, scenario.issues, seat, action.text) : terms,
  };
  const ending = endingOf(talk);
  return ending ? { ...talk, phase: 'over', outcome: outcomeOf(talk, ending) } : { ...talk, phase: 'talking' };
}
