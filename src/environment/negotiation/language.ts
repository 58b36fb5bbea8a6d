import type { Triple } from '../../record/scenario.ts';
import language from './language.json' with { type: 'json' };

/** The words of the game. `language.json` is their one home: the corpus of the built-in model is made from it too. */
export const ITEMS = language.items;
export const PROPOSALS = language.proposals;
export const OPENERS = language.openers;
export const UTTERANCES = language.utterances;
export const STRATEGIES = language.strategies;

export type StrategyFamily = keyof typeof STRATEGIES;
/** Index of a kind of item in `ITEMS` and in every `Triple`. */
export type Kind = 0 | 1 | 2;
export const KINDS: readonly Kind[] = [0, 1, 2];

/** A template with its items: {X} {Y} plurals of the first and second, {Z} plural of the one left over, {x} singular of the first. */
export function fillTemplate(template: string, items: readonly Kind[]): string {
  const [first, second] = items;
  const leftOver = KINDS.find((kind) => !items.includes(kind));
  const plural = (kind: Kind | undefined) => (kind === undefined ? '' : itemNamed(kind).plural);
  return template
    .replaceAll('{X}', plural(first))
    .replaceAll('{Y}', plural(second))
    .replaceAll('{Z}', plural(leftOver))
    .replaceAll('{x}', first === undefined ? '' : itemNamed(first).singular);
}

/** `2 hats and 1 book`, or `nothing`, or `everything`. */
export function listItems(share: Triple, counts: Triple): string {
  if (share.every((amount) => amount === 0)) return 'nothing';
  if (share.every((amount, kind) => amount === counts[kind])) return 'everything';
  return KINDS.filter((kind) => share[kind] > 0)
    .map((kind) => `${share[kind]} ${share[kind] > 1 ? itemNamed(kind).plural : itemNamed(kind).singular}`)
    .join(' and ');
}

/** A proposal in words: what the speaker takes and what is left for the partner. */
export function renderProposal(template: string, share: Triple, counts: Triple): string {
  const rest: Triple = [counts[0] - share[0], counts[1] - share[1], counts[2] - share[2]];
  return template.replaceAll('{me}', listItems(share, counts)).replaceAll('{you}', listItems(rest, counts));
}

function itemNamed(kind: Kind): { readonly singular: string; readonly plural: string } {
  const item = ITEMS[kind];
  if (!item) throw new Error(`language.json names no item ${kind}`);
  return item;
}
