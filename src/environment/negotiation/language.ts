import language from './language.json' with { type: 'json' };
import type { Triple } from './schemas.ts';

/**
 * The words of the game, as templates of `grammar.ts`. `language.json` is their one home.
 * `clauses` are what people say, each with one meaning; `utterances` and `proposals` put clauses together.
 */
export const ITEMS = language.items;
export const STRATEGIES = language.strategies;
export const CLAUSES = language.clauses;
export const UTTERANCES = language.utterances;
export const NOISE = language.noise;

export type StrategyFamily = keyof typeof STRATEGIES;
export type ClauseName = keyof typeof CLAUSES;
/** Families that are carried out in words alone; the others are carried out by a proposal. */
export type WordFamily = keyof typeof UTTERANCES | 'bluff';

/** Whole offers: leads and closers around a claim, by what the offer is made for. */
export const OFFERS = language.offers;
export type OfferStyle = keyof typeof OFFERS;
/** Claims: `{me}` is the speaker's share, `{you}` the partner's; either, or one and the rest, or both are named. */
export const FRAMES: Readonly<Record<ClaimManner, Partial<Record<Naming, readonly string[]>>>> = language.frames;
export type ClaimManner = keyof typeof language.frames;
export type Naming = 'mine' | 'mineAndRest' | 'yours' | 'yoursAndRest';

/** Index of a kind of item in `ITEMS` and in every `Triple`. */
export type Kind = 0 | 1 | 2;
export const KINDS: readonly Kind[] = [0, 1, 2];

/** `hat` or `hats`, as the amount demands. */
export function itemName(kind: Kind, amount: number): string {
  const item = ITEMS[kind];
  if (!item) throw new Error(`language.json names no item ${kind}`);
  return amount === 1 ? item.singular : item.plural;
}

/** `2 hats, 1 book and 1 ball`, in the given order. */
export function listAmounts(share: Triple, order: readonly Kind[] = KINDS): string {
  const named = order.filter((kind) => share[kind] > 0).map((kind) => `${share[kind]} ${itemName(kind, share[kind])}`);
  const last = named.pop() ?? '';
  return named.length === 0 ? last : `${named.join(', ')} and ${last}`;
}

/** The same; `nothing` and `everything` in their own words. */
export function listItems(share: Triple, counts: Triple, order: readonly Kind[] = KINDS): string {
  if (share.every((amount) => amount === 0)) return 'nothing';
  if (share.every((amount, kind) => amount === counts[kind])) return 'everything';
  return listAmounts(share, order);
}
