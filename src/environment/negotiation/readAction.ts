import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { NUMBER, readAmount } from './amounts.ts';
import { complement, isSameShare } from './division.ts';
import { cutIntoPhrases, normaliseText } from './phrases.ts';
import type { Phrase, PhraseKind } from './phrases.ts';
import type { DealAction, Triple } from './schemas.ts';

/** What the words refer to: shares are the speaker's own. */
export interface TableInWords {
  readonly counts: Triple;
  /** The partner's standing offer as the speaker's share. */
  readonly offer: Triple | null;
  /** The speaker's own last proposal. */
  readonly proposal: Triple | null;
}

type Owner = 'me' | 'you';
/** What talk can be about; of several topics, the first. */
const TOPICS = ['warning', 'hurry', 'thinking', 'small-talk', 'apology', 'thanks'] as const;
const GOES_ON_BARGAINING = [
  'reject',
  'complain',
  'insist',
  'final',
  'ask',
  'ask-item',
  'ask-offer',
  'warning',
  'thinking',
] as const;
const DIVIDES_ITEMS = new RegExp(`(?:^| )(?:${NUMBER}|all|both|everything|nothing|rest|half|split|share|each)(?= |$)`);
const NEGATION = /\b(?:not|no|never|nor|neither|refuse|reject|decline)\b/;

/**
 * What an utterance does in the game. Deals are never guessed: unless every word around it is understood and the
 * quantities fit the table, something that sounds like a deal is `invalid` and changes nothing.
 */
export function readUtterance(utterance: string, table: TableInWords): DealAction {
  const text = normaliseText(utterance);
  const phrases = cutIntoPhrases(text);
  const has = (kind: PhraseKind) => phrases.some((phrase) => phrase.kind === kind);
  const unknown = phrases.filter((phrase) => phrase.kind === 'unknown').map((phrase) => phrase.text);

  const unowned = phrases.find((phrase) => phrase.kind === 'unowned');

  if (unknown.length > 0) return readWithUnknownWords(unknown.join(' '), text, has);
  if (unowned) return invalid(`It is not said who gets “${unowned.text}”.`);
  if (has('walk-away')) {
    return has('accept') || has('claim') || has('insist') || has('final')
      ? invalid('This both leaves and goes on.')
      : { kind: 'walk-away' };
  }
  if (has('claim')) return readProposal(phrases, has, table);
  if (has('accept')) return readAcceptance(has, table);
  if (has('insist') || has('final')) return readInsistence(has('final'), table);
  if (has('complain')) return { kind: 'reject', isComplaint: true };
  if (has('reject')) return { kind: 'reject' };
  if (has('ask') || has('ask-item') || has('ask-offer')) return readQuestion(phrases);
  if (has('wants') || has('spares') || has('worth')) return readStatement(phrases);
  const topic = TOPICS.find(has);
  return topic ? { kind: 'talk', topic } : { kind: 'talk' };
}

/** Harmless acts survive unknown words; a deal does not. */
function readWithUnknownWords(words: string, text: string, has: (kind: PhraseKind) => boolean): DealAction {
  const soundsLikeDeal = has('claim') || has('accept') || has('insist') || has('walk-away');
  if (has('accept') && !has('claim') && NEGATION.test(text)) return { kind: 'reject' };
  if ((has('reject') || has('complain')) && !soundsLikeDeal) return { kind: 'reject' };
  if (soundsLikeDeal || DIVIDES_ITEMS.test(text))
    return invalid(`This sounds like a deal, but “${words}” is not clear.`);
  if (has('ask') || has('ask-item') || has('ask-offer')) return { kind: 'ask' };
  return { kind: has('wants') || has('spares') || has('worth') ? 'tell' : 'talk' };
}

function readProposal(phrases: readonly Phrase[], has: (kind: PhraseKind) => boolean, table: TableInWords): DealAction {
  const share = readShare(phrases, table.counts);
  if (!share.ok) return invalid(share.error);
  if (has('insist') && !(table.proposal && isSameShare(table.proposal, share.value))) {
    return invalid('This both keeps the earlier proposal and makes another.');
  }
  if (!has('accept')) return { kind: 'propose', share: share.value, ...(has('final') && { isFinal: true }) };
  const isRefused = has('reject') || has('complain') || has('final');
  const restatesOffer = table.offer !== null && isSameShare(table.offer, share.value) && !isRefused;
  return restatesOffer ? { kind: 'accept' } : invalid('This both accepts the offer and proposes another split.');
}

