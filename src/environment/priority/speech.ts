import type { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { asSentence, createReader, writeText } from '../grammar.ts';
import type { Template } from '../grammar.ts';
import type { PriorityAction } from './action.ts';
import { readShare, SHARE, writeShare } from './amounts.ts';
import { PACKAGES, restOf } from './division.ts';
import { readFreeText } from './freeText.ts';
import {
  BODIES,
  CLAIM_ALL,
  CLOSERS,
  COMPANIONS,
  GIVE_ALL,
  ITEM_INDICES,
  ITEMS,
  NEEDS,
  OPENERS,
  PROPOSAL_CLOSERS,
  QUESTION_CLOSERS,
  PROPOSAL_QUESTIONS,
  PROPOSALS,
  SPARES,
} from './language.ts';
import type { BodyKind, Item } from './language.ts';
import { ownStory } from './seat.ts';
import { standingOffer } from './state.ts';
import type { PriorityState } from './state.ts';
import { ITEM_PATTERN } from './strategies.ts';
import type { Triple } from '../negotiation/schemas.ts';

type Meaning = BodyKind | 'propose' | 'claimAll' | 'giveAll';
const MOST_WORDS = 18;
const FEWEST_WORDS = 3;
/** Closers would soften or repeat these. */
const WITHOUT_CLOSER: readonly Meaning[] = ['accept', 'walkAway', 'warn', 'smallTalk', 'empathise'];

const BODY_KINDS = Object.keys(BODIES) as readonly BodyKind[]; // keys of an object literal's type
const REASON_PATTERN = [...NEEDS.flat(), ...SPARES.flat()].join('|');
const ANY_OPENER = `(${Object.values(OPENERS).join('|')}|)`;

const readSentence = createReader<Meaning>(
  [
    { meaning: 'propose', templates: framed(PROPOSALS, closersOf('propose')) },
    { meaning: 'propose', templates: framed(PROPOSAL_QUESTIONS, closersOf('propose')) },
    { meaning: 'claimAll', templates: framed(CLAIM_ALL, closersOf('claimAll')) },
    { meaning: 'giveAll', templates: framed(GIVE_ALL, closersOf('giveAll')) },
    ...BODY_KINDS.map((kind) => ({
      meaning: kind,
      templates: framed(BODIES[kind], closersOf(kind)),
    })),
  ],
  {
    x: ITEM_PATTERN,
    me: SHARE,
    you: SHARE,
    who: COMPANIONS.join('|'),
    reason: REASON_PATTERN,
  },
);

/** What an utterance of the seat to move does. */
export function readUtterance(state: PriorityState, seat: SeatIndex, utterance: string): PriorityAction {
  const offer = standingOffer(state, seat);
  const proposal = state.proposals[seat];
  const reading = readSentence(utterance);
  if (!reading) return readFreeText(utterance, proposal, offer);
  const { slots, meaning } = reading;
  const item = ITEM_INDICES.find((candidate) => ITEMS[candidate] === slots['x']) ?? 0; // only read where {x} stands
  switch (meaning) {
    case 'propose':
      return readProposal(slots['me'], slots['you']);
    case 'claimAll':
      return { kind: 'propose', share: PACKAGES };
    case 'giveAll':
      return { kind: 'propose', share: [0, 0, 0] };
    case 'insist':
      return proposal ? { kind: 'propose', share: proposal } : invalid('There is no earlier proposal to stay with.');
    case 'accept':
      return offer ? { kind: 'accept' } : invalid('There is no offer to accept yet.');
    case 'askMost':
      return { kind: 'ask', rank: 'most' };
    case 'askLeast':
      return { kind: 'ask', rank: 'least' };
    case 'tellMost':
      return { kind: 'tell', rank: 'most', item };
    case 'tellLeast':
      return { kind: 'tell', rank: 'least', item };
    case 'appeal':
    case 'spare':
      return { kind: meaning, item };
    case 'smallTalk':
      return { kind: 'small-talk' };
    case 'walkAway':
      return { kind: 'walk-away' };
    default:
      return { kind: meaning };
  }
}

/**
 * How often a proposal says what the partner gets, by what the strategy speaks of: amounts of the own share, which are said
 * as they stand there; what the partner gets; anything else.
 */
const NAMES_THEIRS = { amounts: 0, giving: 0.8, others: 0.1 };

/** A sentence that proposes the share. */
export function sayShare(
  state: PriorityState,
  share: Triple,
  spokenOf: keyof typeof NAMES_THEIRS,
  isBlunt: boolean,
  random: RandomStream,
): string {
  const total = share[0] + share[1] + share[2];
  if (total === 9 && spokenOf !== 'amounts') return say(state, 'claimAll', isBlunt, random);
  if (total === 0) return say(state, 'giveAll', isBlunt, random);
  const slot = random.uniform() < NAMES_THEIRS[spokenOf] ? '{you}' : '{me}';
  const amounts = () => ({ me: writeShare(share, random), you: writeShare(restOf(share), random) });
  return say(state, 'propose', isBlunt, random, amounts, slot);
}

/** A sentence that does what `kind` says; `item` where that names one. */
export function sayBody(
  state: PriorityState,
  seat: SeatIndex,
  kind: BodyKind,
  item: Item,
  isBlunt: boolean,
  random: RandomStream,
): string {
  const { companion, needs, spares } = ownStory(state, seat);
  const reason = kind === 'spare' ? SPARES[item][spares[item]] : NEEDS[item][needs[item]];
  return say(state, kind, isBlunt, random, () => ({
    x: ITEMS[item],
    who: COMPANIONS[companion] ?? '',
    reason: reason ?? '',
  }));
}

/** `slot`: what the sentence has to name; empty for anything. */
function say(
  state: PriorityState,
  meaning: Meaning,
  isBlunt: boolean,
  random: RandomStream,
  drawSlots: () => Readonly<Record<string, string>> = () => ({}),
  slot = '',
): string {
  const isFirstTurn = state.turnIndex < 2;
  const opener = isBlunt ? OPENERS.blunt : isFirstTurn ? OPENERS.greeting : OPENERS.soft;
  for (;;) {
    const isQuestion = meaning === 'propose' && random.uniform() < 0.3;
    const body = random.pick(
      (isQuestion ? PROPOSAL_QUESTIONS : bodiesOf(meaning)).filter((template) => template.includes(slot)),
    );
    const before = random.uniform() < 0.6 ? `${opener},` : '';
    const closes = !isQuestion && !WITHOUT_CLOSER.includes(meaning) && random.uniform() < 0.5;
    const behind = closes ? closersOf(meaning) : '';
    const stop = body.endsWith('?') ? '' : '.';
    const text = asSentences(writeText(`${before} ${body}${stop} ${behind}`, random, drawSlots()));
    const words = text.split(' ').length;
    if (words >= FEWEST_WORDS && words <= MOST_WORDS) return text;
  }
}

function framed(bodies: readonly Template[], closers: Template): Template[] {
  return bodies.map((body) => `${ANY_OPENER} ${body} (${closers}|)`);
}

function bodiesOf(meaning: Meaning): readonly Template[] {
  if (meaning === 'propose') return PROPOSALS;
  if (meaning === 'claimAll') return CLAIM_ALL;
  return meaning === 'giveAll' ? GIVE_ALL : BODIES[meaning];
}

function closersOf(meaning: Meaning): Template {
  switch (meaning) {
    case 'propose':
    case 'claimAll':
    case 'giveAll':
    case 'insist':
      return PROPOSAL_CLOSERS;
    case 'askMost':
    case 'askLeast':
      return QUESTION_CLOSERS;
    default:
      return CLOSERS;
  }
}

function readProposal(me: string | undefined, you: string | undefined): PriorityAction {
  const named = readShare(me ?? you ?? '');
  if (typeof named === 'string') return invalid(named);
  return { kind: 'propose', share: me === undefined ? restOf(named) : named };
}

/** A capital after every full stop. */
function asSentences(text: string): string {
  return asSentence(text).replace(/([.!?] )([a-z])/g, (_, stop: string, letter: string) => stop + letter.toUpperCase());
}

function invalid(reason: string): PriorityAction {
  return { kind: 'invalid', reason };
}
