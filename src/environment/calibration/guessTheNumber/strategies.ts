import { assertNever } from '../../../base/errors.ts';
import type { StrategyReading } from '../../../record/episode.ts';
import { createReader } from '../../grammar.ts';
import { bareGuess } from './bareForm.ts';
import { FAMILIES, STRATEGIES } from './language.ts';
import type { StrategyFamily } from './language.ts';
import { HIGHEST, LOWEST } from './scenarios.ts';
import { middleOf, quartersOf } from './state.ts';
import type { GuessAction, Knowledge } from './state.ts';

/** A strategy that was understood; only `exact` names its number, the others look one up on the board or name none. */
export interface GuessStrategy {
  readonly family: StrategyFamily;
  readonly number: number | null;
}

/** What a strategy asks for: a certain guess, something else, or nothing that makes sense now. */
export type StrategyTarget =
  | { readonly kind: 'guess'; readonly number: number }
  | { readonly kind: 'ask' | 'talk' | 'walk-away' }
  | { readonly kind: 'inapplicable' };

const readText = createReader<StrategyFamily>(
  FAMILIES.map((family) => ({ meaning: family, templates: STRATEGIES[family] })),
  { number: String.raw`\d+` },
);

/** Understands a strategy text; null when it is not in the language of strategies. */
export function parseStrategy(text: string): GuessStrategy | null {
  const reading = readText(text);
  if (!reading) return null;
  const { number } = reading.slots;
  return { family: reading.meaning, number: number === undefined ? null : Number(number) };
}

/** Reads a strategy that was given to the guesser; `action` is what then was said. */
export function readStrategyFor(knowledge: Knowledge, text: string, action: GuessAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return readBareWord(knowledge, text, action);
  const target = strategyTarget(strategy, knowledge);
  const isApplicable = target.kind !== 'inapplicable';
  return { family: strategy.family, isApplicable, isFollowed: isApplicable ? isReached(target, action) : null };
}

function readBareWord(knowledge: Knowledge, text: string, action: GuessAction): StrategyReading {
  const number = bareGuess(text, knowledge);
  if (number === null) return { family: null, isApplicable: false, isFollowed: null };
  return { family: text, isApplicable: true, isFollowed: isReached({ kind: 'guess', number }, action) };
}

export function strategyTarget({ family, number }: GuessStrategy, knowledge: Knowledge): StrategyTarget {
  const { low, high, last } = knowledge;
  const [nearLow, nearHigh] = quartersOf(knowledge);
  switch (family) {
    case 'middle':
      return guess(middleOf(knowledge));
    case 'exact':
      return guess(number);
    case 'lowest':
      return guess(low);
    case 'highest':
      return guess(high);
    case 'nearLow':
      return guess(nearLow);
    case 'nearHigh':
      return guess(nearHigh);
    case 'repeat':
      return guess(last);
    case 'oneMore':
      return guess(last === null ? null : last + 1);
    case 'oneLess':
      return guess(last === null ? null : last - 1);
    case 'ask':
      return { kind: 'ask' };
    case 'hesitate':
      return { kind: 'talk' };
    case 'giveUp':
      return { kind: 'walk-away' };
    default:
      return assertNever(family);
  }
}

function guess(number: number | null): StrategyTarget {
  const isPossible = number !== null && number >= LOWEST && number <= HIGHEST;
  return isPossible ? { kind: 'guess', number } : { kind: 'inapplicable' };
}

function isReached(target: StrategyTarget, action: GuessAction): boolean {
  if (target.kind !== 'guess') return action.kind === target.kind;
  return action.kind === 'guess' && action.number === target.number;
}
