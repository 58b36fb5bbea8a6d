import type { Description } from '../environment.ts';
import { titleOf } from './catalogue.ts';
import { pageText } from './display.ts';
import type { ShopAction } from './page.ts';
import { wantedOptions } from './reward.ts';
import type { ShopScenario } from './scenarios.ts';
import type { ShopState } from './state.ts';

export const shopDescription: Description<ShopState, ShopScenario, ShopAction> = {
  label: 'Shop',
  about: 'A shopper searches a catalogue for something wanted, chooses options and buys, in ten steps.',
  seat: (_, seat) => (seat === 0 ? 'shopper' : 'the shop'),
  table: () => 'A catalogue of made-up products, four to a page',

  goal({ goal }, seat) {
    if (seat === 1) return null;
    const options = wantedOptions(goal).map(([name, value]) => `${name} ${value}`);
    return [[...goal.attributes, ...goal.kind.nouns].join(' '), ...options, `at most ${goal.priceLimit}`].join(' · ');
  },

  board: (state) => [
    { label: 'Page', text: placeText(state) },
    { label: 'It shows', text: pageText(state) },
  ],

  detail(action) {
    switch (action.kind) {
      case 'search':
        return action.words.join(' ');
      case 'look':
        return action.code;
      case 'choose':
        return action.value;
      case 'invalid':
        return action.reason;
      default:
        return null;
    }
  },
};

function placeText({ page }: ShopState): string {
  if (page.place === 'start') return 'entrance';
  return page.place === 'item' ? titleOf(page.product) : `results for ${page.words.join(' ')}`;
}
