import { plainText } from '../grammar.ts';
import { isSameShare } from '../negotiation/division.ts';
import type { PriorityAction } from './action.ts';
import { ENTRY, readShare } from './amounts.ts';
import { PACKAGES, restOf } from './division.ts';
import { ITEM_INDICES, ITEMS } from './language.ts';
import type { Item } from './language.ts';
import type { Triple } from '../negotiation/schemas.ts';

const ANY_ITEM = ITEMS.toReversed().join('|');
const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const CLAIM_TOKENS: readonly (readonly [kind: TokenKind, pattern: string])[] = [
  ['rest', '(?:all )?the (?:rest|others?)|everything else|what is left|the rest|rest'],
  ['all', 'everything|it all|all of it'],
  ['entry', ENTRY],
  ['behind', '(?:for|to|is|are) (?:me|you|us|mine|yours)'],
  ['give', '(?:give|leave|offer)'],
  ['me', "(?:i|me|we|us)(?:'(?:ll|d))?"],
  ['you', "you(?:'(?:ll|d))?"],
  [
    'filler',
    '(?:and|but|so|then|while|if|what|how|about|can|could|may|would|will|want|like|take|get|have|keep|to|just|only|okay|ok|well|hi|hello|hey|please|thanks|let|my|offer|is|idea|maybe|say)',
  ],
];
const CLOSING =
  / *(?:deal|ok|okay|please|thanks|agreed|is that okay|does that work|sounds? good|what do you (?:think|say))$/;
const POLITE = '(?:(?:ok|okay|yes|yeah|sure|fine|great|good|alright|thanks|thank you|well|then|now|please) *)*';
const ACCEPTS = new RegExp(
  `^${POLITE}(?:deal|agreed|accepted|i accept(?: (?:it|that|(?:the|your) (?:offer|deal)))?|i agree|i(?:'ll| will)? take (?:it|(?:the|your) (?:offer|deal))|(?:it's|it is|you have|we have) a deal|that works(?: for me)?|sounds (?:good|fair|great)(?: to me)?) *${POLITE}$`,
);
const LEAVES = new RegExp(
  `^${POLITE}(?:(?:no deal|goodbye|bye) *)?(?:(?:i|we)(?:'m|'re| am| are| will|'ll)? (?:leaving|leave|walk away|walking away|quit|going home)|goodbye|bye) *${POLITE}$`,
);

const RANK_WORD = 'most important|least important|most|least|first|last|important|top';
const STATED_PRIORITY = new RegExp(
  `\\b(?:i|we) (?:really )?(?:need|want|prefer) (?:the )?(?<needed>${ANY_ITEM}) (?:the )?(?<r1>${RANK_WORD})\\b|` +
    `\\b(?<item>${ANY_ITEM}) (?:is|matters|comes|counts) (?:the |my )?(?<r2>${RANK_WORD})\\b|` +
    `\\b(?:i|we|my|our)\\b(?: [a-z]+){0,2} (?<r3>${RANK_WORD})(?: (?:item|need|choice|priority))? is (?:the )?(?<named>${ANY_ITEM})\\b`,
);

type TokenKind = 'rest' | 'all' | 'entry' | 'behind' | 'give' | 'me' | 'you' | 'filler';
type Owner = 'me' | 'you';

/**
 * Reads what no template wrote, for example a person's words. A deal is only read when every single word of it is
 * understood; what merely sounds like one is `invalid`.
 */
