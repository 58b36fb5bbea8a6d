import type { SeatIndex } from '../../record/scenario.ts';
import type { Environment } from '../environment.ts';
import type { PriorityAction } from './action.ts';
import { pointsOfRaw } from './division.ts';
import { sampleScenario, scenariosOf } from './scenarios.ts';
import type { PriorityScenario } from './scenarios.ts';
import { advisedTable, boardOf, viewOf } from './seat.ts';
import { readUtterance } from './speech.ts';
import { rawWorth, seatToMove, standingOffer, startCamp, takeTurn, turnsLeft } from './state.ts';
import type { PriorityState } from './state.ts';
import { readStrategyOn } from './strategies.ts';
import { priorityYardsticks } from './yardsticks.ts';

/**
 * Two campers divide 3 packages each of food, water and firewood, in the manner of CaSiNo (Chawla et al. 2021). Each
 * ranks the items in private: 5, 4 and 3 raw points a package. Without a deal, whether somebody walks away or time runs
 * out, each has 5 raw points. Points are raw points × 10/36.
 */
export const priorityNegotiation: Environment<PriorityState, PriorityScenario, PriorityAction> = {
  name: 'priority-negotiation',
  scenarios: scenariosOf,
  sampleScenario,
  start: startCamp,
  seatToMove,
  view: viewOf,
  board: boardOf,
  readAction: (state, utterance) => readUtterance(state, speaker(state), utterance),
  readStrategy: (state, strategy, action) => readStrategyOn(advisedTable(state, speaker(state)), strategy, action),
  step: takeTurn,

  offerValue(state, seat) {
    const offer = standingOffer(state, seat);
    return offer && pointsOfRaw(rawWorth(state, seat, offer));
  },

  proposalValue(state, seat) {
    const proposal = state.proposals[seat];
    return proposal && pointsOfRaw(rawWorth(state, seat, proposal));
  },

  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: priorityYardsticks,
};

/** The seat to move. */
export function speaker(state: PriorityState): SeatIndex {
  const seat = seatToMove(state);
  if (seat === null) throw new Error('priorityNegotiation: the dialogue is over, nobody is to speak');
  return seat;
}
