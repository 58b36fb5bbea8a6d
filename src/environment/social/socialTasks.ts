import type { Environment } from '../environment.ts';
import { SocialAction } from './action.ts';
import { boardOf, viewOf } from './board.ts';
import { socialDescription } from './description.ts';
import { termsOf } from './favour.ts';
import { sampleScenario, scenariosOf, SocialScenario } from './scenario.ts';
import { sightOf } from './sight.ts';
import { movingSeat, offerValue, proposalValue, seatToMove, startTalk, takeTurn, turnsLeft } from './state.ts';
import type { SocialState } from './state.ts';
import { actOf, parseStrategy, readStrategyIn } from './strategy.ts';
import { readUtterance, writeUtterance } from './utterance.ts';
import { socialYardsticks } from './yardsticks.ts';

/**
 * Two people who want something of each other: a ride, a loan, a secret kept or found out, a day to meet. Each has
 * private goals; what was said, and in which tone, is scored by exact rules.
 */
export const socialTasks: Environment<SocialState, SocialScenario, SocialAction> = {
  name: 'social',
  description: socialDescription,
  scenarioSchema: SocialScenario,
  actionSchema: SocialAction,
  turnLimit: 10,
  scenarios: scenariosOf,
  sampleScenario,
  start: startTalk,
  seatToMove,
  view: viewOf,
  board: (state, seat) => boardOf(sightOf(state, seat)),
  readAction: (state, utterance) => readUtterance(utterance, sightOf(state, movingSeat(state))),
  readStrategy: (state, strategy, action) => readStrategyIn(sightOf(state, movingSeat(state)), strategy, action),

  carryOut(state, text, random) {
    const [strategy, sight] = [parseStrategy(text), sightOf(state, movingSeat(state))];
    const act = strategy && actOf(strategy, sight);
    return act && writeUtterance(act, sight, random);
  },

  step: takeTurn,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: socialYardsticks,
  offerValue,
  proposalValue,
  isProposal: (action) => action.kind === 'day' || (action.kind !== 'invalid' && termsOf(action) !== null),
};
