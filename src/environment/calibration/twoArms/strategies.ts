import type { RandomStream } from '../../../base/random.ts';
import type { StrategyReading } from '../../../record/episode.ts';
import { createReader, plainText, writeText } from '../../grammar.ts';
import { bareLever } from './bareForm.ts';
import { LEVERS, STRATEGIES, UTTERANCES } from './language.ts';
import type { Lever } from './language.ts';
import type { ArmsAction } from './state.ts';

/** Pull this lever. */
export interface ArmsStrategy {
  readonly family: Lever;
}

const readText = createReader<Lever>(
  LEVERS.map((lever) => ({ meaning: lever, templates: STRATEGIES[lever] })),
  {},
);

/** Understands a strategy text; null when it is not in the language of strategies. */
export function parseStrategy(text: string): ArmsStrategy | null {
  const reading = readText(text);
  return reading && { family: reading.meaning };
}

export function readStrategy(text: string, action: ArmsAction): StrategyReading {
  const lever = parseStrategy(text)?.family ?? bareLever(text);
  if (lever === null) return { family: null, isApplicable: false, isFollowed: null };
  return { family: lever, isApplicable: true, isFollowed: action.kind === 'pull' && action.lever === lever };
}

export function sayLever(lever: Lever, random: RandomStream): string {
  return writeText(random.pick(UTTERANCES), random, { lever });
}

const UNCLEAR = /\b(?:not|no|never|or|don't|won't|can't|if)\b/;

/** One lever, named plainly. */
export function readUtterance(utterance: string): ArmsAction {
  const text = plainText(utterance);
  const named = LEVERS.filter((lever) => new RegExp(`\\b${lever}\\b`).test(text));
  const [lever] = named;
  if (lever === undefined) return { kind: 'invalid', reason: 'Say which lever: red or blue.' };
  if (named.length > 1 || UNCLEAR.test(text) || utterance.includes('?')) {
    return { kind: 'invalid', reason: `“${text}” does not say which lever.` };
  }
  return { kind: 'pull', lever };
}
