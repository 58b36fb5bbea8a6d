import { z } from 'zod';
import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { namesPhrase, plainSentences, type PlainSentence } from './phrases.ts';

const Name = z.string().trim().min(1);
const MOST_AMOUNTS = 60;

/** Something the two may settle. Everybody at the table knows what there is to choose from. */
export const Issue = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('choice'), name: Name, options: z.array(Name).min(2).max(12).readonly() }),
  z
    .strictObject({
      kind: z.literal('amount'),
      name: Name,
      /** As it stands behind a number: `dollars`, `hours`. */
      unit: Name,
      from: z.int().min(0),
      to: z.int().min(1),
      /** Between two amounts that are worth a thought; any whole number between the ends can be settled on. */
      step: z.int().min(1),
    })
    .refine(({ from, to }) => from < to, { message: 'from must be less than to', path: ['to'] })
    .refine(({ from, to, step }) => (to - from) / step <= MOST_AMOUNTS, {
      message: `no more than ${MOST_AMOUNTS} steps`,
      path: ['step'],
    }),
]);
export type Issue = z.infer<typeof Issue>;

/** By issue: what was settled, an option or a whole number as text; null while it is open. */
export type Settled = Readonly<Record<string, string | null>>;

/** Where an issue stands. `by`: who named the value that the other has not settled on yet. */
export type Term =
  | { readonly kind: 'open' }
  | { readonly kind: 'named'; readonly by: SeatIndex; readonly value: string }
  | { readonly kind: 'settled'; readonly value: string };
export type Terms = Readonly<Record<string, Term>>;

export function openTerms(issues: readonly Issue[]): Terms {
  return Object.fromEntries(issues.map(({ name }) => [name, { kind: 'open' }]));
}

export function settledIn(terms: Terms): Settled {
  return Object.fromEntries(
    Object.entries(terms).map(([name, term]) => [name, term.kind === 'settled' ? term.value : null]),
  );
}

/** What an issue's value is called: `friday`, `40 dollars`. */
export function valueText(issue: Issue, value: string): string {
  return issue.kind === 'amount' ? `${value} ${issue.unit}` : value;
}

export function valuesOf(issue: Issue): readonly string[] {
  if (issue.kind === 'choice') return issue.options;
  const { from, to, step } = issue;
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => String(from + index * step));
}

/** What an utterance says of one issue. `isFirm`: not asked, not on a condition, not as somebody else's words. */
export type Naming =
  | { readonly kind: 'silent' }
  | { readonly kind: 'unclear' }
  | { readonly kind: 'named'; readonly value: string; readonly isFirm: boolean }
  | { readonly kind: 'refused'; readonly values: readonly string[] };

const REFUSAL = /\b(?:not|no|nor|never|neither|cannot|without|except|instead|rather|refuse|\p{L}+n't)\b/u;
const HEDGE = /\b(?:if|unless|maybe|perhaps|might|could|would|said|say|says)\b/u;
const ACCEPTANCE =
  /\b(?:agreed|i agree|i accept|it's a deal|we have a deal|deal|works for me|that works|sounds good|let's do (?:it|that)|fine by me)\b/u;
const BARE_ACCEPTANCE = /^(?:yes|ok|okay|sure|yes please|gladly|with pleasure)$/u;

/** Reads one issue out of an utterance. Never guesses: two values in one breath, or a doubt, name none. */
export function readNaming(issue: Issue, utterance: string): Naming {
  const named = new Map<string, boolean>();
  const refused = new Set<string>();
  for (const sentence of plainSentences(utterance)) {
    const values = valuesIn(issue, sentence);
    const isFirm = !sentence.isQuestion && !HEDGE.test(sentence.text);
    for (const value of values) {
      if (REFUSAL.test(sentence.text)) refused.add(value);
      else named.set(value, isFirm || (named.get(value) ?? false));
    }
  }
  const [first] = named;
  if (first && named.size === 1) return { kind: 'named', value: first[0], isFirm: first[1] };
  if (named.size > 1) return { kind: 'unclear' };
  return refused.size > 0 ? { kind: 'refused', values: [...refused] } : { kind: 'silent' };
}

function valuesIn(issue: Issue, { text }: PlainSentence): readonly string[] {
  if (issue.kind === 'choice') return issue.options.filter((option) => namesPhrase(text, option));
  const unit = issue.unit.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&').replace(/s$/u, 's?');
  const amounts = [...text.matchAll(new RegExp(`(?<![\\d.])(\\d+) ${unit}\\b`, 'gu'))].map((match) => Number(match[1]));
  return [...new Set(amounts)].filter((amount) => amount >= issue.from && amount <= issue.to).map(String);
}

/**
 * The terms after a seat has spoken. A value is settled when one seat has named it and the other then takes it up firmly:
 * names the same, or accepts in words without naming another. Who names something else opens the issue again.
 */
export function hear(terms: Terms, issues: readonly Issue[], seat: SeatIndex, utterance: string): Terms {
  const accepts = isAcceptance(utterance);
  return Object.fromEntries(
    issues.map((issue) => [
      issue.name,
      nextTerm(terms[issue.name] ?? { kind: 'open' }, issue, seat, utterance, accepts),
    ]),
  );
}

function nextTerm(term: Term, issue: Issue, seat: SeatIndex, utterance: string, accepts: boolean): Term {
  const naming = readNaming(issue, utterance);
  const offered = term.kind === 'named' && term.by === otherSeat(seat) ? term.value : null;
  switch (naming.kind) {
    case 'named':
      if (term.kind === 'settled' && term.value === naming.value) return term;
      if (offered !== naming.value) return { kind: 'named', by: seat, value: naming.value };
      return naming.isFirm ? { kind: 'settled', value: offered } : term;
    case 'refused':
      return term.kind !== 'open' && naming.values.includes(term.value) ? { kind: 'open' } : term;
    case 'silent':
      return accepts && offered !== null ? { kind: 'settled', value: offered } : term;
    case 'unclear':
      return term;
  }
}

/** Whether the utterance takes up what the other has named. A doubt, a question or a condition anywhere in it says no. */
function isAcceptance(utterance: string): boolean {
  const sentences = plainSentences(utterance);
  if (sentences.some(({ text, isQuestion }) => isQuestion || REFUSAL.test(text) || HEDGE.test(text))) return false;
  return sentences.some(({ text }) => ACCEPTANCE.test(text)) || BARE_ACCEPTANCE.test(sentences[0]?.text ?? '');
}
