import type { RandomStream } from '../../base/random.ts';
import { createReader, writeText } from '../grammar.ts';
import { ITEMS, itemName, KINDS, listAmounts, STRATEGIES } from './language.ts';
import type { Kind, StrategyFamily } from './language.ts';
import type { Triple } from './schemas.ts';

/**
 * A strategy that was understood, for example `trade` hats for balls: `{ family: 'trade', items: [1, 2] }`, or
 * `offerThem` 2 hats: `{ family: 'offerThem', items: [], amounts: [0, 2, 0] }`.
 */
export interface Strategy {
  readonly family: StrategyFamily;
  readonly items: readonly Kind[];
  /** The numbers that the text names; absent in families that name none. */
  readonly amounts?: Triple;
}

export const STRATEGY_FAMILIES = Object.keys(STRATEGIES) as StrategyFamily[]; // keys of an object literal's type

const PLURALS = ITEMS.map(({ plural }) => plural).join('|');
const SINGULARS = ITEMS.map(({ singular }) => singular).join('|');
const COUNTED = `\\d+ (?:${PLURALS}|${SINGULARS})`;
const SLOT_PATTERNS = {
  X: PLURALS,
  Y: PLURALS,
  Z: PLURALS,
  x: SINGULARS,
  amounts: `${COUNTED}(?:(?: and)? ${COUNTED})*`,
};

const readText = createReader(
  STRATEGY_FAMILIES.map((family) => ({ meaning: family, templates: STRATEGIES[family] })),
  SLOT_PATTERNS,
);

/** How many different items the family names. */
export function itemsNamedBy(family: StrategyFamily): 0 | 1 | 2 {
  const templates = STRATEGIES[family].join();
  return templates.includes('{Y}') ? 2 : /\{[Xx]\}/.test(templates) ? 1 : 0;
}

export function namesAmounts(family: StrategyFamily): boolean {
  return STRATEGIES[family].join().includes('{amounts}');
}

/** One of the texts that mean the strategy. */
export function writeStrategy({ family, items, amounts }: Strategy, random: RandomStream): string {
  const [first, second] = items;
  const leftOver = KINDS.find((kind) => !items.includes(kind));
  const plural = (kind: Kind | undefined) => (kind === undefined ? '' : itemName(kind, 2));
  return writeText(random.pick(STRATEGIES[family]), random, {
    X: plural(first),
    Y: plural(second),
    Z: plural(leftOver),
    x: first === undefined ? '' : itemName(first, 1),
    amounts: amounts ? listAmounts(amounts).replaceAll(',', '') : '',
  });
}

/** Understands a strategy text, whatever its case and spacing; null when it is not in the language of strategies. */
export function parseStrategy(text: string): Strategy | null {
  const reading = readText(text);
  if (!reading) return null;
  const { X, Y, Z, x, amounts } = reading.slots;
  const items = Z === undefined ? [X ?? x, Y].flatMap(kindNamed) : KINDS.filter((kind) => itemName(kind, 2) !== Z);
  if (items.length === 2 && items[0] === items[1]) return null;
  if (amounts === undefined) return { family: reading.meaning, items };
  const named = readAmounts(amounts);
  return named && { family: reading.meaning, items, amounts: named };
}

/** null when an item is named twice. */
function readAmounts(text: string): Triple | null {
  const amounts: [number | null, number | null, number | null] = [null, null, null];
  for (const [, amount, item] of text.matchAll(/(\d+) (\w+)/g)) {
    const [kind] = kindNamed(item);
    if (kind === undefined || amounts[kind] !== null) return null;
    amounts[kind] = Number(amount);
  }
  return [amounts[0] ?? 0, amounts[1] ?? 0, amounts[2] ?? 0];
}

function kindNamed(word: string | undefined): Kind[] {
  return KINDS.filter((kind) => itemName(kind, 1) === word || itemName(kind, 2) === word);
}
