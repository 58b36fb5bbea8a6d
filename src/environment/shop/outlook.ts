import { codesOn, productAt } from './page.ts';
import type { ItemPage, Page } from './page.ts';
import type { OptionName } from './language.ts';
import { wantedOptions } from './reward.ts';
import type { Goal } from './reward.ts';
import type { ShopState } from './state.ts';

/** What a page means for the task: all that the board tells a shopper. */

/** Code of the best-ranked product on the page that is within the limit and was not looked at; null when none is. */
export function firstWithinLimit(state: ShopState): string | null {
  return withinLimit(state)[0] ?? null;
}

/** The same for the cheapest; of equally cheap ones the better-ranked. */
export function cheapestWithinLimit(state: ShopState): string | null {
  const { page } = state;
  if (page.place !== 'results') return null;
  return (
    withinLimit(state).toSorted((one, other) => productAt(page, one).price - productAt(page, other).price)[0] ?? null
  );
}

/** How a wanted option stands on an open product: the value chosen, still `open`, or not on offer (`absent`). */
export function optionStatus({ product, chosen }: ItemPage, name: OptionName, wanted: string): string {
  return chosen[name] ?? (product.options[name].includes(wanted) ? 'open' : 'absent');
}

export function missingAttributes({ product }: ItemPage, { attributes }: Goal): readonly string[] {
  return attributes.filter((attribute) => !product.attributes.includes(attribute));
}

/** Values of wanted options that the open product does not come in. */
export function missingValues({ product }: ItemPage, goal: Goal): readonly string[] {
  return wantedOptions(goal).flatMap(([name, value]) => (product.options[name].includes(value) ? [] : [value]));
}

/** Values of wanted options that the open product comes in and that are not chosen yet. */
export function openValues({ product, chosen }: ItemPage, goal: Goal): readonly string[] {
  return wantedOptions(goal).flatMap(([name, value]) =>
    product.options[name].includes(value) && chosen[name] !== value ? [value] : [],
  );
}

/** The words of the search that led to this page; none at the start. */
export function searchedWords(page: Page): readonly string[] {
  if (page.place === 'start') return [];
  return page.place === 'item' ? page.results.words : page.words;
}

function withinLimit({ page, scenario, seen }: ShopState): readonly string[] {
  if (page.place !== 'results') return [];
  return codesOn(page).filter((code) => {
    const { number, price } = productAt(page, code);
    return price <= scenario.goal.priceLimit && !seen.includes(number);
  });
}
