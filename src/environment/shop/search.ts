import { products } from './catalogue.ts';

/** No search shows more than this, as five pages. */
const MOST_RESULTS = 20;

let numbersByWord: ReadonlyMap<string, readonly number[]> | undefined;

/**
 * Catalogue numbers of the products that share words with the search, most words first, then by number. Products are
 * found by their nouns, attributes (those outside the title too) and colours; sizes are not searched.
 */
export function findProducts(words: readonly string[]): readonly number[] {
  const scores = new Uint8Array(products().length);
  let highest = 0;
  for (const word of new Set(words)) {
    for (const number of index().get(word) ?? []) {
      const score = (scores[number] ?? 0) + 1;
      scores[number] = score;
      highest = Math.max(highest, score);
    }
  }
  const found: number[] = [];
  for (let score = highest; score > 0 && found.length < MOST_RESULTS; score--) {
    scores.forEach((own, number) => {
      if (own === score) found.push(number);
    });
  }
  return found.slice(0, MOST_RESULTS);
}

function index(): ReadonlyMap<string, readonly number[]> {
  numbersByWord ??= makeIndex();
  return numbersByWord;
}

function makeIndex(): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const { number, kind, attributes, options } of products()) {
    for (const word of [...kind.nouns, ...attributes, ...options.color]) {
      const known = numbers.get(word);
      if (known) known.push(number);
      else numbers.set(word, [number]);
    }
  }
  return numbers;
}
