import { AMOUNT, ITEM, kindOf, NUMBER } from './amounts.ts';
import type { ClauseName, Kind } from './language.ts';
import { createPhraseBook } from './phraseBook.ts';
import type { KnownClause } from './phraseBook.ts';

/** What one stretch of an utterance is. `claim` says who gets what, `unowned` only what; `filler` means nothing in the game. */
export type PhraseKind =
  | 'claim'
  | 'unowned'
  | 'accept'
  | 'reject'
  | 'complain'
  | 'insist'
  | 'final'
  | 'walk-away'
  | 'ask'
  | 'ask-item'
  | 'ask-offer'
  | 'wants'
  | 'spares'
  | 'worth'
  | 'reason'
  | 'small-talk'
  | 'thanks'
  | 'apology'
  | 'hurry'
  | 'warning'
  | 'thinking'
  | 'question'
  | 'filler'
  | 'unknown';

export interface Phrase {
  readonly kind: PhraseKind;
  readonly text: string;
  /** Named parts of a `claim`. */
  readonly parts: Readonly<Record<string, string | undefined>>;
  /** What it is about, if it is about one item. */
  readonly item?: Kind;
  readonly points?: number;
}

/** What the clauses of `language.json` are. A text in two of them is the one that stands first here. */
const CLAUSE_KINDS: Readonly<Record<ClauseName, PhraseKind>> = {
  acceptDeal: 'accept',
  acceptView: 'accept',
  complain: 'complain',
  reject: 'reject',
  final: 'final',
  insist: 'insist',
  leaving: 'walk-away',
  ask: 'ask',
  askItem: 'ask-item',
  askOffer: 'ask-offer',
  wants: 'wants',
  spares: 'spares',
  worth: 'worth',
  reason: 'reason',
  warning: 'warning',
  hurry: 'hurry',
  thinking: 'thinking',
  smallTalk: 'small-talk',
  smallQuestion: 'small-talk',
  apology: 'apology',
  thanks: 'thanks',
  opener: 'filler',
  agreeable: 'filler',
  greeting: 'filler',
  offerLead: 'filler',
  concedeLead: 'filler',
  raiseLead: 'filler',
  tradeLead: 'filler',
  giveLead: 'filler',
  fairLead: 'filler',
  closer: 'filler',
  politeTail: 'filler',
  firmCloser: 'filler',
  aside: 'filler',
  plea: 'filler',
  link: 'filler',
  askLead: 'filler',
  onward: 'filler',
  bye: 'filler',
  scorn: 'filler',
};

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/[’`]/g, "'"],
  [/\bcan'?t\b|\bcannot\b/g, 'can not'],
  [/\bwon'?t\b/g, 'will not'],
  [/n't\b/g, ' not'],
  [/\bdont\b/g, 'do not'],
  [/\bdoesnt\b/g, 'does not'],
  [/'d\b/g, ' would'],
  [/'ll\b/g, ' will'],
  [/'ve\b/g, ' have'],
  [/'m\b/g, ' am'],
  [/'re\b/g, ' are'],
  [/\blet's\b/g, 'let us'],
  [/'s\b/g, ' is'],
];

const MODAL = '(?:(?:will|can|could|would|may|should|just|only|also|then|still|really) )*';
const THAT = '(?:that|this|it|(?:your|the|their|this|that) (?:offer|deal|proposal|split))';
const FITS = '(?:works?|(?:is|sounds|looks|seems) (?:ok|okay|fine|good|great|fair|perfect|acceptable))';
const TO_ME = '(?: (?:for|to|with) me)?';
const GET = '(?:take|keep|get|have)';

const MINE = [
  `i ${MODAL}(?:${GET}|claim|demand|want(?: to ${GET})?|like(?: to ${GET})?|ask for|insist on|go for)`,
  `i ${MODAL}need(?= ${NUMBER}| nothing| everything| it all)`,
  `i (?:must|have to) ${GET}`,
  `i would (?:really )?love(?: to ${GET})?`,
  `i would be (?:(?:so|very) )?happy with`,
  'i was hoping (?:for|to (?:take|keep|get|have))',
  `i am (?:asking for|taking|keeping)`,
  `(?:would it|is it) (?:be )?(?:ok|okay|alright|possible) if i (?:${GET}|took|kept|had|got)`,
  `(?:can|could|may) i (?:please )?${GET}`,
  '(?:just )?give me',
  'let me (?:have|take|keep)',
].join('|');
const YOURS = `you ${MODAL}${GET}|(?:i ${MODAL})?(?:give|offer|leave) you`;
const OWNER = '(?:me|you|myself|yourself)';

/** Tried in this order at every word; the first that matches wins. */
const PHRASES: readonly (readonly [PhraseKind, string])[] = [
  [
    'wants',
    `i (?:(?:really|also|do|just|only) )*(?:love|like|prefer|value|need|care about)(?: all)?(?: the)? ${ITEM}(?: most)?`,
  ],
  [
    'wants',
    `(?:the )?${ITEM} (?:really )?(?:matters?|(?:are|is) (?:very |most )?important)(?: the)?(?: most)?${TO_ME}`,
  ],
  ['spares', `i (?:really )?do not (?:really )?(?:care about|need|want|like)(?: the)? ${ITEM}`],
  ['spares', `(?:the )?${ITEM} (?:means? little|(?:are|is) not important)${TO_ME}`],
  ['spares', `i have no (?:use|need) for(?: the)? ${ITEM}`],
  ['claim', `(?:(?<mine>${MINE})|(?<yours>${YOURS})) (?<led>${AMOUNT})(?: (?:for|to) (?<ledOwner>${OWNER}))?`],
  [
    'claim',
    `(?<owned>${AMOUNT}) (?:(?:(?:is|are) )?(?:for|to) (?<owner>${OWNER})|(?:is|are) (?<possessor>mine|yours))`,
  ],
  ['reject', `no deal(?: like (?:this|that))?`],
  [
    'reject',
    `(?:${THAT}|i) (?:(?:does|do|can|could|will|would) not|(?:(?:can|could|will|would) )?never) (?:work|accept|agree|take)(?: (?:to|with))?(?: ${THAT})?${TO_ME}`,
  ],
  ['complain', `${THAT} is (?:not (?:enough|good|good enough|fair|acceptable)|too (?:little|low|bad)|unfair)${TO_ME}`],
  [
    'reject',
    `not enough${TO_ME}|i (?:refuse|decline|reject)(?: ${THAT})?|no thank(?:s| you)|no way|no(?= (?:i|you|that|this|it)\\b|$| [,.!?])`,
  ],
  ['walk-away', `i (?:(?:will|am going to) )?(?:walk away|leave|quit)(?= [,.!?]|$)|i am (?:out|leaving)(?= [,.!?]|$)`],
  [
    'question',
    `(?:is (?:it|that|this) a |do you |would you |can you |will you )?(?:deal|ok|okay|agreed|agree|accept)(?: to | with | )?${THAT}? \\?|(?:is (?:it|that|this) a |do we have a )?deal \\?`,
  ],
  ['accept', `(?:(?:it|that) is a |(?:we|you) have a )?deal|agreed|accepted|yes|yeah|yep`],
  [
    'accept',
    `i ${MODAL}(?:do |gladly |happily )?(?:accept|agree)(?: (?:to|with))?(?: ${THAT})?|i ${MODAL}take (?:it|that|this|(?:your|the|that|this) (?:offer|deal))`,
  ],
  ['accept', `${THAT} ${FITS}${TO_ME}`],
  [
    'insist',
    `my (?:last )?(?:offer|proposal) (?:still )?stands|(?:the )?same (?:offer )?as before|same offer|i insist|i hold firm`,
  ],
  ['insist', `i (?:repeat|stay with|stand by|keep) my (?:last )?(?:offer|proposal)`],
  ['filler', `it is(?: still)?(?= ${AMOUNT} (?:for|to) ${OWNER}(?: |$))`],
  ['filler', `what if|(?:how|what) about|my (?:offer|proposal|share) is|i (?:propose|suggest)`],
  ['ask', `(?:what|which)(?: (?!(?:i|and|everything|nothing|rest|all|none)\\b)[a-z]+)+`],
  ['unowned', AMOUNT],
  ['filler', `ok|okay|well|hmm|look|sorry|please|then|so|hi|hello|thanks|thank you|alright|and|but|[,.!?;:]`],
];

const MATCHERS = PHRASES.map(([kind, source]) => {
  const notAsked = kind === 'accept' ? String.raw`(?! \?)` : '';
  return { kind, pattern: new RegExp(`(?:${source})(?= |$)${notAsked}`, 'y') };
});
const WORD = /\S+/y;

let phraseBook: ReturnType<typeof createPhraseBook> | undefined;

/** Lower case, contractions written out, punctuation and words separated by single spaces. */
export function normaliseText(text: string): string {
  const plain = CONTRACTIONS.reduce(
    (result, [pattern, written]) => result.replace(pattern, written),
    text.toLowerCase(),
  );
  return (plain.match(/-?\d+(?:\.\d+)?|[a-z]+|[^\sa-z\d]/g) ?? []).join(' ');
}

/** Cuts a normalised text into phrases from left to right. What nothing matches is `unknown`, word by word. */
export function cutIntoPhrases(text: string): Phrase[] {
  const phrases: Phrase[] = [];
  for (let position = 0; position < text.length;) {
    const phrase = phraseAt(text, position);
    phrases.push(phrase);
    position += phrase.text.length + 1; // the space after it
  }
  return phrases;
}

/** The clause of the language or the freer pattern that reaches further; the clause when both reach as far. */
function phraseAt(text: string, position: number): Phrase {
  const known = clauseAt(text, position);
  const free = patternAt(text, position);
  if (known && known.text.length >= (free?.text.length ?? 0)) {
    const { clause, ...about } = known;
    return { kind: CLAUSE_KINDS[clause], parts: {}, ...about };
  }
  if (free) return free;
  WORD.lastIndex = position;
  return { kind: 'unknown', text: WORD.exec(text)?.[0] ?? '', parts: {} };
}

function clauseAt(text: string, position: number): KnownClause | undefined {
  // keys of an object literal's type
  phraseBook ??= createPhraseBook(Object.keys(CLAUSE_KINDS) as ClauseName[], normaliseText);
  WORD.lastIndex = position;
  const word = WORD.exec(text)?.[0] ?? '';
  return phraseBook.get(word)?.find((known) => {
    const end = position + known.text.length;
    return text.startsWith(known.text, position) && isWholeClause(known.clause, text.slice(end));
  });
}

/** “Deal?” agrees to nothing, and neither does the “good” of “good deal”. */
function isWholeClause(clause: ClauseName, following: string): boolean {
  if (following !== '' && !following.startsWith(' ')) return false;
  if (CLAUSE_KINDS[clause] === 'accept') return !following.startsWith(' ?');
  return clause !== 'agreeable' || /^$|^ [,.!?;:]/.test(following);
}

function patternAt(text: string, position: number): Phrase | undefined {
  for (const { kind, pattern } of MATCHERS) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) return { kind, text: match[0], parts: match.groups ?? {}, ...itemOf(kind, match[0]) };
  }
  return undefined;
}

function itemOf(kind: PhraseKind, text: string): { item?: Kind } {
  if (kind !== 'wants' && kind !== 'spares') return {};
  const item = kindOf(new RegExp(ITEM).exec(text)?.[0] ?? '');
  return { item };
}
