import type { RandomStream } from '../../base/random.ts';
import type { Player } from '../lessons.ts';
import { drawStrategy } from './drawStrategy.ts';
import { COLORS, optionOf } from './language.ts';
import { firstWithinLimit, missingAttributes, missingValues, openValues, searchedWords } from './outlook.ts';
import { wantedOptions } from './reward.ts';
import { wantedWords } from './scenarios.ts';
import { codesOn, hasNext, hasPrevious, productAt } from './page.ts';
import type { ItemPage, ResultsPage } from './page.ts';
import { turnsLeft } from './state.ts';
import type { ShopState } from './state.ts';
import { actionFor } from './strategies.ts';
import type { Strategy } from './strategies.ts';

export type ShopPlayer = Player<ShopState, Strategy>;
export type Temperament = keyof typeof TEMPERAMENTS;

/** What a careful shopper may overlook. */
interface Care {
  readonly minds: { readonly price: boolean; readonly attributes: boolean; readonly options: boolean };
}

const ALL_CARE: Care = { minds: { price: true, attributes: true, options: true } };
/** A shopper who clicks around buys only so often, unless time runs out. */
const BROWSER_BUYS = 0.12;

/** Kinds of shoppers with the share of each. */
const TEMPERAMENTS = {
  /** Gets all points of every task when nobody interferes. */
  expert: { share: 0.26, choose: shopWith(ALL_CARE) },
  /** Buys the first result. */
  careless: { share: 0.22, choose: shopCarelessly },
  /** Looks for the right thing and forgets to choose its colour and size. */
  forgetful: { share: 0.16, choose: shopWith({ minds: { ...ALL_CARE.minds, options: false } }) },
  /** Buys whatever fits, at any price. */
  spendthrift: { share: 0.16, choose: shopWith({ minds: { ...ALL_CARE.minds, price: false } }) },
  /** Clicks around and hardly ever buys. */
  browser: { share: 0.1, choose: browse },
  /** Does anything. */
  erratic: { share: 0.1, choose: drawStrategy },
} as const;

export const TEMPERAMENT_NAMES = Object.keys(TEMPERAMENTS) as readonly Temperament[]; // keys of an object literal's type

export function createShopper(temperament: Temperament): ShopPlayer {
  return { temperament, chooseStrategy: TEMPERAMENTS[temperament].choose };
}

export function drawTemperament(random: RandomStream): Temperament {
  let left = random.uniform();
  for (const temperament of TEMPERAMENT_NAMES) {
    left -= TEMPERAMENTS[temperament].share;
    if (left < 0) return temperament;
  }
  return 'erratic';
}

function shopWith(care: Care): ShopPlayer['chooseStrategy'] {
  return (state, random) => {
    const { page } = state;
    if (page.place === 'start') return searchWell(state, random);
    return page.place === 'results' ? lookWell(care, state, page, random) : decide(care, state, page, random);
  };
}

/** Searches for everything that can be searched. */
function searchWell(state: ShopState, random: RandomStream): Strategy {
  const words = wantedWords(state.scenario.goal);
  const current = searchedWords(state.page);
  if (current.length > 0 && random.uniform() < 0.7) {
    const closer: Strategy = {
      family: 'narrow',
      words: [...current, ...words.filter((word) => !current.includes(word))],
    };
    if (closer.words.length === words.length && actionFor(closer, state)) return closer;
  }
  return random.uniform() < 0.5 ? { family: 'searchWanted' } : { family: 'search', words };
}

/** Opens the best-ranked product that is worth a look, else turns the page, else searches anew. */
function lookWell({ minds }: Care, state: ShopState, page: ResultsPage, random: RandomStream): Strategy {
  const { goal } = state.scenario;
  const isStray = !goal.kind.nouns.every((word) => page.words.includes(word));
  const isBetterSearchLeft = wantedWords(goal).some((word) => !page.words.includes(word));
  if (isStray || (isBetterSearchLeft && turnsLeft(state, 0) > stepsFromResults(state) + 1))
    return searchWell(state, random);
  const code = minds.price ? firstWithinLimit(state) : firstUnseen(state, page);
  if (code !== null) return lookAt(code, state, random);
  if (hasNext(page)) return { family: 'next' };
  if (isBetterSearchLeft) return searchWell(state, random);
  const fewer: Strategy = { family: 'broaden', words: [...goal.attributes.slice(0, 1), ...goal.kind.nouns] };
  return actionFor(fewer, state) ? fewer : drawStrategy(state, random);
}

