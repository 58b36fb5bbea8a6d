import { plainText } from '../../grammar.ts';
import { actsAfter, CARDS } from './cards.ts';
import type { Act, Card, History } from './cards.ts';
import type { KuhnAction } from './state.ts';

const CARD = `(${CARDS.join('|')})`;
/** Somebody says which card they hold. */
const CLAIM = new RegExp(
  `\\b(?:i(?:'ve| have)?(?: really| only| just)? (?:have|hold|got|show)|i've|i'm holding|i am holding|my card is|mine is|it's|it is|this is|here is|here's|with|look at|show you) (?:the|a|my) ${CARD}\\b`,
);
const POSSESSION = new RegExp(`\\bmy ${CARD}\\b`);

/** Words in which `bet`, `call` or `check` is no act of the speaker. */
const NO_ACT =
  /\b(?:your|that|the|this) (?:bet|call|check|chip)\b|\bi bet (?:you|that|he|she|it|they|i)\b|\bcall (?:me|him|her|my|you a)\b|\bcheck (?:my|your|the|on|if|with|it)\b/g;
const ACT_WORDS: readonly (readonly [Act, RegExp])[] = [
  ['check', /\b(?:check|checks|checking|pass|passing)\b/],
  ['bet', /\b(?:bet|bets|betting|raise|raising)\b|\b(?:put|putting)(?: in)? (?:1|one|a)(?: more)?(?: chip)?\b/],
  ['call', /\b(?:call|calls|calling|pay to see)\b/],
  ['fold', /\b(?:fold|folds|folding)\b|\bi(?:'m| am) out\b|\bi (?:give up|quit)\b/],
];
const UNCLEAR =
  /\b(?:not|no|never|nor|neither|won't|don't|can't|didn't|if|would|could|might|should|i'd|maybe|almost)\b/;
/** The act is the listener's: `you can check`, `will you call`. */
const OF_THE_LISTENER = /\byou(?:'ll|'d)?(?: \w+){0,2} (?:check|bet|raise|call|fold)\b|\b(?:do|will|can|did) you\b/;
const AMOUNT = /\b(?:-?\d+(?:\.\d+)?|two|three|four|five|ten|all in|everything)\b/g;

/** What an utterance does after `history`: one clear act of the speaker that is possible now, or nothing. */
export function readUtterance(utterance: string, history: History): KuhnAction {
  const sentences = utterance
    .split(/(?<=[?!;,:])|(?<=\.)(?!\d)/)
    .map((sentence) => ({ text: plainText(sentence), isQuestion: sentence.trim().endsWith('?') }));
  const acts = new Set<Act>();
  for (const { text, isQuestion } of sentences) {
    const named = actsIn(text);
    if (named.length === 0 || OF_THE_LISTENER.test(text)) continue;
    if (isQuestion || UNCLEAR.test(text)) return invalid(`“${text}” does not say what you do.`);
    for (const act of named) acts.add(act);
  }
  const [act] = acts;
  const possible = actsAfter(history);
  if (act === undefined) return invalid(`Say whether you ${possible.join(' or ')}.`);
  if (acts.size > 1) return invalid(`This names more than one act: ${[...acts].join(', ')}.`);
  if (!possible.includes(act)) return invalid(`You may ${possible.join(' or ')} here, not ${act}.`);
  const amounts = act === 'bet' ? (plainText(utterance).match(AMOUNT) ?? []) : [];
  if (amounts.some((amount) => amount !== '1')) return invalid('A bet is 1 chip.');
  return { kind: act, claim: claimIn(utterance) };
}

/** The card that the speaker says they hold; null when they say none, deny one, or ask. */
export function claimIn(utterance: string): Card | null {
  for (const sentence of utterance.split(/(?<=[.?!;])/)) {
    if (sentence.trim().endsWith('?')) continue;
    const text = plainText(sentence);
    const named = CLAIM.exec(text)?.[1] ?? POSSESSION.exec(text)?.[1];
    const card = CARDS.find((candidate) => candidate === named);
    if (card && !/\b(?:not|no|never|don't|haven't|isn't|wish|if)\b/.test(text)) return card;
  }
  return null;
}

function actsIn(text: string): Act[] {
  const rest = text.replace(NO_ACT, ' ');
  return ACT_WORDS.filter(([, pattern]) => pattern.test(rest)).map(([act]) => act);
}

function invalid(reason: string): KuhnAction {
  return { kind: 'invalid', reason };
}
