import { createReader, plainText } from '../grammar.ts';
import type { BargainAction, Question } from './actions.ts';
import { FAMILIES, FLAWS, ITEMS, MERITS, SIDE_WORDS, UTTERANCES } from './language.ts';
import type { Family } from './language.ts';
import { HIGHEST_PRICE, LOWEST_PRICE } from './scenarios.ts';
import type { SeatTable } from './seatTable.ts';

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const sideSlots = Object.fromEntries(
  Object.keys(SIDE_WORDS[0]).map((name) => [name, SIDE_WORDS.map((words) => words[name] ?? '').join('|')]),
);
const readTemplates = createReader(
  FAMILIES.map((family) => ({ meaning: family, templates: [UTTERANCES[family].buyer, UTTERANCES[family].seller] })),
  { price: NUMBER, item: ITEMS.join('|'), flaw: FLAWS.join('|'), merit: MERITS.join('|'), ...sideSlots },
);

/** What people say in their own words. Tried in this order; `{n}` is a price. Whatever has a number and fits none is unclear. */
const OWN_WORDS: readonly (readonly [RegExp, (price: number, table: SeatTable) => BargainAction])[] = [
  [pattern(`(?:.* )?(?:my|the) (?:\\w+ )?(?:limit|max|maximum|minimum|budget) is {n}(?: .*)?`), reveal],
  [pattern(`(?:.* )?final (?:offer|price)(?: is)? {n}(?: .*)?`), (price) => offer(price, true)],
  [pattern(`(?:.* )?(?:i'll|i will|i can|i could|i would|i'd|let me) (?:pay|give|offer|do|go|go to|go up to|go down to|come down to|sell it for|give you|let you have it for) {n}(?: .*)?`), (price) => offer(price, false)], // prettier-ignore
  [pattern(`(?:.* )?(?:how about|what about|would you take|would you pay|i offer|my offer is|my price is|i want) {n}(?: .*)?`), (price) => offer(price, false)], // prettier-ignore
  [pattern(`{n}`), (price) => offer(price, false)],
  [pattern(`(?:ok|okay|yes|fine|good|great|sure|alright)? ?(?:deal|agreed|sold|done|it's a deal|i accept|i agree|i'll take it|i accept your offer)(?: thanks| thank you| for {n}| at {n})?`), accept], // prettier-ignore
  [pattern(`(?:no deal )?(?:goodbye|bye|i'm leaving|i am leaving|i'm out|i walk away|i'm walking away|i'm going)(?: .{0,12})?`), () => ({ kind: 'walk-away' })], // prettier-ignore
];

/** `45 is too high for me, but` before an own price. */
const COMPLAINT =
  /^(?:no )?(?:that|it|this|your (?:offer|price)|\d+) is (?:\w+ ){0,2}too (?:high|low|much|little)(?: for me)?(?: but| so)?(?: |$)/;
