import { plainText } from '../grammar.ts';

/** Whether the words of the phrase stand in the text, one after the other, as whole words. */
export function namesPhrase(text: string, phrase: string): boolean {
  return ` ${plainText(text)} `.includes(` ${plainText(phrase)} `);
}

/** `$40` as it is spoken. */
const DOLLARS = /\$\s?(\d+)/gu;

/** The text in sentences, each plain. `but` begins a new one: what is refused before it is not refused after it. */
export function plainSentences(text: string): readonly PlainSentence[] {
  return text
    .replace(DOLLARS, '$1 dollars')
    .split(/(?<=[!?;\n])|(?<=\.)(?!\d)|\bbut\b/iu)
    .map((part) => ({ text: plainText(part), isQuestion: part.includes('?') }))
    .filter((sentence) => sentence.text !== '');
}

export interface PlainSentence {
  readonly text: string;
  readonly isQuestion: boolean;
}
