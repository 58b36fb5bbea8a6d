import { AMOUNT, ITEM, NUMBER } from './amounts.ts';

/** What one stretch of an utterance is. `claim` says who gets what, `unowned` only what; `filler` means nothing in the game. */
export type PhraseKind =
  | 'claim'
  | 'unowned'
  | 'accept'
  | 'reject'
  | 'insist'
  | 'walk-away'
  | 'ask'
  | 'tell'
  | 'question'
  | 'filler'
  | 'unknown';

export interface Phrase {
  readonly kind: PhraseKind;
  readonly text: string;
  /** Named parts of a `claim`. */
  readonly parts: Readonly<Record<string, string | undefined>>;
}

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/[’`]/g, "'"],
  [/\bcan'?t\b|\bcannot\b/g, 'can not'],
  [/\bwon'?t\b/g, 'will not'],
  [/n't\b/g, ' not'],
  [/\bdont\b/g, 'do not'],
  [/\bdoesnt\b/g, 'does not'],
  [/'d\b/g, ' would'],
  [/'ll\b/g, ' will'],
  [/'m\b/g, ' am'],
  [/'re\b/g, ' are'],
  [/\blet's\b/g, 'let us'],
  [/'s\b/g, ' is'],
];

const MODAL = '(?:(?:will|can|could|would|may|should|just|only|also|then) )*';
const THAT = '(?:that|this|it|(?:your|the|their|this|that) (?:offer|deal|proposal|split))';
const FITS = '(?:works?|(?:is|sounds|looks|seems) (?:ok|okay|fine|good|great|fair|perfect|acceptable))';
const TO_ME = '(?: (?:for|to|with) me)?';

const MINE =
  `i ${MODAL}(?:take|keep|get|have|claim|want(?: to (?:take|keep|get|have))?|like(?: to (?:take|keep|get|have))?` +
  `|ask for|insist on|need(?= ${NUMBER}))|(?:can|could|may) i (?:please )?(?:have|get|take|keep)|give me|let me (?:have|take|keep)`;
const YOURS = `you ${MODAL}(?:get|have|take|keep)|(?:i ${MODAL})?(?:give|offer|leave) you`;

/** Tried in this order at every word; the first that matches wins. */
const PHRASES: readonly (readonly [PhraseKind, string])[] = [
  [
    'tell',
    `i (?:(?:really|also|do|just|only) )*(?:love|like|prefer|value|need|care about)(?: all)?(?: the)? ${ITEM}(?: most)?`,
  ],
  ['tell', `(?:the )?${ITEM} (?:really )?(?:matters?|(?:are|is) (?:very |most )?important)(?: the)?(?: most)?${TO_ME}`],
  ['tell', `i (?:really )?do not (?:really )?(?:care about|need|want|like)(?: the)? ${ITEM}`],
  ['tell', `(?:the )?${ITEM} (?:means? little|(?:are|is) not important)${TO_ME}`],
  ['tell', `i have no (?:use|need) for(?: the)? ${ITEM}`],
  [
    'claim',
    `(?:(?<mine>${MINE})|(?<yours>${YOURS})) (?<led>${AMOUNT})(?: (?:for|to) (?<ledOwner>me|you|myself|yourself))?`,
  ],
  ['claim', `(?<owned>${AMOUNT}) (?:for|to) (?<owner>me|you|myself|yourself)`],
  ['reject', `no deal(?: like (?:this|that))?`],
  [
    'reject',
    `(?:${THAT}|i) (?:(?:does|do|can|could|will|would) not|(?:(?:can|could|will|would) )?never) (?:work|accept|agree|take)(?: (?:to|with))?(?: ${THAT})?${TO_ME}`,
  ],
  ['reject', `${THAT} is (?:not (?:enough|good|good enough|fair|acceptable)|too (?:little|low|bad)|unfair)${TO_ME}`],
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
  ['filler', `what if|(?:how|what) about|my (?:offer|proposal|share) is|i (?:propose|suggest)`],
  ['ask', `(?:what|which)(?: (?!(?:i|and|everything|nothing|rest|all|none)\\b)[a-z]+)+(?: \\?)?`],
  ['unowned', AMOUNT],
  ['filler', `ok|okay|well|hmm|look|sorry|please|then|so|hi|hello|thanks|thank you|alright|and|but|[,.!?;:]`],
];

const MATCHERS = PHRASES.map(([kind, source]) => ({ kind, pattern: new RegExp(`(?:${source})(?= |$)`, 'y') }));
const WORD = /\S+/y;

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

function phraseAt(text: string, position: number): Phrase {
  for (const { kind, pattern } of MATCHERS) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) return { kind, text: match[0], parts: match.groups ?? {} };
  }
  WORD.lastIndex = position;
  return { kind: 'unknown', text: WORD.exec(text)?.[0] ?? '', parts: {} };
}
