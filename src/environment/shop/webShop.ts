import type { Environment } from '../environment.ts';
import { shopDescription } from './description.ts';
import { boardOf, pageText, viewOf } from './display.ts';
import { ShopAction } from './page.ts';
import { actionText, readShopAction } from './readAction.ts';
import { sampleScenario, scenariosOf, ShopScenario } from './scenarios.ts';
import { pointsNow, seatToMove, startShopping, takeTurn, turnsLeft } from './state.ts';
import type { ShopState } from './state.ts';
import { actionFor, parseStrategy, readStrategyIn } from './strategies.ts';
import { shopYardsticks } from './yardsticks.ts';

/**
 * A shop after WebShop (Yao et al. 2022, arXiv 2207.01206): one seat searches a catalogue, looks at products, chooses
 * options and buys; the other seat is the shop, which shows a page after every action. Ours is small: made-up products,
 * pages of four, an exact word search, and a search box on every page.
 */
export const webShop: Environment<ShopState, ShopScenario, ShopAction> = {
  name: 'shop',
  description: shopDescription,
  scenarioSchema: ShopScenario,
  actionSchema: ShopAction,
  /** Ten steps of the shopper, ten pages of the shop. */
  turnLimit: 20,
  scenarios: scenariosOf,
  sampleScenario,
  start: startShopping,
  seatToMove,
  view: (scenario, seat) => (seat === 0 ? viewOf(scenario) : 'shop'),
  board: (state, seat) => (seat === 0 ? boardOf(state) : ''),
  readAction: readShopAction,
  readStrategy: readStrategyIn,

  carryOut(state, text) {
    const strategy = parseStrategy(text);
    const action = strategy && actionFor(strategy, state);
    return action && actionText(action);
  },

  step: takeTurn,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: shopYardsticks,
  worldReply: pageText,
  /** Points for buying the open product as it is chosen. */
  offerValue: (state, seat) => (seat === 0 && state.phase === 'shopping' ? pointsNow(state) : null),
};
