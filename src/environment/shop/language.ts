import { z } from 'zod';
import type { Template } from '../grammar.ts';

/** The words of the shop: what it sells and how strategies are put. Their one home. */

export type OptionName = 'color' | 'size';
export const OPTION_NAMES: readonly OptionName[] = ['color', 'size'];

/** A kind of product. `nouns` and `categories` decide whether one kind passes for another (see reward.ts). */
export const Kind = z.strictObject({
  nouns: z.array(z.string()).readonly(),
  /** From the department down; the last is the kind itself. */
  categories: z.array(z.string()).readonly(),
  attributes: z.array(z.string()).readonly(),
  sizes: z.array(z.string()).readonly(),
  usualPrice: z.number().positive(),
});
export type Kind = z.infer<typeof Kind>;

const LETTERS = ['s', 'm', 'l', 'xl'];
const SHOE_SIZES = ['38', '40', '42', '44'];
const PAN_SIZES = ['20', '24', '28'];
const NO_SIZES: readonly string[] = [];

const CLOTHES = ['soft', 'warm', 'light', 'cotton', 'wool', 'slim', 'sport', 'plain'];
const SHOES = ['soft', 'warm', 'light', 'leather', 'slim', 'sport', 'flat', 'plain'];
const TEXTILES = ['soft', 'warm', 'light', 'cotton', 'wool', 'thick', 'heavy', 'plain'];
const LAMPS = ['bright', 'glass', 'metal', 'wood', 'round', 'smart', 'heavy', 'plain'];
const KITCHEN = ['glass', 'metal', 'wood', 'round', 'thick', 'light', 'heavy', 'plain'];
const DEVICES = ['quiet', 'fast', 'slim', 'light', 'smart', 'metal', 'flat', 'plain'];
const CASES = ['leather', 'soft', 'slim', 'light', 'thick', 'metal', 'flat', 'plain'];

export const COLORS: readonly string[] = ['red', 'blue', 'green', 'black', 'white', 'gray'];

export const KINDS: readonly Kind[] = [
  kind('clothing tops', 'shirt', CLOTHES, LETTERS, 30),
  kind('clothing tops', 'coat', CLOTHES, LETTERS, 70),
  kind('clothing tops', 'dress', CLOTHES, LETTERS, 55),
  kind('clothing extras', 'hat', CLOTHES, LETTERS, 20),
  kind('clothing extras', 'gloves', CLOTHES, LETTERS, 25),
  kind('clothing footwear', 'shoes', SHOES, SHOE_SIZES, 60),
  kind('clothing footwear', 'boots', SHOES, SHOE_SIZES, 75),
  kind('home textiles', 'rug', TEXTILES, LETTERS, 65),
  kind('home textiles', 'towel', TEXTILES, LETTERS, 20),
  kind('home textiles', 'pillow', TEXTILES, LETTERS, 30),
  kind('home lighting', 'desk lamp', LAMPS, NO_SIZES, 40),
  kind('home lighting', 'floor lamp', LAMPS, NO_SIZES, 60),
  kind('kitchen cups', 'tea cup', KITCHEN, LETTERS, 15),
  kind('kitchen cups', 'coffee cup', KITCHEN, LETTERS, 20),
  kind('kitchen cooking', 'pan', KITCHEN, PAN_SIZES, 45),
  kind('kitchen cooking', 'bowl', KITCHEN, LETTERS, 25),
  kind('tech devices', 'radio', DEVICES, NO_SIZES, 70),
  kind('tech devices', 'mouse', DEVICES, NO_SIZES, 35),
  kind('tech cases', 'phone case', CASES, NO_SIZES, 15),
  kind('tech cases', 'tablet case', CASES, NO_SIZES, 30),
];

function kind(
  path: string,
  name: string,
  attributes: readonly string[],
  sizes: readonly string[],
  usualPrice: number,
): Kind {
  return { nouns: name.split(' '), categories: [...path.split(' '), name], attributes, sizes, usualPrice };
}

/** Every word that a product can be found by. */
export const SEARCH_WORDS: readonly string[] = [
  ...new Set([...KINDS.flatMap(({ nouns, attributes }) => [...nouns, ...attributes]), ...COLORS]),
];
/** Every size of some kind. */
export const SIZES: readonly string[] = [...new Set(KINDS.flatMap(({ sizes }) => sizes))];

/** Which option a value belongs to; null for a word that is no value. No word is both a colour and a size. */
export function optionOf(value: string): OptionName | null {
  if (COLORS.includes(value)) return 'color';
  return SIZES.includes(value) ? 'size' : null;
}

