import { assertNever } from '../../base/errors.ts';
import { titleOf } from './catalogue.ts';
import { OPTION_NAMES } from './language.ts';
import { cheapestWithinLimit, firstWithinLimit, missingAttributes, optionStatus } from './outlook.ts';
import { codesOn, hasNext, hasPrevious, productAt } from './page.ts';
import type { ItemPage, ResultsPage } from './page.ts';
import { wantedOptions } from './reward.ts';
import type { Goal } from './reward.ts';
import type { ShopScenario } from './scenarios.ts';
import { turnsLeft } from './state.ts';
import type { ShopState } from './state.ts';

/** `find soft cotton shirt color red size m under 40`. */
export function viewOf({ goal }: ShopScenario): string {
  return `find ${goalWords(goal)} under ${goal.priceLimit}`;
}

function goalWords(goal: Goal): string {
  const options = wantedOptions(goal).map(([name, value]) => `${name} ${value}`);
  return [...goal.attributes, ...goal.kind.nouns, ...options].join(' ');
}

/** What the shop shows after the last action. */
export function pageText({ page, lastAction }: ShopState): string {
  if (lastAction?.kind === 'invalid') return 'nothing happens';
  if (lastAction?.kind === 'choose') return `chosen ${lastAction.value}`;
  switch (page.place) {
    case 'start':
      return 'welcome to the shop';
    case 'results':
      return resultsText(page);
    case 'item':
      return itemText(page);
    default:
      return assertNever(page);
  }
}

/**
 * Own steps left, where the shopper is, the price limit, and what the page means for the task. On results: the words that
 * were searched for, `first`, the best-ranked, and `cheap`, the cheapest product within the limit that was not looked at
 * yet, and what is wanted. On a product: whether the price fits, how many of the wanted attributes it has, and how the
 * wanted options stand, then all that can be chosen.
 * `9 results limit 40 for cotton shirt first b2 cheap b4 want soft cotton shirt color red size m`,
 * `8 item limit 40 price ok match 1 2 color red blue size m absent choose red green blue s l xl`.
 */
export function boardOf(state: ShopState): string {
  const { page, scenario } = state;
  const { goal } = scenario;
  const head = `${turnsLeft(state, 0)} ${page.place} limit ${goal.priceLimit}`;
  switch (page.place) {
    case 'start':
      return head;
    case 'results': {
      const within = `first ${firstWithinLimit(state) ?? 'none'} cheap ${cheapestWithinLimit(state) ?? 'none'}`;
      return `${head} for ${page.words.join(' ')} ${within} want ${goalWords(goal)}`;
    }
    case 'item': {
      const price = page.product.price <= goal.priceLimit ? 'ok' : 'high';
      const options = wantedOptions(goal).map(
        ([name, value]) => ` ${name} ${value} ${optionStatus(page, name, value)}`,
      );
      const matches = goal.attributes.length - missingAttributes(page, goal).length;
      const offered = OPTION_NAMES.flatMap((name) => page.product.options[name]);
      const choose = offered.length > 0 ? ` choose ${offered.join(' ')}` : '';
      return `${head} price ${price} match ${matches} ${goal.attributes.length}${options.join('')}${choose}`;
    }
    default:
      return assertNever(page);
  }
}

/** `b1 soft cotton shirt 25 b2 slim warm shirt 31 … next`. */
function resultsText(page: ResultsPage): string {
  if (page.results.length === 0) return 'no results';
  const entries = codesOn(page).map((code) => {
    const product = productAt(page, code);
    return `${code} ${titleOf(product)} ${product.price}`;
  });
  return [...entries, ...(hasPrevious(page) ? ['prev'] : []), ...(hasNext(page) ? ['next'] : [])].join(' ');
}

/** `b1 soft cotton warm shirt 25 color red blue green black size s m xl`. */
function itemText({ code, product }: ItemPage): string {
  const options = OPTION_NAMES.filter((name) => product.options[name].length > 0).map((name) =>
    [name, ...product.options[name]].join(' '),
  );
  return [code, ...product.attributes, ...product.kind.nouns, product.price, ...options].join(' ');
}
