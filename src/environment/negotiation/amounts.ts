import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { worth } from './division.ts';
import { ITEMS, KINDS } from './language.ts';
import type { Kind } from './language.ts';
import type { Triple } from './schemas.ts';

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** `2`, `two`; also `-1` and `1.5`, so that they can be refused instead of being read as something else. */
export const NUMBER = String.raw`(?:-?\d+(?:\.\d+)?|${NUMBER_WORDS.join('|')})`;
/** A kind of item in either number. */
export const ITEM = `(?:${ITEMS.flatMap(({ singular, plural }) => [plural, singular]).join('|')})`;

const QUANTITY = `(?:(?:all )?(?:of )?the ${NUMBER}|all ${NUMBER}|both(?: of)?(?: the)?|all(?: of)?(?: the)?|the|an?|no|${NUMBER}(?: of the)?)`;
const COUNTED = `${QUANTITY} ${ITEM}`;
const REST = '(?:all )?(?:of )?the (?:rest|others?|remaining items)|everything else';
const ALL = 'everything|it all|all of it|all(?: of)?(?: the)? items|all';
const NOTHING = 'nothing|none';

/** `2 hats and the book`, `everything`, `nothing`, `the rest`: what an owner can be given in words. */
export const AMOUNT = `(?:${COUNTED}(?:(?: and| ,| plus)+ ${COUNTED})*|${REST}|${ALL}|${NOTHING})`;

const IS_REST = new RegExp(`^(?:${REST})$`);
const IS_ALL = new RegExp(`^(?:${ALL})$`);
const IS_NOTHING = new RegExp(`^(?:${NOTHING})$`);
const EVERY_COUNTED = new RegExp(`(${QUANTITY}) (${ITEM})`, 'g');
const A_NUMBER = new RegExp(NUMBER);

/** Reads a text that matches `AMOUNT`. The failure is a sentence for the person who wrote it. */
export function readAmount(text: string, counts: Triple): Result<Triple | 'rest', string> {
  if (IS_REST.test(text)) return ok('rest');
  if (IS_ALL.test(text)) return ok([...counts]);
  if (IS_NOTHING.test(text)) return ok([0, 0, 0]);
  const share: [number | null, number | null, number | null] = [null, null, null];
  for (const [, quantity = '', item = ''] of text.matchAll(EVERY_COUNTED)) {
    const kind = kindOf(item);
    if (share[kind] !== null) return err(`The ${pluralOf(kind)} are mentioned twice.`);
    const amount = readQuantity(quantity, kind, isPlural(item), counts[kind]);
    if (!amount.ok) return amount;
    share[kind] = amount.value;
  }
  const listed: Triple = [share[0] ?? 0, share[1] ?? 0, share[2] ?? 0];
  return worth([1, 1, 1], listed) > 0 ? ok(listed) : err(`“${text}” leaves open who gets the other items.`);
}

function readQuantity(quantity: string, kind: Kind, isPluralForm: boolean, count: number): Result<number, string> {
  const number = A_NUMBER.exec(quantity)?.[0];
  const isAll = /^(?:all|both)/.test(quantity);
  const stated = number === undefined ? null : numberOf(number);
  if (stated !== null && !(Number.isInteger(stated) && stated >= 0 && stated <= count)) {
    return err(`There are only ${count} ${pluralOf(kind)} on the table, so nobody can get ${number}.`);
  }
  if (quantity.startsWith('both') && count !== 2) return err(`There are ${count} ${pluralOf(kind)}, not two.`);
  if (isAll && stated !== null && stated !== count) return err(`There are ${count} ${pluralOf(kind)}, not ${stated}.`);
  if (stated !== null) return ok(stated);
  if (quantity === 'no') return ok(0);
  if (quantity === 'a' || quantity === 'an') return ok(1);
  if (quantity === 'the' && !isPluralForm && count > 1) {
    return err(`There are ${count} ${pluralOf(kind)}; say how many.`);
  }
  return ok(count);
}

function numberOf(word: string): number {
  const index = NUMBER_WORDS.indexOf(word);
  return index >= 0 ? index : Number(word);
}

/** The kind that a word of `ITEM` names. */
export function kindOf(item: string): Kind {
  const kind = KINDS.find((candidate) => ITEMS[candidate]?.singular === item || ITEMS[candidate]?.plural === item);
  if (kind === undefined) throw new Error(`kindOf: ${item} is no item`); // ITEM admits no other word
  return kind;
}

function isPlural(item: string): boolean {
  return ITEMS.some(({ plural }) => plural === item);
}

function pluralOf(kind: Kind): string {
  return ITEMS[kind]?.plural ?? '';
}
