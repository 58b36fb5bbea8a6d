import { plainText } from '../../grammar.ts';
import { NAMES, THINGS } from './language.ts';
import { HIGHEST, LOWEST } from './scenarios.ts';
import type { GuessAction } from './state.ts';

const ONES = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' '); // prettier-ignore
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Words that may stand beside the number of a guess. Any other word there, and it is no clear guess. */
const BESIDE_A_GUESS = new Set([
  ...`a again all about after and are be been best bet but can choose correct could exactly feel for go going guess has
  have he hmm how i i'd i'll i'm i've in into is it it's its just let let's like maybe me mean must my next name now number of
  okay on or perhaps pick please possibly right said say see she shot so still stay take that that's the then there there's
  these they think this time to try trying uh um was wager we well what what's with yes you got`.split(/\s+/),
  ...NAMES,
  ...THINGS.flatMap(({ unit, place }) => `${unit} ${place}`.split(' ')),
]);
const TAKES_BACK = /\b(?:no(?! idea)|not|wait|kidding|joking|sorry|unsure|nope)\b/;
const GIVES_UP =
  /\b(?:give up|giving up|(?:i|i'll) (?:quit|stop)|i'm done|no more guessing|(?:i|i'll) (?:leave|go home)|forget (?:it|about|the|your))\b/;
const NEGATION = /\b(?:not|never|won't|don't|can't|cannot|isn't|wouldn't|shouldn't)\b/;

/** What the guesser's words do. A guess is one whole number from 1 to 100 among words that belong to guessing. */
export function readGuess(utterance: string): GuessAction {
  const sentences = withDigits(utterance)
    .split(/(?<=[?!;,:])|(?<=\.)(?!\d)/)
    .map((sentence) => ({ text: plainText(sentence), isQuestion: sentence.trim().endsWith('?') }))
    .filter(({ text }) => text !== '');
  const numbers = new Set(sentences.flatMap(({ text }) => text.match(/-?\d+(?:\.\d+)?/g) ?? []));
  const [number] = numbers;
  if (number === undefined) return readWithoutNumber(sentences);
  if (numbers.size > 1) return invalid('This names more than one number.');
  const value = Number(number);
  if (!(Number.isInteger(value) && value >= LOWEST && value <= HIGHEST)) {
    return invalid(`The number is a whole number from ${LOWEST} to ${HIGHEST}.`);
  }
  const isClear = sentences.every(({ text }) =>
    text.includes(number) ? isGuess(text, number) : !TAKES_BACK.test(text),
  );
  return isClear ? { kind: 'guess', number: value } : invalid(`It is not clear that ${number} is a guess.`);
}

type Sentences = readonly { readonly text: string; readonly isQuestion: boolean }[];

function readWithoutNumber(sentences: Sentences): GuessAction {
  const givesUp = sentences.some(({ text, isQuestion }) => !isQuestion && GIVES_UP.test(text) && !NEGATION.test(text));
  if (givesUp) return { kind: 'walk-away' };
  return { kind: sentences.some(({ isQuestion }) => isQuestion) ? 'ask' : 'talk' };
}

function isGuess(sentence: string, number: string): boolean {
  return sentence.split(' ').every((word) => word === number || BESIDE_A_GUESS.has(word));
}

/** `forty-two` becomes `42`. A lone `one` is a number only where a number must stand: `is it one`. */
function withDigits(text: string): string {
  const tens = `(${TENS.join('|')})`;
  const ones = `(${ONES.join('|')})`;
  return text
    .toLowerCase()
    .replace(/\b(?:a|one) hundred\b/g, '100')
    .replace(new RegExp(`\\b${tens}[ -]${ones}\\b`, 'g'), (_, ten: string, one: string) =>
      String(20 + 10 * TENS.indexOf(ten) + 1 + ONES.indexOf(one)),
    )
    .replace(new RegExp(`\\b${tens}\\b`, 'g'), (ten) => String(20 + 10 * TENS.indexOf(ten)))
    .replace(new RegExp(`\\b(?!one\\b)${ones}\\b`, 'g'), (one) => String(1 + ONES.indexOf(one)))
    .replace(/((?:^|\b(?:is it|it's|number|say|guess|try) ))one(?=[.?!]*$)/g, '$11');
}

function invalid(reason: string): GuessAction {
  return { kind: 'invalid', reason };
}