/** On a product: leaves it, chooses an option or buys it. */
function decide({ minds }: Care, state: ShopState, page: ItemPage, random: RandomStream): Strategy {
  const { goal } = state.scenario;
  const isTooExpensive = minds.price && page.product.price > goal.priceLimit;
  const missing = [
    ...(minds.attributes ? missingAttributes(page, goal) : []),
    ...(minds.options ? missingValues(page, goal) : []),
  ];
  const isOtherKind = page.product.kind !== goal.kind;
  const isFitting = !isTooExpensive && missing.length === 0 && !isOtherKind;
  const left = turnsLeft(state, 0);
  if (!isFitting && left > stepsFromResults(state)) return leave(state, isTooExpensive, missing, random);
  const open = minds.options && left > 1 ? openValues(page, goal) : [];
  const [value] = open;
  if (value !== undefined) return chooseValue(value, random);
  if (isFitting || random.uniform() < 0.2) return { family: 'buy' };
  return actionFor({ family: 'settle' }, state) ? { family: 'settle' } : { family: 'buy' };
}

/** Steps from a list of results to the end: look, choose, buy. */
function stepsFromResults(state: ShopState): number {
  return 2 + wantedOptions(state.scenario.goal).length;
}

function leave(state: ShopState, isTooExpensive: boolean, missing: readonly string[], random: RandomStream): Strategy {
  const reasons: Strategy[] = missing.map((word) => ({ family: 'lacks', word }));
  if (isTooExpensive) reasons.push({ family: 'tooExpensive' });
  const strategy = random.pick<Strategy>([...reasons, { family: 'back' }]);
  return actionFor(strategy, state) ? strategy : { family: 'back' };
}

/** One of the ways to say it; the relative ones only where they mean this product. */
function lookAt(code: string, state: ShopState, random: RandomStream): Strategy {
  const ways: Strategy[] = [
    { family: 'look', code },
    { family: 'look', code },
    { family: 'compare', code },
    { family: 'lookFirst' },
    { family: 'lookFirst' },
    { family: 'lookCheapest' },
  ];
  return random.pick(
    ways.filter((way) => {
      const action = actionFor(way, state);
      return action?.kind === 'look' && action.code === code;
    }),
  );
}

function chooseValue(value: string, random: RandomStream): Strategy {
  const option = optionOf(value);
  return option !== null && random.uniform() < 0.4 ? { family: 'chooseWanted', option } : { family: 'choose', value };
}

function firstUnseen({ seen }: ShopState, page: ResultsPage): string | null {
  return codesOn(page).find((code) => !seen.includes(productAt(page, code).number)) ?? null;
}

function shopCarelessly(state: ShopState, random: RandomStream): Strategy {
  const { page, scenario } = state;
  if (page.place === 'item') return { family: 'buy' };
  const [code] = page.place === 'results' ? codesOn(page) : [];
  if (code !== undefined) return { family: 'look', code };
  const { kind, attributes } = scenario.goal;
  const words = [...attributes.slice(0, random.index(attributes.length + 1)), ...kind.nouns];
  return random.uniform() < 0.4 ? { family: 'searchWanted' } : { family: 'search', words };
}

function browse(state: ShopState, random: RandomStream): Strategy {
  const { page, scenario } = state;
  if (page.place === 'start' || (page.place === 'results' && page.results.length === 0)) {
    return {
      family: 'search',
      words: [random.pick([...scenario.goal.attributes, ...COLORS]), ...scenario.goal.kind.nouns],
    };
  }
  if (page.place === 'item') {
    if (random.uniform() < (turnsLeft(state, 0) <= 2 ? 0.6 : BROWSER_BUYS)) return { family: 'buy' };
    const { color, size } = page.product.options;
    const isCurious = random.uniform() < 0.3;
    return isCurious ? { family: 'choose', value: random.pick([...color, ...size]) } : { family: 'back' };
  }
  const ways: Strategy[] = codesOn(page).map((code) => ({ family: 'look', code }));
  if (hasNext(page)) ways.push({ family: 'next' }, { family: 'next' });
  if (hasPrevious(page)) ways.push({ family: 'previous' });
  return random.pick(ways);
}
