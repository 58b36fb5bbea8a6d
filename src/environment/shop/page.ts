import { z } from 'zod';
import { assertNever } from '../../base/errors.ts';
import { productNumbered } from './catalogue.ts';
import type { Product } from './catalogue.ts';
import { optionOf } from './language.ts';
import type { Chosen } from './reward.ts';
import { PAGE_SIZE } from './scenarios.ts';
import { findProducts } from './search.ts';

/** What an utterance did. `page` is the shop's own turn; `invalid` changes nothing but uses up the turn. */
export const ShopAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('search'), words: z.array(z.string()).readonly() }),
  z.strictObject({ kind: z.literal('look'), code: z.string() }),
  z.strictObject({ kind: z.literal('choose'), value: z.string() }),
  z.strictObject({ kind: z.enum(['next', 'previous', 'back', 'buy', 'page']) }),
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type ShopAction = z.infer<typeof ShopAction>;

export interface ResultsPage {
  readonly place: 'results';
  readonly words: readonly string[];
  /** Catalogue numbers of all results, best first. */
  readonly results: readonly number[];
  /** Rank of the first result on the page. */
  readonly firstRank: number;
}

export interface ItemPage {
  readonly place: 'item';
  readonly code: string;
  readonly product: Product;
  readonly chosen: Chosen;
  /** The page of results that it was opened from. */
  readonly results: ResultsPage;
}

export type Page = { readonly place: 'start' } | ResultsPage | ItemPage;

/**
 * The page that an action leads to; null when it cannot be done on this one. Unlike WebShop there is a search box on
 * every page, and leaving a product forgets what was chosen.
 */
export function pageAfter(page: Page, action: ShopAction): Page | null {
  switch (action.kind) {
    case 'search':
      return action.words.length > 0 ? openResults(action.words) : null;
    case 'look':
      return page.place === 'results' && codesOn(page).includes(action.code) ? openItem(page, action.code) : null;
    case 'choose':
      return page.place === 'item' ? chooseOn(page, action.value) : null;
    case 'next':
      return page.place === 'results' && hasNext(page) ? turnPage(page, PAGE_SIZE) : null;
    case 'previous':
      return page.place === 'results' && hasPrevious(page) ? turnPage(page, -PAGE_SIZE) : null;
    case 'back':
      return page.place === 'item' ? page.results : null;
    case 'buy':
      return page.place === 'item' ? page : null;
    case 'page':
    case 'invalid':
      return page;
    default:
      return assertNever(action);
  }
}

/** `b1` is the first result of the search, whatever the page. */
export function codesOn({ results, firstRank }: ResultsPage): readonly string[] {
  return results.slice(firstRank, firstRank + PAGE_SIZE).map((_, index) => `b${firstRank + index + 1}`);
}

/** The product behind a code of the search. */
export function productAt({ results }: ResultsPage, code: string): Product {
  const number = results[Number(code.slice(1)) - 1];
  if (number === undefined) throw new RangeError(`productAt: the search found no ${code}`);
  return productNumbered(number);
}

export function hasNext({ results, firstRank }: ResultsPage): boolean {
  return firstRank + PAGE_SIZE < results.length;
}

export function hasPrevious({ firstRank }: ResultsPage): boolean {
  return firstRank > 0;
}

function openResults(words: readonly string[]): ResultsPage {
  return { place: 'results', words, results: findProducts(words), firstRank: 0 };
}

function openItem(results: ResultsPage, code: string): ItemPage {
  return { place: 'item', code, product: productAt(results, code), chosen: { color: null, size: null }, results };
}

function chooseOn(page: ItemPage, value: string): ItemPage | null {
  const name = optionOf(value);
  if (name === null || !page.product.options[name].includes(value)) return null;
  return { ...page, chosen: { ...page.chosen, [name]: value } };
}

function turnPage(page: ResultsPage, ranks: number): ResultsPage {
  return { ...page, firstRank: page.firstRank + ranks };
}
