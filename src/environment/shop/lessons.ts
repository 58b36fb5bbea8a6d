import { writeText } from '../grammar.ts';
import type { Lessons } from '../lessons.ts';
import { drawMisfit, drawStrategy } from './drawStrategy.ts';
import { NOISE } from './language.ts';
import type { ShopAction } from './page.ts';
import { createShopper, drawTemperament } from './players.ts';
import { actionText } from './readAction.ts';
import type { ShopScenario } from './scenarios.ts';
import { wantedWords } from './scenarios.ts';
import type { ShopState } from './state.ts';
import { actionFor, strategyText } from './strategies.ts';
import type { Strategy } from './strategies.ts';
import { webShop } from './webShop.ts';

/** How the shop teaches: shoppers of six temperaments, and the shop's own pages. */
export const shopLessons: Lessons<ShopState, Strategy, ShopScenario, ShopAction> = {
  environment: webShop,
  createPlayer: (_scenario, _seat, random) => createShopper(drawTemperament(random)),
  drawStrategy,
  hardFamilies: ['search', 'broaden', 'narrow', 'chooseWanted'],
  drawMisfit,
  strategyText,

  utterance(strategy, state) {
    const action = actionFor(strategy, state);
    if (!action) throw new Error(`shopLessons: “${strategy.family}” does not apply here`);
    return actionText(action);
  },

  noise: ({ scenario }, random) =>
    writeText(random.pick(NOISE), random, {
      words: wantedWords(scenario.goal).join(' '),
      code: `b${1 + random.index(8)}`,
    }),

  /** A shopper has nothing to hide. */
  isLeak: () => false,
};
