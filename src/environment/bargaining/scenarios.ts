import { z } from 'zod';
import { RandomStream } from '../../base/random.ts';
import { scenarioFields } from '../../record/scenario.ts';
import type { SeatIndex, Split } from '../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../splits.ts';
import { FLAWS, ITEMS, MERITS } from './language.ts';
import type { Flaw, Item, Merit } from './language.ts';

export const BUYER: SeatIndex = 0;
export const LOWEST_PRICE = 10;
export const HIGHEST_PRICE = 99;
export const Price = z.int().min(LOWEST_PRICE).max(HIGHEST_PRICE);

/** One item for sale. All prices are whole numbers of two digits. */
export const BargainScenario = z.strictObject({
  ...scenarioFields('price-bargaining'),
  item: z.enum(ITEMS),
  /** What a buyer can point at, and a seller stress: known to both, worth nothing by itself. */
  flaw: z.enum(FLAWS),
  merit: z.enum(MERITS),
  /** Known to both. */
  listPrice: Price,
  /** By seat: the buyer's highest price, the seller's lowest. Each is private. */
  limits: z.tuple([Price, Price]).readonly(),
});
export type BargainScenario = z.infer<typeof BargainScenario>;

const LISTED = 2000;
const SHARE_WITH_ZONE = 0.85;

/** 2,000 drawn scenarios, sorted into their splits; made once, when first asked for. */
export const scenariosOf = oncePerSplit((split): readonly BargainScenario[] => {
  const byId = new Map<string, BargainScenario>();
  for (let index = 0; index < LISTED; index++) {
    const scenario = drawScenario(new RandomStream(1, 'price-bargaining', index));
    if (scenario.split === split) byId.set(scenario.id, scenario);
  }
  return [...byId.values()];
});

/** A fresh scenario: draws until one belongs to the split. */
export function sampleScenario(random: RandomStream, split: Split): BargainScenario {
  for (;;) {
    const scenario = drawScenario(random);
    if (scenario.split === split) return scenario;
  }
}

/** The prices alone decide the split: the same numbers with another item are the same situation. */
export function createScenario(
  listPrice: number,
  limits: readonly [number, number],
  [item, flaw, merit]: readonly [Item, Flaw, Merit],
): BargainScenario {
  const canonicalId = `${listPrice},${limits.join(',')}`;
  const id = `${canonicalId};${item},${flaw},${merit}`;
  return {
    environment: 'price-bargaining',
    id,
    canonicalId,
    split: splitOf(canonicalId),
    item,
    flaw,
    merit,
    listPrice,
    limits,
  };
}

/**
 * A centre of 24 to 70; around it a zone of agreement 10–70 % as wide as the centre is high, or (15 %) a gap of 5–35 %.
 * The list price is 5–40 % above the centre, so that it hints at the zone without telling where it ends.
 */
function drawScenario(random: RandomStream): BargainScenario {
  const centre = 24 + random.index(47);
  const hasZone = random.uniform() < SHARE_WITH_ZONE;
  const width = Math.max(
    2,
    Math.round(centre * (hasZone ? 0.1 + 0.6 * random.uniform() : 0.05 + 0.3 * random.uniform())),
  );
  const low = Math.max(LOWEST_PRICE, centre - Math.ceil(width * (0.3 + 0.4 * random.uniform())));
  const high = Math.min(HIGHEST_PRICE, low + width);
  const listPrice = Math.min(HIGHEST_PRICE, Math.round(centre * (1.05 + 0.35 * random.uniform())));
  const limits: [number, number] = hasZone ? [high, low] : [low, high];
  return createScenario(listPrice, limits, [random.pick(ITEMS), random.pick(FLAWS), random.pick(MERITS)]);
}
