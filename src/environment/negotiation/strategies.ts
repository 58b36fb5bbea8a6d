import { assertNever } from '../../base/errors.ts';
import type { Action, StrategyReading } from '../../record/episode.ts';
import type { Triple } from '../../record/scenario.ts';
import { evenShare, isSameShare } from './division.ts';
import { fillTemplate, KINDS, STRATEGIES } from './language.ts';
import type { Kind, StrategyFamily } from './language.ts';

/** A strategy that was understood, for example `trade` hats for balls: `{ family: 'trade', items: [1, 2] }`. */
export interface Strategy {
  readonly family: StrategyFamily;
  readonly items: readonly Kind[];
}

/** What a strategy refers to, seen from the advised seat: all shares are its own. */
export interface AdvisedTable {
  readonly counts: Triple;
  readonly values: Triple;
  readonly proposal: Triple | null;
  readonly offer: Triple | null;
}

/** What a strategy asks for: a certain share, words only, or nothing that makes sense now. */
export type StrategyTarget =
  { readonly kind: 'share'; readonly share: Triple } | { readonly kind: 'words' } | { readonly kind: 'inapplicable' };

const WORDS: StrategyTarget = { kind: 'words' };
const INAPPLICABLE: StrategyTarget = { kind: 'inapplicable' };
const strategyOfText = strategyDictionary();

/** Understands a strategy text, whatever its case and spacing; null when it is not in the language of strategies. */
export function parseStrategy(text: string): Strategy | null {
  return strategyOfText.get(normalise(text)) ?? null;
}

/** Every text of the language of strategies. */
export function strategyTexts(): readonly string[] {
  return [...strategyOfText.keys()];
}

/** Reads a strategy on the table where it was given; `action` is what the agent then did. */
export function readStrategyOn(table: AdvisedTable, text: string, action: Action): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return { family: null, isApplicable: false, isFollowed: null };
  const target = strategyTarget(strategy, table);
  return {
    family: strategy.family,
    isApplicable: target.kind !== 'inapplicable',
    isFollowed: isFollowed(strategy.family, target, table.counts, action),
  };
}

/** What the strategy means on this table. */
export function strategyTarget({ family, items }: Strategy, table: AdvisedTable): StrategyTarget {
  const { counts, values, proposal, offer } = table;
  const [first, second] = items;
  const isNamed = (kind: Kind) => items.includes(kind);
  switch (family) {
    case 'ask':
    case 'tell':
    case 'deny':
      return WORDS;
    case 'accept':
    case 'reject':
      return offer ? WORDS : INAPPLICABLE;
    case 'keepOne':
    case 'keepTwo':
      return ofEachKind((kind) => (isNamed(kind) ? counts[kind] : 0));
    case 'keepOneSplitRest':
      return ofEachKind((kind) => (isNamed(kind) ? counts[kind] : Math.floor(counts[kind] / 2)));
    case 'all':
      return ofEachKind((kind) => counts[kind]);
    case 'even':
      return { kind: 'share', share: evenShare(counts, values) };
    case 'hold':
      return proposal ? { kind: 'share', share: proposal } : INAPPLICABLE;
    case 'concede':
      if (!proposal || !has(proposal, first)) return INAPPLICABLE;
      return ofEachKind((kind) => proposal[kind] - (kind === first ? 1 : 0));
    case 'give': {
      const start = proposal ?? counts;
      return has(start, first) ? ofEachKind((kind) => (kind === first ? 0 : start[kind])) : INAPPLICABLE;
    }
    case 'trade': {
      const start = proposal ?? offer;
      const canTrade = start && second !== undefined && has(start, first) && start[second] < counts[second];
      if (!canTrade) return INAPPLICABLE;
      return ofEachKind((kind) => (kind === first ? 0 : kind === second ? counts[kind] : start[kind]));
    }
    default:
      return assertNever(family);
  }
}

/** null when it cannot be checked: the strategy does not apply, or it names an item that the action does not record. */
function isFollowed(family: StrategyFamily, target: StrategyTarget, counts: Triple, action: Action): boolean | null {
  switch (target.kind) {
    case 'inapplicable':
      return null;
    case 'words':
      if (family !== 'tell' && family !== 'deny') return action.kind === family;
      return action.kind === 'tell' ? null : false;
    case 'share':
      if (action.kind !== 'propose' && action.kind !== 'insist') return false;
      return family === 'even' ? isEven(action.share, counts) : isSameShare(action.share, target.share);
    default:
      return assertNever(target);
  }
}

function isEven(share: Triple, counts: Triple): boolean {
  return KINDS.every((kind) => Math.abs(2 * share[kind] - counts[kind]) <= 1);
}

function has(share: Triple, kind: Kind | undefined): boolean {
  return kind !== undefined && share[kind] > 0;
}

function ofEachKind(amount: (kind: Kind) => number): StrategyTarget {
  return { kind: 'share', share: [amount(0), amount(1), amount(2)] };
}

function strategyDictionary(): ReadonlyMap<string, Strategy> {
  const dictionary = new Map<string, Strategy>();
  for (const family of Object.keys(STRATEGIES) as StrategyFamily[]) {
    // keys of an object literal's type
    const { arity, templates } = STRATEGIES[family];
    for (const items of orderedChoices(arity)) {
      for (const template of templates) dictionary.set(normalise(fillTemplate(template, items)), { family, items });
    }
  }
  return dictionary;
}

/** Every way to name `arity` different kinds in order. */
function orderedChoices(arity: number): readonly (readonly Kind[])[] {
  if (arity === 0) return [[]];
  return orderedChoices(arity - 1).flatMap((chosen) =>
    KINDS.filter((kind) => !chosen.includes(kind)).map((kind) => [...chosen, kind]),
  );
}

function normalise(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ');
}
