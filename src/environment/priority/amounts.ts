import type { RandomStream } from '../../base/random.ts';
import { ITEM_INDICES, ITEMS } from './language.ts';
import type { Item } from './language.ts';
import type { Triple } from '../negotiation/schemas.ts';

/** `2 food`, `all the water`, `1 pack of firewood`: as patterns on plain text, without capturing groups. */
export const ENTRY =
  '(?:all of the|all the|all|the|both|no|an?)? *(?:-?\\d+(?:\\.\\d+)?)? *(?:(?:packages?|packs?|units?|bundles?)\\b)? *(?:of the|of)? *(?:firewood|food|water)';
export const SHARE = `${ENTRY}(?: *(?:and|plus)? *${ENTRY})*`;

const EVERY_ENTRY = new RegExp(ENTRY, 'g');

/** What the entries of a share say, or why they cannot be meant. Items that are not named are 0. */
export function readShare(text: string): Triple | string {
  const amounts = new Map<Item, number>();
  for (const [entry] of text.matchAll(EVERY_ENTRY)) {
    const item = ITEM_INDICES.find((candidate) => entry.endsWith(` ${ITEMS[candidate]}`) || entry === ITEMS[candidate]);
    if (item === undefined) return `“${entry}” is no item.`;
    if (amounts.has(item)) return `The ${ITEMS[item]} is mentioned twice.`;
    const amount = readAmount(entry, item);
    if (typeof amount === 'string') return amount;
    amounts.set(item, amount);
  }
  return [amounts.get(0) ?? 0, amounts.get(1) ?? 0, amounts.get(2) ?? 0];
}

/** `all the food`, `2 of the water and 1 firewood`: the amounts above 0 in varied words, always in the order of the board. */
export function writeShare(share: Triple, random: RandomStream): string {
  const named = ITEM_INDICES.filter((item) => share[item] > 0);
  const entries = named.map((item) => {
    const forms = share[item] === 3 ? ['all the', 'all 3', '3'] : [`${share[item]}`];
    const roomy = named.length === 1 && share[item] < 3 ? [`${share[item]} of the`] : [];
    return `${random.pick([...forms, ...roomy])} ${ITEMS[item]}`;
  });
  const last = entries.at(-1) ?? 'nothing';
  return entries.length < 2 ? last : `${entries.slice(0, -1).join(', ')} and ${last}`;
}

function readAmount(entry: string, item: Item): number | string {
  const digits = /-?\d+(?:\.\d+)?/.exec(entry)?.[0];
  const isAll = /^(?:all|the\b)/.test(entry);
  if (digits === undefined) {
    if (isAll) return 3;
    if (entry.startsWith('no ')) return 0;
    return /^an? /.test(entry) ? 1 : `It is not said how much ${ITEMS[item]}.`;
  }
  const amount = Number(digits);
  if (!(Number.isInteger(amount) && amount >= 0 && amount <= 3)) {
    return `There are 3 packages of ${ITEMS[item]}, so nobody can get ${digits}.`;
  }
  const contradictsItself = (entry.startsWith('all') && amount !== 3) || /^(?:both|no|an?) /.test(entry);
  return contradictsItself ? `“${entry}” is not clear.` : amount;
}