function readAcceptance(has: (kind: PhraseKind) => boolean, { offer }: TableInWords): DealAction {
  if (GOES_ON_BARGAINING.some(has)) return invalid('This both accepts and goes on bargaining.');
  return offer ? { kind: 'accept' } : invalid('There is no offer to accept yet.');
}

function readInsistence(isFinal: boolean, { proposal }: TableInWords): DealAction {
  if (!proposal) return invalid('There is no earlier proposal to stay with.');
  return { kind: 'insist', share: proposal, ...(isFinal && { isFinal: true }) };
}

/** What is asked for; unless it is one thing, nothing in particular. */
function readQuestion(phrases: readonly Phrase[]): DealAction {
  const asked = phrases.filter(({ kind }) => kind === 'ask' || kind === 'ask-item' || kind === 'ask-offer');
  const [first, ...others] = asked;
  if (!first || others.some(({ kind, item }) => kind !== first.kind || item !== first.item)) return { kind: 'ask' };
  if (first.kind === 'ask-offer') return { kind: 'ask', about: 'proposal' };
  return first.item === undefined ? { kind: 'ask' } : { kind: 'ask', item: first.item };
}

/** What is said of an item; of several items, nothing in particular. */
function readStatement(phrases: readonly Phrase[]): DealAction {
  const said = phrases.filter(({ kind }) => kind === 'wants' || kind === 'spares' || kind === 'worth');
  const item = said[0]?.item;
  if (item === undefined || said.some((phrase) => phrase.item !== item)) return { kind: 'tell' };
  const stances = new Set(said.flatMap(({ kind }) => (kind === 'wants' || kind === 'spares' ? [kind] : [])));
  const stance = stances.size === 1 ? [...stances][0] : undefined;
  const points = new Set(said.flatMap(({ points }) => points ?? []));
  return {
    kind: 'tell',
    item,
    ...(stance && { stance }),
    ...(stance === 'wants' && phrases.some(({ kind }) => kind === 'reason') && { hasReason: true }),
    ...(points.size === 1 && { points: [...points][0] }),
  };
}

/** The one share that all claims agree on. Items that nobody claims go to the one who was not mentioned. */
function readShare(phrases: readonly Phrase[], counts: Triple): Result<Triple, string> {
  const claimed: Partial<Record<Owner, Triple | 'rest'>> = {};
  for (const phrase of phrases) {
    if (phrase.kind !== 'claim') continue;
    const claim = readClaim(phrase, counts);
    if (!claim.ok) return claim;
    const { owner, amount } = claim.value;
    const earlier = claimed[owner];
    if (earlier !== undefined && !isSameAmount(earlier, amount)) {
      return err(`This names two different shares for ${owner === 'me' ? 'me' : 'you'}.`);
    }
    claimed[owner] = amount;
  }
  const { me, you } = claimed;
  const mine = me === 'rest' ? undefined : me;
  const yours = you === 'rest' ? undefined : you;
  if (!mine && !yours) return err('The rest of what? No share is named.');
  if (mine && yours && !isSameShare(yours, complement(counts, mine))) {
    return err('The two shares do not add up to what lies on the table.');
  }
  return ok(mine ?? complement(counts, yours ?? counts));
}

function readClaim(phrase: Phrase, counts: Triple): Result<{ owner: Owner; amount: Triple | 'rest' }, string> {
  const { mine, led, ledOwner, owned, owner, possessor } = phrase.parts;
  const leader: Owner | undefined = led === undefined ? undefined : mine === undefined ? 'you' : 'me';
  const follower = ownerNamed(owner ?? possessor ?? ledOwner);
  if (leader && follower && leader !== follower) return err(`“${phrase.text}” names two owners.`);
  const amount = readAmount(led ?? owned ?? '', counts);
  return amount.ok ? ok({ owner: leader ?? follower ?? 'me', amount: amount.value }) : amount;
}

function ownerNamed(word: string | undefined): Owner | undefined {
  if (word === undefined) return undefined;
  return ['me', 'myself', 'mine'].includes(word) ? 'me' : 'you';
}

function isSameAmount(one: Triple | 'rest', other: Triple | 'rest'): boolean {
  return one === 'rest' || other === 'rest' ? one === other : isSameShare(one, other);
}

function invalid(reason: string): DealAction {
  return { kind: 'invalid', reason };
}
