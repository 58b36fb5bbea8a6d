import type { RandomStream } from '../../base/random.ts';
import { asSentence, writeText } from '../grammar.ts';
import type { Slots, Template } from '../grammar.ts';
import { complement } from './division.ts';
import { CLAUSES, FRAMES, itemName, KINDS, listAmounts, listItems, NOISE, OFFERS, UTTERANCES } from './language.ts';
import type { ClaimManner, ClauseName, Kind, Naming, OfferStyle, StrategyFamily, WordFamily } from './language.ts';
import { itemSlots, pointsText } from './phraseBook.ts';
import { strategyTarget } from './strategies.ts';
import type { AdvisedTable } from './strategies.ts';
import type { Strategy } from './strategyText.ts';
import type { Triple } from './schemas.ts';

const MOST_WORDS = 22;

type Weights<Item> = readonly (readonly [Item, number])[];
/** How often a share is said in which way: mostly by the amounts that stand in the strategy or on the board. */
const NAMINGS: Weights<Naming> = [
  ['mine', 0.5],
  ['mineAndRest', 0.35],
  ['yours', 0.03],
  ['yoursAndRest', 0.04],
];
const NAMINGS_OF_GIVING: Weights<Naming> = [
  ['yours', 0.5],
  ['yoursAndRest', 0.4],
  ['mine', 0.001], // when there is nothing to give
];
/** When the strategy names the amounts: they are said as they stand there, nothing has to be worked out. */
const NAMINGS_OF_AMOUNTS: Weights<Naming> = [
  ['mine', 0.6],
  ['mineAndRest', 0.4],
];

/** In which words a share is said. */
interface Wording {
  readonly namings: Weights<Naming>;
  /** Whether all of it is `everything`, or counted. */
  readonly list: (share: Triple, counts: Triple) => string;
}
const ANY_WORDING: Wording = { namings: NAMINGS, list: listItems };

/** Families whose text says what the partner gets. */
const GIVING: readonly StrategyFamily[] = ['offerThem', 'leaveOne'];

/** The way of speaking that goes with a family; the others speak plainly. */
const STYLES: Partial<Record<StrategyFamily, OfferStyle>> = {
  askPolitely: 'polite',
  askFirmly: 'firm',
  concede: 'concede',
  raise: 'raise',
  trade: 'trade',
  give: 'give',
  even: 'fair',
  hold: 'hold',
  finalOffer: 'final',
};

/** Says what carries the strategy out on this table. */
export function speak(strategy: Strategy, table: AdvisedTable, random: RandomStream): string {
  const target = strategyTarget(strategy, table);
  if (target.kind === 'inapplicable') throw new Error(`speak: ${strategy.family} does not apply here`);
  if (target.kind === 'words') return sayWords(target.family, strategy.items[0], table, random);
  return sayOffer(target.share, table.counts, STYLES[strategy.family] ?? 'plain', random, wordingOf(strategy));
}

function wordingOf({ family, amounts }: Strategy): Wording {
  const list = amounts ? (share: Triple) => listAmounts(share) : listItems;
  if (GIVING.includes(family)) return { namings: NAMINGS_OF_GIVING, list };
  return { namings: amounts ? NAMINGS_OF_AMOUNTS : NAMINGS, list };
}

/** Says something that proposes nothing, about an item where the family is about one. */
export function sayWords(
  family: WordFamily,
  item: Kind | undefined,
  { counts, values }: Pick<AdvisedTable, 'counts' | 'values'>,
  random: RandomStream,
): string {
  const about: Slots = item === undefined ? {} : { ...itemSlots(item, counts[item]), points: pointsText(values[item]) };
  const templates = UTTERANCES[family === 'bluff' ? 'tell' : family];
  return sayShortly(() => writeSpeech(random.pick(templates), random, about));
}

/** Says who gets what. `share` is the speaker's. */
export function sayOffer(
  share: Triple,
  counts: Triple,
  style: OfferStyle,
  random: RandomStream,
  wording = ANY_WORDING,
): string {
  return sayShortly(() => {
    const template = random.pick(OFFERS[style]);
    const manner = mannerOf(template);
    const claim = manner ? writeClaim(share, counts, manner, wording, random) : '';
    const isQuestion = claim.endsWith('?');
    const slots = { [manner === 'plain' ? 'claim' : `${manner}Claim`]: isQuestion ? claim.slice(0, -1) : claim };
    return writeSpeech(template, random, { ...slots, end: isQuestion ? '?' : '.' });
  });
}

/** What somebody says who does not play along. */
export function sayNoise(counts: Triple, random: RandomStream): string {
  const [first, second] = random.shuffled(KINDS);
  const plural = (kind: Kind | undefined) => itemName(kind ?? 0, 2);
  const tooMany = Math.max(...counts) + 1 + random.index(4);
  return writeSpeech(random.pick(NOISE), random, { X: plural(first), Y: plural(second), tooMany: `${tooMany}` });
}

function mannerOf(template: Template): ClaimManner | null {
  const [, manner = ''] = /\{(polite|firm|still|)[cC]laim\}/.exec(template) ?? [];
  if (!/[cC]laim\}/.test(template)) return null;
  return manner === 'polite' || manner === 'firm' || manner === 'still' ? manner : 'plain';
}

function writeClaim(
  share: Triple,
  counts: Triple,
  manner: ClaimManner,
  { namings, list }: Wording,
  random: RandomStream,
): string {
  const rest = complement(counts, share);
  const frames = FRAMES[manner];
  const fitting = namings.filter(([naming]) => frames[naming] && fits(naming, share, rest));
  const templates = frames[drawWeighted(fitting, random) ?? 'mine'] ?? [];
  return writeText(random.pick(templates), random, {
    me: list(share, counts),
    you: list(rest, counts),
  });
}

/** Who takes everything says so of the own share; who takes nothing speaks of the other's. */
function fits(naming: Naming, share: Triple, rest: Triple): boolean {
  const isNothing = (amounts: Triple) => amounts.every((amount) => amount === 0);
  if (isNothing(rest)) return naming === 'mine';
  return !isNothing(share) || naming === 'yours';
}

/** Fills in clauses and what they leave open, then gives every sentence its capital. */
function writeSpeech(template: Template, random: RandomStream, about: Slots): string {
  let text: Template = template;
  while (/[({]/.test(text)) text = writeText(text, random, slotsOf(text, about, random));
  return inSentences(text);
}

/** A clause is a template itself: it is put in as it stands and written in the next round. */
function slotsOf(template: Template, about: Slots, random: RandomStream): Slots {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  // a slot that is not given is the name of a clause
  return Object.fromEntries(names.map((name) => [name, about[name] ?? random.pick(CLAUSES[name as ClauseName])]));
}

function inSentences(text: string): string {
  return text.replace(/(^|[.!?] )(\w)/g, (_, before: string, letter: string) => before + asSentence(letter));
}

/** Leads and closers make some sentences too long: then another one is drawn. */
function sayShortly(say: () => string): string {
  for (;;) {
    const text = say();
    if (text.split(' ').length <= MOST_WORDS) return text;
  }
}

function drawWeighted<Item>(items: readonly (readonly [Item, number])[], random: RandomStream): Item | undefined {
  let left = random.uniform() * items.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of items) {
    left -= weight;
    if (left < 0) return item;
  }
  return items.at(-1)?.[0];
}