const HAS_NUMBER = /\d/;
const NEGATION = /\b(?:no|not|never|nope|nor|without|if|unless|when|\w+n't)\b/;
const SOUNDS_LIKE_ACCEPTING = /\b(?:deal|agreed?|accept|sold|take it|done)\b/;
const QUESTIONS: readonly (readonly [RegExp, Question])[] = [
  [/\b(?:lowest|highest|limit|best price|how low|how high|how far)\b/, 'limit'],
  [/\bwhy\b|\breason\b/, 'reason'],
  [/\b(?:condition|problems?|flaws?|broken|wrong|work|shape)\b/, 'condition'],
  [/\b(?:better|lower|higher|closer|come down|come up)\b/, 'better'],
  [/\b(?:your price|how much|your offer)\b/, 'price'],
];

/**
 * What an utterance does. Sentences of `language.ts` are read by the templates that write them; people's own words by a
 * few plain patterns. What sounds like a commitment but is not clear is `invalid`.
 */
export function readUtterance(utterance: string, table: SeatTable): BargainAction {
  const plain = plainText(utterance);
  if (plain === '') return invalid('Nothing was said.');
  const reading = readTemplates(plain);
  const isQuestion = utterance.includes('?');
  const action = reading
    ? actionWith(reading.meaning, reading.slots, table)
    : readOwnWords(plain.replace(COMPLAINT, '') || plain, isQuestion, table);
  const endsBargain = action.kind === 'accept' || action.kind === 'walk-away';
  return endsBargain && isQuestion ? invalid('This asks instead of ending the bargain.') : action;
}

function actionWith(family: Family, slots: Readonly<Record<string, string>>, table: SeatTable): BargainAction {
  const price = Number(slots.price);
  switch (family) {
    case 'offer':
    case 'middle':
    case 'step':
    case 'jump':
    case 'startLow':
    case 'startHigh':
    case 'startFair':
    case 'hold':
      return offer(price, false);
    case 'argueFlaw':
    case 'argueMerit':
      return withPoint(offer(price, false), pointIn(slots));
    case 'final':
      return offer(price, true);
    case 'accept':
      return accept(price, table);
    case 'decline':
    case 'refuse':
      return { kind: 'reject', isFirm: family === 'refuse' };
    case 'askLimit':
      return { kind: 'ask', about: 'limit' };
    case 'askReason':
      return { kind: 'ask', about: 'reason' };
    case 'askCondition':
      return { kind: 'ask', about: 'condition' };
    case 'askPrice':
      return { kind: 'ask', about: 'price' };
    case 'press':
      return { kind: 'ask', about: 'better' };
    case 'flaw':
    case 'merit': {
      const point = pointIn(slots);
      return point ? { kind: 'tell', about: point } : { kind: 'talk' };
    }
    case 'rivalSeller':
    case 'rivalBuyer':
      return { kind: 'tell', about: 'rival' };
    case 'patience':
    case 'need':
      return { kind: 'tell', about: family };
    case 'warn':
      return { kind: 'tell', about: 'leaving' };
    case 'reveal':
    case 'bluff':
      return reveal(price);
    case 'walkAway':
      return { kind: 'walk-away' };
    case 'friendly':
      return { kind: 'talk' };
  }
}

function readOwnWords(plain: string, isQuestion: boolean, table: SeatTable): BargainAction {
  const numbers = plain.match(new RegExp(NUMBER, 'g')) ?? [];
  if (numbers.length <= 1 && !NEGATION.test(plain)) {
    for (const [words, act] of OWN_WORDS) {
      const match = words.exec(plain);
      if (match) return act(Number(match.groups?.price ?? NaN), table);
    }
  }
  if (COMPLAINT.test(plain)) return { kind: 'reject', isFirm: false };
  if (HAS_NUMBER.test(plain)) return invalid('It is not clear what the number means.');
  if (isQuestion) {
    const about = QUESTIONS.find(([words]) => words.test(plain))?.[1];
    return about ? { kind: 'ask', about } : { kind: 'talk' };
  }
  if (/\btoo (?:high|low|much|little)\b|\bno way\b|^no\b|\bno deal\b/.test(plain))
    return { kind: 'reject', isFirm: false };
  if (SOUNDS_LIKE_ACCEPTING.test(plain)) return invalid('It is not clear whether this accepts the offer.');
  return { kind: 'talk' };
}

function offer(price: number, isFinal: boolean): BargainAction {
  const isPossible = Number.isInteger(price) && price >= LOWEST_PRICE && price <= HIGHEST_PRICE;
  return isPossible ? { kind: 'offer', price, isFinal, point: null } : notAPrice();
}

function reveal(price: number): BargainAction {
  const isPossible = Number.isInteger(price) && price >= LOWEST_PRICE && price <= HIGHEST_PRICE;
  return isPossible ? { kind: 'reveal', limit: price } : notAPrice();
}

/** Accepts their price; a number that is said with it (NaN: none) must be that price. */
function accept(price: number, { theirs }: SeatTable): BargainAction {
  if (theirs === null) return invalid('There is no price to accept yet.');
  if (!Number.isNaN(price) && price !== theirs) return invalid(`Their price is ${theirs}, not ${price}.`);
  return { kind: 'accept' };
}

function withPoint(action: BargainAction, point: ReturnType<typeof pointIn>): BargainAction {
  return action.kind === 'offer' ? { ...action, point } : action;
}

function pointIn({ flaw, merit }: Readonly<Record<string, string>>) {
  return FLAWS.find((word) => word === flaw) ?? MERITS.find((word) => word === merit) ?? null;
}

function notAPrice(): BargainAction {
  return invalid(`A price is a whole number from ${LOWEST_PRICE} to ${HIGHEST_PRICE}.`);
}

function invalid(reason: string): BargainAction {
  return { kind: 'invalid', reason };
}

/** The whole text, with `{n}` for a price, a currency around it allowed. */
function pattern(source: string): RegExp {
  const [first = '', ...rest] = source.split('{n}');
  const named = rest.length > 0 ? `${first}(?<price>${NUMBER})(?: dollars| euros| bucks)?${rest.join(NUMBER)}` : first;
  return new RegExp(`^${named}$`);
}
