import { assertNever } from '../../base/errors.ts';
import type { RandomStream } from '../../base/random.ts';
import { products } from './catalogue.ts';
import { COLORS, OPTION_NAMES, SEARCH_WORDS, SIZES } from './language.ts';
import type { StrategyFamily } from './language.ts';
import { searchedWords } from './outlook.ts';
import { codesOn } from './page.ts';
import { wantedWords } from './scenarios.ts';
import type { ShopState } from './state.ts';
import { actionFor, FAMILIES, strategyText } from './strategies.ts';
import type { Strategy } from './strategies.ts';

/** A strategy has ten words, of which the longest template takes five. */
const MOST_WORDS = 5;
/** Searches that have nothing to do with the task, so that the agent learns to listen. */
const STRAY_SEARCHES = 0.25;
const DRAWS_BEFORE_GIVING_UP = 12;

/** An applicable strategy: every family that applies is equally likely. */
export function drawStrategy(state: ShopState, random: RandomStream): Strategy {
  for (const family of random.shuffled(FAMILIES)) {
    for (let draw = 0; draw < DRAWS_BEFORE_GIVING_UP; draw++) {
      const strategy = drawOf(family, state, random);
      if (strategy && actionFor(strategy, state)) return strategy;
    }
  }
  throw new Error('drawStrategy: there is always something to search for');
}

/** A well-formed strategy that makes no sense on this page. */
export function drawMisfit(state: ShopState, random: RandomStream): string {
  for (;;) {
    const strategy = drawStray(random.pick(FAMILIES), random);
    if (!actionFor(strategy, state)) return strategyText(strategy, random);
  }
}

/** A strategy of the family with details from the page; null when the page has none. It need not apply. */
function drawOf(family: StrategyFamily, state: ShopState, random: RandomStream): Strategy | null {
  const { page, scenario } = state;
  switch (family) {
    case 'search':
      return { family, words: drawSearch(state, random) };
    case 'broaden': {
      const words = searchedWords(page);
      if (words.length < 2) return null;
      const kept = random.shuffled(words).slice(0, 1 + random.index(Math.min(words.length - 1, MOST_WORDS)));
      return { family, words: words.filter((word) => kept.includes(word)) };
    }
    case 'narrow': {
      const words = searchedWords(page);
      const missing = [...wantedWords(scenario.goal), random.pick(SEARCH_WORDS)].filter(
        (word) => !words.includes(word),
      );
      if (words.length >= MOST_WORDS || missing.length === 0) return null;
      return { family, words: [...words, random.pick(missing)] };
    }
    case 'look':
    case 'compare': {
      const codes = page.place === 'results' ? codesOn(page) : [];
      return codes.length === 0 ? null : { family, code: random.pick(codes) };
    }
    case 'choose': {
      if (page.place !== 'item') return null;
      const { color, size } = page.product.options;
      return { family, value: random.pick([...color, ...size]) };
    }
    default:
      return drawStray(family, random);
  }
}

/** A strategy of the family for no page in particular. */
function drawStray(family: StrategyFamily, random: RandomStream): Strategy {
  switch (family) {
    case 'search':
    case 'broaden':
    case 'narrow':
      return { family, words: strayWords(random) };
    case 'look':
    case 'compare':
      return { family, code: `b${1 + random.index(20)}` };
    case 'choose':
      return { family, value: random.pick([...COLORS, ...SIZES]) };
    case 'chooseWanted':
      return { family, option: random.pick(OPTION_NAMES) };
    case 'lacks':
      return { family, word: random.pick([...SEARCH_WORDS, ...SIZES]) };
    case 'searchWanted':
    case 'lookFirst':
    case 'lookCheapest':
    case 'next':
    case 'previous':
    case 'back':
    case 'tooExpensive':
    case 'buy':
    case 'settle':
      return { family };
    default:
      return assertNever(family);
  }
}

function drawSearch({ scenario }: ShopState, random: RandomStream): readonly string[] {
  if (random.uniform() < STRAY_SEARCHES) return strayWords(random);
  const { attributes, kind, options } = scenario.goal;
  const extras = [...attributes, ...(options.color === null ? [] : [options.color])];
  const kept = random.shuffled(extras).slice(0, random.index(extras.length + 1));
  return [...extras.filter((word) => kept.includes(word)), ...kind.nouns];
}

/** Words of some product. */
function strayWords(random: RandomStream): readonly string[] {
  const { attributes, kind, options } = random.pick(products());
  const color = random.uniform() < 0.5 ? [random.pick(options.color)] : [];
  return [...color, ...attributes.slice(0, random.index(3)), ...kind.nouns];
}
