import type { Environment } from '../environment.ts';
import type { SocialAction } from './action.ts';
import { boardOf, viewOf } from './board.ts';
import { sampleScenario, scenariosOf } from './scenario.ts';
import type { SocialScenario } from './scenario.ts';
import { sightOf } from './sight.ts';
import { movingSeat, offerValue, proposalValue, seatToMove, startTalk, takeTurn, turnsLeft } from './state.ts';
import type { SocialState } from './state.ts';
import { readStrategyIn } from './strategy.ts';
import { readUtterance } from './utterance.ts';
import { socialYardsticks } from './yardsticks.ts';

/**
 * Two people who want something of each other: a ride, a loan, a secret kept or found out, a day to meet. Each has
 * private goals; what was said, and in which tone, is scored by exact rules.
 */
export const socialTasks: Environment<SocialState, SocialScenario, SocialAction> = {
  name: 'social',
  scenarios: scenariosOf,
  sampleScenario,
  start: startTalk,
  seatToMove,
  view: viewOf,
  board: (state, seat) => boardOf(sightOf(state, seat)),
  readAction: (state, utterance) => readUtterance(utterance, sightOf(state, movingSeat(state))),
  readStrategy: (state, strategy, action) => readStrategyIn(sightOf(state, movingSeat(state)), strategy, action),
  step: takeTurn,
  offerValue,
  proposalValue,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: socialYardsticks,
};
