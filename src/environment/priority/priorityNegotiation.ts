import type { SeatIndex } from '../../record/scenario.ts';
import type { Environment } from '../environment.ts';
import { PriorityAction } from './action.ts';
import { priorityDescription } from './description.ts';
import { pointsOfRaw } from './division.ts';
import { PriorityScenario, sampleScenario, scenariosOf } from './scenarios.ts';
import { advisedTable, boardOf, viewOf } from './seat.ts';
import { readUtterance } from './speech.ts';
import { rawWorth, seatToMove, standingOffer, startCamp, takeTurn, turnsLeft } from './state.ts';
import type { PriorityState } from './state.ts';
import { parseStrategy, readStrategyOn, targetOf } from './strategies.ts';
import { writeUtterance } from './utterance.ts';
import { priorityYardsticks } from './yardsticks.ts';

/**
 * Two campers divide 3 packages each of food, water and firewood, in the manner of CaSiNo (Chawla et al. 2021). Each
 * ranks the items in private: 5, 4 and 3 raw points a package. Without a deal, whether somebody walks away or time runs
 * out, each has 5 raw points. Points are raw points × 10/36.
 */
export const priorityNegotiation: Environment<PriorityState, PriorityScenario, PriorityAction> = {
  name: 'priority-negotiation',
  description: priorityDescription,
  scenarioSchema: PriorityScenario,
  actionSchema: PriorityAction,
  turnLimit: 10,
  scenarios: scenariosOf,
  sampleScenario,
  start: startCamp,
  seatToMove,
  view: viewOf,
  board: boardOf,
  readAction: (state, utterance) => readUtterance(state, speaker(state), utterance),
  readStrategy: (state, strategy, action) => readStrategyOn(advisedTable(state, speaker(state)), strategy, action),

  carryOut(state, text, random) {
    const [strategy, seat] = [parseStrategy(text), speaker(state)];
    const applies = strategy && targetOf(strategy, advisedTable(state, seat)).kind !== 'inapplicable';
    return applies ? writeUtterance(strategy, state, seat, random) : null;
  },

  step: takeTurn,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: priorityYardsticks,

  offerValue(state, seat) {
    const offer = standingOffer(state, seat);
    return offer && pointsOfRaw(rawWorth(state, seat, offer));
  },

  proposalValue(state, seat) {
    const proposal = state.proposals[seat];
    return proposal && pointsOfRaw(rawWorth(state, seat, proposal));
  },

  isProposal: ({ kind }) => kind === 'propose',
};

/** The seat to move. */
export function speaker(state: PriorityState): SeatIndex {
  const seat = seatToMove(state);
  if (seat === null) throw new Error('priorityNegotiation: the dialogue is over, nobody is to speak');
  return seat;
}
