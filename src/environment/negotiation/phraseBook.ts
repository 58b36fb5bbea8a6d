import { textsOf } from '../grammar.ts';
import type { Slots } from '../grammar.ts';
import { CLAUSES, itemName, KINDS } from './language.ts';
import type { ClauseName, Kind } from './language.ts';

/** A clause of `language.json`, word for word, and what it is about. */
export interface KnownClause {
  readonly clause: ClauseName;
  /** As `normaliseText` writes it. */
  readonly text: string;
  readonly item?: Kind;
  readonly points?: number;
}

const MOST_POINTS = 10;
/** The common ones first. */
const NUMBERS_OF_VERB_AND_NOUN = [
  [1, 1],
  [2, 2],
  [1, 2],
  [2, 1],
] as const;

/** The words for an item of which there are `count`: `the hat is`, `the hats are`. */
export function itemSlots(kind: Kind, count: number): Slots {
  const isOne = count === 1;
  return {
    X: itemName(kind, count),
    x: itemName(kind, 1),
    are: isOne ? 'is' : 'are',
    do: isOne ? 'does' : 'do',
    matter: isOne ? 'matters' : 'matter',
    mean: isOne ? 'means' : 'mean',
    them: isOne ? 'it' : 'them',
    they: isOne ? 'it' : 'they',
  };
}

export function pointsText(points: number): string {
  return `${points} ${points === 1 ? 'point' : 'points'}`;
}

/**
 * Every clause by its first word, the longest first. Where two mean different things, the one named first in `order`
 * is meant.
 */
export function createPhraseBook(
  order: readonly ClauseName[],
  normalise: (text: string) => string,
): ReadonlyMap<string, readonly KnownClause[]> {
  const known = new Map<string, KnownClause>();
  for (const clause of order) {
    for (const template of CLAUSES[clause].flatMap(textsOf)) {
      for (const { text, ...about } of everyFilling(template)) {
        const normal = normalise(text);
        if (!known.has(normal)) known.set(normal, { clause, text: normal, ...about });
      }
    }
  }
  const book = new Map<string, KnownClause[]>();
  for (const clause of known.values()) {
    const [word = ''] = clause.text.split(' ', 1);
    book.set(word, [...(book.get(word) ?? []), clause]);
  }
  for (const clauses of book.values()) clauses.sort((one, other) => other.text.length - one.text.length);
  return book;
}

/**
 * The text for every item, alone and as several, and for every number of points, as far as it names them. Who says
 * “how important are the ball” has said what is asked about: verb and noun need not agree.
 */
function everyFilling(template: string): { text: string; item?: Kind; points?: number }[] {
  if (!template.includes('{')) return [{ text: template }];
  return KINDS.flatMap((kind) =>
    NUMBERS_OF_VERB_AND_NOUN.flatMap(([verb, noun]) => {
      const text = fill(template, { ...itemSlots(kind, verb), X: itemName(kind, noun) });
      const namesItem = /\{[Xx]\}/.test(template);
      if (!text.includes('{points}')) return [namesItem ? { text, item: kind } : { text }];
      return Array.from({ length: MOST_POINTS + 1 }, (_, points) => ({
        text: fill(text, { points: pointsText(points) }),
        item: kind,
        points,
      }));
    }),
  );
}

function fill(text: string, slots: Slots): string {
  return text.replace(/\{(\w+)\}/g, (slot, name: string) => slots[name] ?? slot);
}
