import { assertNever } from '../../base/errors.ts';
import type { StrategyReading } from '../../record/episode.ts';
import { createReader } from '../grammar.ts';
import { evenShare, isSameShare } from '../negotiation/division.ts';
import type { PriorityAction } from './action.ts';
import { PACKAGES } from './division.ts';
import { ITEM_INDICES, ITEMS, STRATEGIES } from './language.ts';
import type { Family, Item } from './language.ts';
import type { Ranking } from './scenarios.ts';
import type { Triple } from '../negotiation/schemas.ts';

/** A strategy that was understood: `takeTwo` of items 0 and 2 with amounts 2 and 1 is “take 2 food and 1 firewood”. */
export interface Strategy {
  readonly family: Family;
  readonly items: readonly Item[];
  readonly amounts: readonly number[];
}

/** What a strategy refers to, seen from the advised seat: all shares are its own. */
export interface AdvisedTable {
  readonly ranking: Ranking;
  readonly values: Triple;
  readonly proposal: Triple | null;
  readonly offer: Triple | null;
}

/** What a strategy asks for: a certain share, a certain act, or nothing that makes sense now. */
export type Target =
  | { readonly kind: 'share'; readonly share: Triple }
  | { readonly kind: 'act'; readonly action: PriorityAction }
  | { readonly kind: 'inapplicable' };

export const FAMILIES = Object.keys(STRATEGIES) as readonly Family[]; // keys of an object literal's type
export const ITEM_PATTERN = ITEMS.toReversed().join('|');
const INAPPLICABLE: Target = { kind: 'inapplicable' };

const readText = createReader(
  FAMILIES.map((family) => ({ meaning: family, templates: STRATEGIES[family] })),
  { x: ITEM_PATTERN, y: ITEM_PATTERN, z: ITEM_PATTERN, a: '[1-3]', b: '[1-3]', c: '[1-3]' },
);

/** How many items and amounts the family names. A third item is left over, so naming it adds nothing. */
export function arityOf(family: Family): { readonly items: number; readonly amounts: number } {
  switch (family) {
    case 'takeThree':
      return { items: 3, amounts: 3 };
    case 'takeTwo':
      return { items: 2, amounts: 2 };
    case 'keepTwo':
    case 'keepSplit':
    case 'trade':
      return { items: 2, amounts: 0 };
    case 'keepOne':
    case 'splitOne':
    case 'give':
    case 'concede':
    case 'oneMore':
    case 'tellMost':
    case 'tellLeast':
    case 'appeal':
    case 'spare':
      return { items: 1, amounts: 0 };
    default:
      return { items: 0, amounts: 0 };
  }
}

/** Understands a strategy text; null when it is not in the language of strategies. */
export function parseStrategy(text: string): Strategy | null {
  const reading = readText(text);
  if (!reading) return null;
  const { x, y, z, a, b, c } = reading.slots;
  const named = [x, y, z].flatMap((name) => ITEM_INDICES.filter((item) => ITEMS[item] === name));
  if (new Set(named).size !== named.length) return null;
  const amounts = [a, b, c].flatMap((amount) => (amount === undefined ? [] : [Number(amount)]));
  return { family: reading.meaning, items: named.slice(0, arityOf(reading.meaning).items), amounts };
}

/** Reads a strategy on the table where it was given; `action` is what the agent then did. */
export function readStrategyOn(table: AdvisedTable, text: string, action: PriorityAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return { family: null, isApplicable: false, isFollowed: null };
  const target = targetOf(strategy, table);
  return {
    family: strategy.family,
    isApplicable: target.kind !== 'inapplicable',
    isFollowed: isFollowed(target, action),
  };
}

