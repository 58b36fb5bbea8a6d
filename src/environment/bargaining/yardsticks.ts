import { RandomStream } from '../../base/random.ts';
import type { Yardstick } from '../environment.ts';
import { nashPrice, pointsOfDeal, pointsOfLeaving } from './payoff.ts';
import { createPlayer } from './players.ts';
import { HIGHEST_PRICE, LOWEST_PRICE, scenariosOf } from './scenarios.ts';
import type { BargainScenario } from './scenarios.ts';
import { tableToMove } from './seatTable.ts';
import { seatToMove, startBargain, takeTurn } from './state.ts';
import { actionOf } from './strategies.ts';

const TURN_LIMIT = 10;
const PRICES = Array.from({ length: HIGHEST_PRICE - LOWEST_PRICE + 1 }, (_, index) => LOWEST_PRICE + index);

let yardsticks: readonly Yardstick[] | undefined;

/** What points mean: chance, rule-made players, and the fair deal of somebody who knows both limits. Computed once. */
export function bargainYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    { label: 'random legal play', points: meanPoints(randomPlayPoints), source: 'computed' },
    { label: 'rule-made players', points: meanOver(scenariosOf('validation'), playerPoints), source: 'computed' },
    { label: 'Nash price, both limits known', points: meanPoints(nashPoints), source: 'computed' },
  ];
  return yardsticks;
}

/**
 * Both seats draw uniformly from every legal price and, once there is one, accepting theirs: each of the later turns
 * accepts with probability 1/(n + 1), and what is accepted is any price.
 */
function randomPlayPoints(scenario: BargainScenario): number {
  const agreementShare = 1 - (PRICES.length / (PRICES.length + 1)) ** (TURN_LIMIT - 1);
  return agreementShare * mean(PRICES.map((price) => mean(pointsOfDeal(scenario, price).points)));
}

/** Two players of any temperament, a fixed stream for each scenario. */
function playerPoints(scenario: BargainScenario): number {
  const random = new RandomStream(1, 'price-bargaining', 'yardstick', scenario.id);
  const players = [createPlayer(random), createPlayer(random)] as const;
  let state = startBargain(scenario, TURN_LIMIT);
  for (let seat = seatToMove(state); seat !== null; seat = seatToMove(state)) {
    const action = actionOf(players[seat].chooseStrategy(state, random), tableToMove(state));
    if (!action) throw new Error('playerPoints: a player chose a strategy that does not apply');
    state = takeTurn(state, action);
  }
  return state.phase === 'over' ? mean(state.outcome.points) : 0;
}

function nashPoints(scenario: BargainScenario): number {
  const price = nashPrice(scenario);
  return mean((price === null ? pointsOfLeaving(scenario) : pointsOfDeal(scenario, price)).points);
}

function meanPoints(pointsIn: (scenario: BargainScenario) => number): number {
  return meanOver((['train', 'validation', 'test'] as const).flatMap(scenariosOf), pointsIn);
}

function meanOver(scenarios: readonly BargainScenario[], pointsIn: (scenario: BargainScenario) => number): number {
  return mean(scenarios.map(pointsIn));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