/**
 * Strategies by family. What a relative one refers to stands in the view (`wanted`) or on the board (`within the
 * limit`, `cheapest`); everything else is named.
 */
export const STRATEGIES = {
  searchWanted: [
    '(search|look) for (everything|all) (that is|) wanted',
    '(search|look) for (exactly|just) what is wanted',
    '(search|start) with (all|all the) wanted words',
    '(use|take) all the wanted words to search',
  ],
  search: [
    '(search|look) for {words}',
    '(look up|find) {words}',
    '(start|try|go) with {words}',
    '(try|start) a search for {words}',
    'see if they have {words}',
    'search the shop for {words}',
  ],
  broaden: [
    '(broaden|open up) the search to {words}',
    'too few (results|items) so (just|only) {words}',
    '(fewer words|a broader search) (now with|for) {words}',
    'use fewer words and (keep|take) {words}',
  ],
  narrow: [
    'narrow (the search|it) (down|) to {words}',
    'too many (results|items) so (say|try) {words}',
    '(more words|a closer search) (now with|for) {words}',
    'use more words and say {words}',
  ],
  look: [
    '(look|have a look|take a look) at {code}',
    '(open|check|see|click|try) {code}',
    '(see|open) the page of {code}',
    '{code} (looks good|looks right) so open it',
  ],
  lookFirst: [
    '(open|check|look at|see) the first (one|item) within the (limit|budget)',
    '(open|check|look at|see) the first that is not too expensive',
    'keep to the budget and (open|check) the first',
    'avoid items above the (limit|budget)',
  ],
  lookCheapest: [
    '(open|check|look at|see) the cheapest (one|item) (here|)',
    '(save money|keep it cheap) and (open|check) the cheapest',
    'go for the (cheapest|lowest) price',
  ],
  compare: [
    'compare (it|the last one|this) (with|to) {code}',
    '(see|check) if {code} is better',
    '{code} may be better than (the last|this)',
    '(take|have) a look at {code} (too|as well)',
    '(open|check) {code} (too|as well)',
  ],
  choose: [
    '(choose|pick|select|take|set|click) {value}',
    '(choose|pick|select) the option {value}',
    '{value} (it is|is the right one)',
    'make it {value}',
    'set the option to {value}',
  ],
  chooseWanted: [
    '(choose|pick|select|take|set) the (wanted|right) {option}',
    '(choose|pick|select|set) the {option} that is wanted',
    'now the {option}',
    'do not forget the {option}',
  ],
  next: [
    '(check|see|try|open|go to) the next page',
    '(nothing here|not one of these) so (go on|next page)',
    '(see|look at) (more|the next) (results|items)',
  ],
  previous: [
    '(check|see|try|open|go to) the (previous|earlier) page (again|)',
    'go (one page back|back a page|back one page)',
    'the (previous|earlier) page was better',
  ],
  back: [
    '(go|get) back to the (results|list)',
    '(leave|close) (it|this one|the item)',
    '(see|look at) the other (items|results) again',
  ],
  tooExpensive: [
    '(too expensive|over the limit|above the budget) so (go back|leave it|leave)',
    'it is too expensive so (go back|leave it)',
    'the price is too high so (go back|leave it)',
  ],
  lacks: [
    '(no {word} here|it has no {word}|it is not {word}) so (go back|leave it|leave)',
    'there is no {word} so (go back|leave it|leave)',
  ],
  buy: [
    '(buy|take|get) (it|this one) (now|)',
    '(all|everything) is right so buy it',
    'this is the one so buy (it|now)',
  ],
  settle: [
    '(give up|no time left) and (buy|take) (it|this one)',
    '(not right|good enough|not all right) but (buy|take) it',
    'give up and buy what is here',
    '(just|only) buy what is here',
  ],
} as const satisfies Record<string, readonly Template[]>;

export type StrategyFamily = keyof typeof STRATEGIES;

/** What somebody types who does not know the two actions, or nothing the shop understands. */
export const NOISE: readonly Template[] = [
  '(click|search|clik|serch)[',
  '(search|click)[]',
  '(clik|open)[{code}]',
  'serch[{words}]',
  'search({words})',
  'click[b99]',
  'click[gold]',
  'click[(bag|help|all|sale)]',
  '(hello|help|what|no)',
  'put {code} in the bag',
  '(...|???|!!)',
  'i want (this|the) {words}',
];
