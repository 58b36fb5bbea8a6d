import type { RandomStream } from '../../base/random.ts';
import { isSameShare } from '../negotiation/division.ts';
import { ITEM_INDICES } from './language.ts';
import type { Family, Item } from './language.ts';
import { arityOf, FAMILIES, targetOf } from './strategies.ts';
import type { AdvisedTable, Strategy } from './strategies.ts';
import type { Triple } from '../negotiation/schemas.ts';

const PACKAGE_AMOUNTS = [1, 2, 3];

let everyStrategy: readonly Strategy[] | undefined;

/** Every strategy there is. */
function allStrategies(): readonly Strategy[] {
  everyStrategy ??= FAMILIES.flatMap((family) => {
    const { items, amounts } = arityOf(family);
    return itemOrders(items).flatMap((order) =>
      amountLists(amounts).map((list): Strategy => ({ family, items: order, amounts: list })),
    );
  });
  return everyStrategy;
}

/** An applicable strategy: a family first (each that applies equally likely), then its details. */
export function drawApplicable(table: AdvisedTable, random: RandomStream): Strategy {
  return drawFamilyFirst(
    allStrategies().filter((strategy) => targetOf(strategy, table).kind !== 'inapplicable'),
    random,
  );
}

/** A strategy that does not apply; there always is one, such as telling a false priority. */
export function drawInapplicable(table: AdvisedTable, random: RandomStream): Strategy {
  return drawFamilyFirst(
    allStrategies().filter((strategy) => targetOf(strategy, table).kind === 'inapplicable'),
    random,
  );
}

/** A strategy that asks for exactly this share; null when none does, as for 2 of one item alone. */
export function drawForShare(share: Triple, table: AdvisedTable, random: RandomStream): Strategy | null {
  const fitting = allStrategies().filter((strategy) => {
    const target = targetOf(strategy, table);
    return target.kind === 'share' && isSameShare(target.share, share);
  });
  return fitting.length > 0 ? drawFamilyFirst(fitting, random) : null;
}

/** The strategy of this family that applies, with its details drawn; null when none does. */
export function drawOf(family: Family, table: AdvisedTable, random: RandomStream): Strategy | null {
  const fitting = allStrategies().filter(
    (strategy) => strategy.family === family && targetOf(strategy, table).kind !== 'inapplicable',
  );
  return fitting.length > 0 ? random.pick(fitting) : null;
}

function drawFamilyFirst(strategies: readonly Strategy[], random: RandomStream): Strategy {
  const family = random.pick([...new Set(strategies.map((strategy) => strategy.family))]);
  return random.pick(strategies.filter((strategy) => strategy.family === family));
}

/** Every way to name so many different items in order; all three only in the order of the board. */
function itemOrders(count: number): readonly (readonly Item[])[] {
  if (count === 3) return [ITEM_INDICES];
  if (count === 0) return [[]];
  return itemOrders(count - 1).flatMap((chosen) =>
    ITEM_INDICES.filter((item) => !chosen.includes(item)).map((item) => [...chosen, item]),
  );
}

function amountLists(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return amountLists(count - 1).flatMap((list) => PACKAGE_AMOUNTS.map((amount) => [...list, amount]));
}
