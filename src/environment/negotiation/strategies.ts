import { assertNever } from '../../base/errors.ts';
import { allocations, complement, evenShare, worth } from './division.ts';
import { KINDS } from './language.ts';
import type { Kind, WordFamily } from './language.ts';
import { itemsNamedBy, namesAmounts, STRATEGY_FAMILIES } from './strategyText.ts';
import type { Strategy } from './strategyText.ts';
import type { Triple } from './schemas.ts';

/** What a strategy refers to, seen from the advised seat: all shares are its own. */
export interface AdvisedTable {
  readonly counts: Triple;
  readonly values: Triple;
  readonly proposal: Triple | null;
  readonly offer: Triple | null;
}

/** What a strategy asks for: a certain share, words only, or nothing that makes sense now. */
export type StrategyTarget =
  | { readonly kind: 'share'; readonly share: Triple }
  | { readonly kind: 'words'; readonly family: WordFamily }
  | { readonly kind: 'inapplicable' };

const INAPPLICABLE: StrategyTarget = { kind: 'inapplicable' };

/** What the strategy means on this table. */
export function strategyTarget({ family, items, amounts }: Strategy, table: AdvisedTable): StrategyTarget {
  const { counts, values, proposal, offer } = table;
  const [first, second] = items;
  const isNamed = (kind: Kind) => items.includes(kind);
  const words = (family: WordFamily): StrategyTarget => ({ kind: 'words', family });
  switch (family) {
    case 'ask':
    case 'askItem':
    case 'yield':
    case 'tell':
    case 'deny':
    case 'explain':
    case 'reveal':
    case 'smallTalk':
    case 'thank':
    case 'apologise':
    case 'hurry':
    case 'stall':
    case 'warn':
    case 'leave':
      return words(family);
    case 'accept':
    case 'reject':
    case 'complain':
      return offer ? words(family) : INAPPLICABLE;
    case 'bluff':
      return first !== undefined && values[first] < Math.max(...values) ? words(family) : INAPPLICABLE;
    case 'keepOne':
    case 'keepTwo':
      return ofEachKind((kind) => (isNamed(kind) ? counts[kind] : 0));
    case 'keepOneSplitRest':
      return ofEachKind((kind) => (isNamed(kind) ? counts[kind] : Math.floor(counts[kind] / 2)));
    case 'halve':
      if (first === undefined || counts[first] < 2) return INAPPLICABLE;
      return ofEachKind((kind) => (isNamed(kind) ? Math.ceil(counts[kind] / 2) : counts[kind]));
    case 'leaveOne':
      return ofEachKind((kind) => counts[kind] - (isNamed(kind) ? 1 : 0));
    case 'keepValued':
      if (Math.min(...values) > 0) return INAPPLICABLE;
      return ofEachKind((kind) => (values[kind] > 0 ? counts[kind] : 0));
    case 'all':
      return ofEachKind((kind) => counts[kind]);
    case 'even':
      return { kind: 'share', share: evenShare(counts, values) };
    case 'askFor':
    case 'askPolitely':
    case 'askFirmly':
      return amounts && isOnTable(amounts, counts) ? { kind: 'share', share: amounts } : INAPPLICABLE;
    case 'offerThem':
      if (!amounts || !isOnTable(amounts, counts)) return INAPPLICABLE;
      return { kind: 'share', share: complement(counts, amounts) };
    case 'hold':
    case 'finalOffer':
      return proposal ? { kind: 'share', share: proposal } : INAPPLICABLE;
    case 'concede':
      if (!proposal || !has(proposal, first)) return INAPPLICABLE;
      return ofEachKind((kind) => proposal[kind] - (isNamed(kind) ? 1 : 0));
    case 'raise':
      if (!proposal || !has(complement(counts, proposal), first)) return INAPPLICABLE;
      return ofEachKind((kind) => proposal[kind] + (isNamed(kind) ? 1 : 0));
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

/** Every strategy that can be written for this table; whether it applies is another matter. */
export function everyStrategy(counts: Triple): readonly Strategy[] {
  return STRATEGY_FAMILIES.flatMap((family): Strategy[] => {
    if (!namesAmounts(family)) return itemChoices(itemsNamedBy(family)).map((items) => ({ family, items }));
    return allocations(counts).flatMap((amounts) =>
      worth([1, 1, 1], amounts) > 0 ? [{ family, items: [], amounts }] : [],
    );
  });
}

/** Those of them that apply. */
export function applicableStrategies(table: AdvisedTable): readonly Strategy[] {
  return everyStrategy(table.counts).filter((strategy) => strategyTarget(strategy, table).kind !== 'inapplicable');
}

/** Every way to name so many different kinds in order. */
function itemChoices(size: number): readonly (readonly Kind[])[] {
  if (size === 0) return [[]];
  return itemChoices(size - 1).flatMap((chosen) =>
    KINDS.filter((kind) => !chosen.includes(kind)).map((kind) => [...chosen, kind]),
  );
}

function isOnTable(amounts: Triple, counts: Triple): boolean {
  return worth([1, 1, 1], amounts) > 0 && KINDS.every((kind) => amounts[kind] <= counts[kind]);
}

function has(share: Triple, kind: Kind | undefined): boolean {
  return kind !== undefined && share[kind] > 0;
}

function ofEachKind(amount: (kind: Kind) => number): StrategyTarget {
  return { kind: 'share', share: [amount(0), amount(1), amount(2)] };
}