/** What the strategy means on this table. */
export function targetOf({ family, items, amounts }: Strategy, table: AdvisedTable): Target {
  const { ranking, values, proposal, offer } = table;
  const [first = 0, second = 0] = items; // families that name fewer never look
  switch (family) {
    case 'keepOne':
    case 'keepTwo':
      return shareOf((item) => (items.includes(item) ? 3 : 0));
    case 'keepSplit':
      return shareOf((item) => (item === first ? 3 : item === second ? 1 : 0)); // who keeps an item takes the smaller half
    case 'takeTwo':
    case 'takeThree':
      return shareOf((item) => amounts[items.indexOf(item)] ?? 0);
    case 'even':
      return { kind: 'share', share: evenShare(PACKAGES, values) };
    case 'all':
      return { kind: 'share', share: PACKAGES };
    case 'hold':
      return proposal ? { kind: 'share', share: proposal } : INAPPLICABLE;
    case 'concede':
      return proposal && proposal[first] > 0 ? changed(proposal, first, proposal[first] - 1) : INAPPLICABLE;
    case 'splitOne':
      if (proposal?.[first] === 3) return changed(proposal, first, 2);
      return proposal?.[first] === 0 ? changed(proposal, first, 1) : INAPPLICABLE;
    case 'give': {
      const start = proposal ?? PACKAGES;
      return start[first] > 0 ? changed(start, first, 0) : INAPPLICABLE;
    }
    case 'oneMore':
      return offer && offer[first] < 3 ? changed(offer, first, offer[first] + 1) : INAPPLICABLE;
    case 'trade': {
      const start = proposal ?? offer;
      if (!start || start[first] === 0 || start[second] === 3) return INAPPLICABLE;
      return shareOf((item) => (item === first ? 0 : item === second ? 3 : start[item]));
    }
    case 'accept':
      return offer ? act({ kind: 'accept' }) : INAPPLICABLE;
    case 'reject':
      return offer ? act({ kind: 'reject' }) : INAPPLICABLE;
    case 'tellMost':
      return first === ranking[0] ? act({ kind: 'tell', rank: 'most', item: first }) : INAPPLICABLE;
    case 'tellLeast':
      return first === ranking[2] ? act({ kind: 'tell', rank: 'least', item: first }) : INAPPLICABLE;
    case 'appeal':
      return first === ranking[2] ? INAPPLICABLE : act({ kind: 'appeal', item: first });
    case 'spare':
      return first === ranking[2] ? act({ kind: 'spare', item: first }) : INAPPLICABLE;
    case 'askMost':
      return act({ kind: 'ask', rank: 'most' });
    case 'askLeast':
      return act({ kind: 'ask', rank: 'least' });
    case 'empathise':
      return act({ kind: 'empathise' });
    case 'smallTalk':
      return act({ kind: 'small-talk' });
    case 'warn':
      return act({ kind: 'warn' });
    case 'walkAway':
      return act({ kind: 'walk-away' });
    default:
      return assertNever(family);
  }
}

/** null when the strategy does not apply. */
function isFollowed(target: Target, action: PriorityAction): boolean | null {
  switch (target.kind) {
    case 'inapplicable':
      return null;
    case 'share':
      return action.kind === 'propose' && isSameShare(action.share, target.share);
    case 'act':
      return isSameAct(target.action, action);
    default:
      return assertNever(target);
  }
}

function isSameAct(wanted: PriorityAction, done: PriorityAction): boolean {
  if (wanted.kind !== done.kind) return false;
  const itemOf = (action: PriorityAction) => ('item' in action ? action.item : null);
  const rankOf = (action: PriorityAction) => ('rank' in action ? action.rank : null);
  return itemOf(wanted) === itemOf(done) && rankOf(wanted) === rankOf(done);
}

function act(action: PriorityAction): Target {
  return { kind: 'act', action };
}

function shareOf(amount: (item: Item) => number): Target {
  return { kind: 'share', share: [amount(0), amount(1), amount(2)] };
}

function changed(share: Triple, item: Item, amount: number): Target {
  return shareOf((other) => (other === item ? amount : share[other]));
}