export function readFreeText(utterance: string, proposal: Triple | null, offer: Triple | null): PriorityAction {
  const text = withDigits(plainText(utterance));
  const isQuestion = utterance.includes('?');
  if (ACCEPTS.test(text)) return offer ? { kind: 'accept' } : invalid('There is no offer to accept yet.');
  if (LEAVES.test(text)) return { kind: 'walk-away' };
  if (/\b(?:walk away|walking away|leave|leaving|quit|go home|going home)\b/.test(text) && !hasQuantity(text)) {
    return /\b(?:if|or|unless|may|might|could)\b/.test(text)
      ? { kind: 'warn' }
      : invalid('It is not clear who leaves.');
  }
  if (hasQuantity(text)) return readClaims(text);
  if (/\b(?:same|my) (?:offer|proposal)\b/.test(text)) {
    return proposal ? invalid('Say who gets what.') : invalid('There is no earlier proposal to stay with.');
  }
  if (/\b(?:no|not|can't|cannot|won't|never|reject|refuse|don't)\b/.test(text)) {
    return statedPriority(text) ? { kind: 'talk' } : { kind: 'reject' };
  }
  if (/\b(?:deal|accept|agree|agreed|yes)\b/.test(text)) return invalid('Say “I accept” to accept.');
  if (isQuestion && /\b(?:you|your)\b/.test(text) && /\b(?:need|want|matters?|important|prefer|spare)\b/.test(text)) {
    return { kind: 'ask', rank: /\b(?:least|less|spare)\b/.test(text) ? 'least' : 'most' };
  }
  const stated = isQuestion ? null : statedPriority(text);
  if (stated) return { kind: 'tell', ...stated };
  return /\b(?:sorry|understand)\b/.test(text) ? { kind: 'empathise' } : { kind: 'talk' };
}

/** `I need water most`, `food is least important to me`: what somebody says about one own item; null when nothing. */
export function statedPriority(text: string): { readonly rank: 'most' | 'least'; readonly item: Item } | null {
  const plain = plainText(text);
  const match = STATED_PRIORITY.exec(plain)?.groups;
  const item = ITEM_INDICES.find(
    (candidate) => ITEMS[candidate] === (match?.['needed'] ?? match?.['item'] ?? match?.['named']),
  );
  if (item === undefined || match === undefined) return null;
  return { rank: /least|last/.test(Object.values(match).join(' ')) ? 'least' : 'most', item };
}

function hasQuantity(text: string): boolean {
  return (
    /\d|\b(?:all|everything|rest|half|split|share|both|each)\b/.test(text) ||
    (/\b(?:the|no|an?) (?:food|water|firewood)\b/.test(text) && /\b(?:take|get|give|keep|have|yours|mine)\b/.test(text))
  );
}

function readClaims(text: string): PriorityAction {
  if (/^(?:do|did|are|why|which|who|does) /.test(text)) return invalid('A question divides nothing.');
  const claimed: Record<Owner, Triple | null> = { me: null, you: null };
  let owner: Owner | null = null;
  let pending: Triple | null = null;
  let rest = text.replace(CLOSING, '').trim();
  while (rest !== '') {
    const token = nextToken(rest);
    if (!token) return invalid(`This sounds like a deal, but “${rest}” is not clear.`);
    rest = rest.slice(token.text.length).trim();
    if (token.kind === 'me' || token.kind === 'you') {
      if (pending) return invalid('It is not said who gets what.');
      owner = token.kind;
    } else if (token.kind === 'give') owner = null;
    else if (token.kind === 'entry' || token.kind === 'all') {
      const share = token.kind === 'all' ? PACKAGES : readShare(token.text);
      if (typeof share === 'string') return invalid(share);
      const sum: Triple | null = addedTo(owner ? claimed[owner] : pending, share);
      if (!sum) return invalid('An item is mentioned twice.');
      if (owner) claimed[owner] = sum;
      else pending = sum;
    } else if (token.kind === 'behind') {
      const named: Owner = /you/.test(token.text) ? 'you' : 'me';
      if (pending) {
        if (claimed[named]) return invalid('This names a share twice.');
        claimed[named] = pending;
        pending = null;
      } else if (owner && owner !== named) return invalid('This names two owners.');
      owner = null;
    }
  }
  return pending ? invalid('It is not said who gets what.') : agreeingShare(claimed);
}

function agreeingShare({ me, you }: Record<Owner, Triple | null>): PriorityAction {
  if (!me && !you) return invalid('No share is named.');
  if (me && you && !isSameShare(you, restOf(me))) return invalid('The two shares do not add up to what there is.');
  return { kind: 'propose', share: me ?? restOf(you ?? PACKAGES) };
}

function nextToken(text: string): { readonly kind: TokenKind; readonly text: string } | null {
  for (const [kind, pattern] of CLAIM_TOKENS) {
    const match = new RegExp(`^(?:${pattern})(?= |$)`).exec(text);
    if (match) return { kind, text: match[0] };
  }
  return null;
}

/** null when both name the same item. */
function addedTo(one: Triple | null, other: Triple): Triple | null {
  if (!one) return other;
  if (ITEM_INDICES.some((item) => one[item] > 0 && other[item] > 0)) return null;
  return [one[0] + other[0], one[1] + other[1], one[2] + other[2]];
}

function withDigits(text: string): string {
  return text
    .replace(/\b[a-z]+\b/g, (word) => (NUMBER_WORDS.includes(word) ? String(NUMBER_WORDS.indexOf(word)) : word))
    .replace(/\b(?:fire wood|wood)\b/g, 'firewood');
}

function invalid(reason: string): PriorityAction {
  return { kind: 'invalid', reason };
}
