import { assertNever } from '../../base/errors.ts';
import type { RandomStream } from '../../base/random.ts';
import type { StrategyReading } from '../../record/episode.ts';
import { createReader, writeText } from '../grammar.ts';
import { COLORS, OPTION_NAMES, SEARCH_WORDS, SIZES, STRATEGIES } from './language.ts';
import type { OptionName, StrategyFamily } from './language.ts';
import { cheapestWithinLimit, firstWithinLimit, searchedWords } from './outlook.ts';
import { productAt } from './page.ts';
import type { ShopAction } from './page.ts';
import { wantedWords } from './scenarios.ts';
import { isPossible, MOST_POINTS, pointsNow } from './state.ts';
import type { ShopState } from './state.ts';

/** A line of advice to a shopper that was understood. */
export type Strategy =
  | { readonly family: 'search' | 'broaden' | 'narrow'; readonly words: readonly string[] }
  | { readonly family: 'look' | 'compare'; readonly code: string }
  | { readonly family: 'choose'; readonly value: string }
  | { readonly family: 'chooseWanted'; readonly option: OptionName }
  | { readonly family: 'lacks'; readonly word: string }
  | { readonly family: PlainFamily };

type PlainFamily = Exclude<
  StrategyFamily,
  'search' | 'broaden' | 'narrow' | 'look' | 'compare' | 'choose' | 'chooseWanted' | 'lacks'
>;

export const FAMILIES = Object.keys(STRATEGIES) as readonly StrategyFamily[]; // keys of an object literal's type

const SEARCH_WORD = anyOf(SEARCH_WORDS);
const readText = createReader(
  FAMILIES.map((family) => ({ meaning: family, templates: STRATEGIES[family] })),
  {
    words: `${SEARCH_WORD}(?: ${SEARCH_WORD})*`,
    word: anyOf([...SEARCH_WORDS, ...SIZES]),
    value: anyOf([...COLORS, ...SIZES]),
    option: anyOf(OPTION_NAMES),
    code: String.raw`b\d+`,
  },
);

export function strategyText(strategy: Strategy, random: RandomStream): string {
  return writeText(random.pick(STRATEGIES[strategy.family]), random, slotsOf(strategy));
}

/** Understands a strategy text, whatever its case and spacing; null when it is not in the language of strategies. */
export function parseStrategy(text: string): Strategy | null {
  const reading = readText(text);
  if (!reading) return null;
  const { meaning: family, slots } = reading;
  switch (family) {
    case 'search':
    case 'broaden':
    case 'narrow':
      return { family, words: (slots.words ?? '').split(' ') };
    case 'look':
    case 'compare':
      return { family, code: slots.code ?? '' };
    case 'choose':
      return { family, value: slots.value ?? '' };
    case 'chooseWanted':
      return { family, option: slots.option === 'size' ? 'size' : 'color' };
    case 'lacks':
      return { family, word: slots.word ?? '' };
    default:
      return { family };
  }
}

/** What the strategy asks for in this state of the seat to move; null when it makes no sense here. */
export function actionFor(strategy: Strategy, state: ShopState): ShopAction | null {
  const action = intendedAction(strategy, state);
  return action !== null && isPossible(state, action) ? action : null;
}

/** Reads a strategy in the state in which it was given; `action` is what the agent then did. */
export function readStrategyIn(state: ShopState, text: string, action: ShopAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return { family: null, isApplicable: false, isFollowed: null };
  const asked = actionFor(strategy, state);
  return {
    family: strategy.family,
    isApplicable: asked !== null,
    isFollowed: asked === null ? null : isSameAction(asked, action),
  };
}

function intendedAction(strategy: Strategy, state: ShopState): ShopAction | null {
  const { page, scenario } = state;
  const { goal } = scenario;
  switch (strategy.family) {
    case 'searchWanted':
      return { kind: 'search', words: wantedWords(goal) };
    case 'search':
      return { kind: 'search', words: strategy.words };
    case 'broaden':
      return isLarger(searchedWords(page), strategy.words) ? { kind: 'search', words: strategy.words } : null;
    case 'narrow': {
      const words = searchedWords(page);
      return words.length > 0 && isLarger(strategy.words, words) ? { kind: 'search', words: strategy.words } : null;
    }
    case 'look':
      return { kind: 'look', code: strategy.code };
    case 'compare':
      return isNewAmongSeen(state, strategy.code) ? { kind: 'look', code: strategy.code } : null;
    case 'lookFirst':
      return lookAt(firstWithinLimit(state));
    case 'lookCheapest':
      return lookAt(cheapestWithinLimit(state));
    case 'choose':
      return { kind: 'choose', value: strategy.value };
    case 'chooseWanted': {
      const value = goal.options[strategy.option];
      return value === null ? null : { kind: 'choose', value };
    }
    case 'tooExpensive':
      return page.place === 'item' && page.product.price > goal.priceLimit ? { kind: 'back' } : null;
    case 'lacks':
      return page.place === 'item' && !wordsOfItem(state).includes(strategy.word) ? { kind: 'back' } : null;
    case 'settle': {
      const points = pointsNow(state);
      return points !== null && points < MOST_POINTS ? { kind: 'buy' } : null;
    }
    case 'next':
    case 'previous':
    case 'back':
    case 'buy':
      return { kind: strategy.family };
    default:
      return assertNever(strategy);
  }
}

/** Comparing needs something that was looked at before, and something new. */
function isNewAmongSeen({ page, seen }: ShopState, code: string): boolean {
  if (page.place !== 'results' || seen.length === 0) return false;
  const rank = Number(code.slice(1)) - 1;
  return rank < page.results.length && !seen.includes(productAt(page, code).number);
}

function wordsOfItem({ page }: ShopState): readonly string[] {
  if (page.place !== 'item') return [];
  const { attributes, kind, options } = page.product;
  return [...attributes, ...kind.nouns, ...options.color, ...options.size];
}

function lookAt(code: string | null): ShopAction | null {
  return code === null ? null : { kind: 'look', code };
}

/** All words of the smaller search and more. */
function isLarger(larger: readonly string[], smaller: readonly string[]): boolean {
  return new Set(larger).size > new Set(smaller).size && smaller.every((word) => larger.includes(word));
}

function isSameAction(one: ShopAction, other: ShopAction): boolean {
  switch (one.kind) {
    case 'search':
      return other.kind === 'search' && one.words.join(' ') === other.words.join(' ');
    case 'look':
      return other.kind === 'look' && one.code === other.code;
    case 'choose':
      return other.kind === 'choose' && one.value === other.value;
    default:
      return one.kind === other.kind;
  }
}

function slotsOf(strategy: Strategy): Readonly<Record<string, string>> {
  switch (strategy.family) {
    case 'search':
    case 'broaden':
    case 'narrow':
      return { words: strategy.words.join(' ') };
    case 'look':
    case 'compare':
      return { code: strategy.code };
    case 'choose':
      return { value: strategy.value };
    case 'chooseWanted':
      return { option: strategy.option };
    case 'lacks':
      return { word: strategy.word };
    default:
      return {};
  }
}

/** A pattern for one of the words; longer ones first, so that `s` never eats the head of `small`. */
function anyOf(words: readonly string[]): string {
  return `(?:${words.toSorted((one, other) => other.length - one.length || (one < other ? -1 : 1)).join('|')})`;
}
