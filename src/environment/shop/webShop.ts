import type { Environment } from '../environment.ts';
import { boardOf, viewOf } from './display.ts';
import type { ShopAction } from './page.ts';
import { readShopAction } from './readAction.ts';
import { sampleScenario, scenariosOf } from './scenarios.ts';
import type { ShopScenario } from './scenarios.ts';
import { pointsNow, seatToMove, startShopping, takeTurn, turnsLeft } from './state.ts';
import type { ShopState } from './state.ts';
import { readStrategyIn } from './strategies.ts';
import { shopYardsticks } from './yardsticks.ts';

/**
 * A shop after WebShop (Yao et al. 2022, arXiv 2207.01206): one seat searches a catalogue, looks at products, chooses
 * options and buys; the other seat is the shop, which shows a page after every action. Ours is small: made-up products,
 * pages of four, an exact word search, and a search box on every page.
 */
export const webShop: Environment<ShopState, ShopScenario, ShopAction> = {
  name: 'shop',
  scenarios: scenariosOf,
  sampleScenario,
  start: startShopping,
  seatToMove,
  view: (scenario, seat) => (seat === 0 ? viewOf(scenario) : 'shop'),
  board: (state, seat) => (seat === 0 ? boardOf(state) : ''),
  readAction: readShopAction,
  readStrategy: readStrategyIn,
  step: takeTurn,
  /** Points for buying the open product as it is chosen. */
  offerValue: (state, seat) => (seat === 0 && state.phase === 'shopping' ? pointsNow(state) : null),
  proposalValue: () => null,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: shopYardsticks,
};
