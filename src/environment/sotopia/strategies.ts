import type { RandomStream } from '../../base/random.ts';
import type { StrategyReading } from '../../record/episode.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { createReader, plainText, writeText } from '../grammar.ts';
import type { SotopiaAction } from './action.ts';
import { LEAVE, PASS } from './action.ts';
import { saysOneOf } from './checks.ts';
import { FAMILIES, STRATEGIES, UTTERANCES } from './language.ts';
import type { StrategyFamily } from './language.ts';
import { checksOf } from './scenario.ts';
import { movingSeat } from './state.ts';
import type { SotopiaState } from './state.ts';
import { offersTo } from './talk.ts';
import { hear, readNaming, valuesOf, valueText } from './terms.ts';
import type { Issue } from './terms.ts';

/**
 * What rules can check of a strategy. Most strategies of an open dialogue are none of these: they are not readable, and
 * whether they were followed nobody can say by rule.
 */
export type SotopiaStrategy =
  | { readonly family: 'propose'; readonly issue: string; readonly value: string }
  | { readonly family: 'tell'; readonly phrase: string }
  | { readonly family: Exclude<StrategyFamily, 'propose' | 'tell'> };

const readText = createReader<StrategyFamily>(
  FAMILIES.map((family) => ({ meaning: family, templates: STRATEGIES[family] })),
  { value: '.+?', issue: '.+?', phrase: '.+?' },
);

/** Understands a strategy text; null when it is not in the language of strategies. */
export function parseStrategy(text: string): SotopiaStrategy | null {
  const reading = readText(text);
  if (!reading) return null;
  const { value = '', issue = '', phrase = '' } = reading.slots;
  switch (reading.meaning) {
    case 'propose':
      return { family: 'propose', value, issue };
    case 'tell':
      return { family: 'tell', phrase };
    default:
      return { family: reading.meaning };
  }
}

export function writeStrategy(strategy: SotopiaStrategy, random: RandomStream): string {
  const { family, ...slots } = strategy;
  return writeText(random.pick(STRATEGIES[family]), random, slots).toLowerCase();
}

/** Every strategy that applies for the seat to move, values of issues as text: `40 dollars`. */
export function fittingStrategies(state: SotopiaState): readonly SotopiaStrategy[] {
  const seat = movingSeat(state);
  const { scenario } = state;
  return [
    ...scenario.issues.flatMap((issue) =>
      valuesOf(issue).map((value) => ({
        family: 'propose' as const,
        issue: plainText(issue.name),
        value: plainText(valueText(issue, value)),
      })),
    ),
    ...tellablePhrases(state, seat).map((phrase) => ({ family: 'tell' as const, phrase: plainText(phrase) })),
    ...(offersTo(state, seat).size > 0 ? ([{ family: 'accept' }, { family: 'refuse' }] as const) : []),
    { family: 'ask' },
    { family: 'chat' },
    { family: 'pass' },
    { family: 'leave' },
  ];
}

/** What the seat's goal asks it to say. */
function tellablePhrases({ scenario }: SotopiaState, seat: SeatIndex): readonly string[] {
  return checksOf(scenario, seat).flatMap((check) =>
    check.kind === 'says' && check.who === 'self' ? check.phrases : [],
  );
}

export function readStrategyIn(state: SotopiaState, text: string, action: SotopiaAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return { family: null, isApplicable: false, isFollowed: null };
  const isApplicable = isFitting(strategy, state);
  return {
    family: strategy.family,
    isApplicable,
    isFollowed: isApplicable ? isFollowed(strategy, state, action) : null,
  };
}

export function isFitting(strategy: SotopiaStrategy, state: SotopiaState): boolean {
  if (strategy.family === 'propose') return issueOf(strategy, state) !== null;
  return fittingStrategies(state).some((candidate) =>
    candidate.family === 'tell'
      ? strategy.family === 'tell' && candidate.phrase === strategy.phrase
      : candidate.family === strategy.family,
  );
}

/** The issue that a proposal is about, with its value as the issue writes it; null where there is no such choice. */
function issueOf(
  { issue: name, value: text }: SotopiaStrategy & { readonly family: 'propose' },
  { scenario }: SotopiaState,
): { readonly issue: Issue; readonly value: string } | null {
  const issue = scenario.issues.find((candidate) => plainText(candidate.name) === name);
  if (!issue) return null;
  const naming = readNaming(issue, text);
  return naming.kind === 'named' ? { issue, value: naming.value } : null;
}

function isFollowed(strategy: SotopiaStrategy, state: SotopiaState, action: SotopiaAction): boolean {
  const seat = movingSeat(state);
  if (strategy.family === 'pass') return action.kind === 'none';
  if (strategy.family === 'leave') return action.kind === 'leave';
  if (action.kind !== 'speak') return false;
  const { text } = action;
  const { issues } = state.scenario;
  const after = hear(state.terms, issues, seat, text);
  const offers = [...offersTo(state, seat)];
  switch (strategy.family) {
    case 'propose': {
      const asked = issueOf(strategy, state);
      const naming = asked && readNaming(asked.issue, text);
      return naming?.kind === 'named' && naming.value === asked?.value;
    }
    case 'tell':
      return saysOneOf(text, [strategy.phrase]);
    case 'accept':
      return offers.every(([name]) => after[name]?.kind === 'settled');
    case 'refuse':
      return offers.every(([name]) => after[name]?.kind === 'open');
    case 'ask':
    case 'chat':
      return (
        text.includes('?') === (strategy.family === 'ask') && JSON.stringify(after) === JSON.stringify(state.terms)
      );
  }
}

/** What carries the strategy out for the seat to move, to which it applies. */
export function utteranceFor(strategy: SotopiaStrategy, state: SotopiaState, random: RandomStream): string {
  if (strategy.family === 'pass') return PASS;
  if (strategy.family === 'leave') return LEAVE;
  return writeText(random.pick(UTTERANCES[strategy.family]), random, slotsFor(strategy, state));
}

function slotsFor(strategy: SotopiaStrategy, state: SotopiaState): Readonly<Record<string, string>> {
  switch (strategy.family) {
    case 'propose': {
      const asked = issueOf(strategy, state);
      return { value: asked ? valueText(asked.issue, asked.value) : strategy.value };
    }
    case 'tell':
      return { phrase: strategy.phrase };
    case 'refuse': {
      const { issues } = state.scenario;
      const offers = offersTo(state, movingSeat(state));
      return {
        values: issues
          .flatMap((issue) => {
            const value = offers.get(issue.name);
            return value === undefined ? [] : [valueText(issue, value)];
          })
          .join(' or '),
      };
    }
    default:
      return {};
  }
}
