import { RandomStream } from '../../base/random.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { Environment } from '../environment.ts';
import { BargainAction } from './actions.ts';
import { bargainDescription } from './description.ts';
import { nashPrice, valueOf } from './payoff.ts';
import { readUtterance } from './readAction.ts';
import { BargainScenario, BUYER, sampleScenario, scenariosOf } from './scenarios.ts';
import { boardText, tableOf, tableToMove } from './seatTable.ts';
import { writeUtterance } from './speech.ts';
import { seatToMove, startBargain, takeTurn, turnsLeft } from './state.ts';
import type { BargainState } from './state.ts';
import { actionOf, parseStrategy, readStrategyOn, strategyText } from './strategies.ts';
import { bargainYardsticks } from './yardsticks.ts';

/**
 * A buyer (seat 0, who opens) and a seller haggle over one item. Each has a limit that the other does not know; most
 * often, but not always, some price suits both. `payoff.ts` says what a deal and what leaving earns.
 */
export const priceBargaining: Environment<BargainState, BargainScenario, BargainAction> = {
  name: 'price-bargaining',
  description: bargainDescription,
  scenarioSchema: BargainScenario,
  actionSchema: BargainAction,
  turnLimit: 10,
  scenarios: scenariosOf,
  sampleScenario,
  start: startBargain,
  seatToMove,

  /** `buyer item bike list 60 flaw scratch merit clean highest price 52` */
  view({ item, listPrice, flaw, merit, limits }, seat) {
    const [side, limit] = seat === BUYER ? ['buyer', 'highest'] : ['seller', 'lowest'];
    return `${side} item ${item} list ${listPrice} flaw ${flaw} merit ${merit} ${limit} price ${limits[seat]}`;
  },

  board: (state, seat) => boardText(tableOf(state, seat)),
  readAction: (state, utterance) => readUtterance(utterance, tableToMove(state)),
  readStrategy: (state, strategy, action) => readStrategyOn(tableToMove(state), strategy, action),

  carryOut(state, text, random) {
    const [strategy, table] = [parseStrategy(text), tableToMove(state)];
    return strategy && actionOf(strategy, table) ? writeUtterance(strategy, table, random) : null;
  },

  step: takeTurn,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: bargainYardsticks,

  offerValue(state, seat) {
    const price = state.phase === 'over' ? null : state.prices[otherSeat(seat)];
    return price === null ? null : valueOf(state.scenario, seat, price);
  },

  proposalValue(state, seat) {
    const price = state.prices[seat];
    return price === null ? null : valueOf(state.scenario, seat, price);
  },

  isProposal: ({ kind }) => kind === 'offer',

  /** To offer the Nash price; where no price suits both there is nothing to offer. */
  goalStrategy(scenario) {
    const price = nashPrice(scenario);
    return price === null ? null : strategyText({ family: 'offer', price }, new RandomStream(0, 'goal strategy'));
  },
};
