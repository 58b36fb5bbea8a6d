import type { RandomStream } from '../../base/random.ts';
import type { StrategyReading } from '../../record/episode.ts';
import { createReader, writeText } from '../grammar.ts';
import type { BargainAction } from './actions.ts';
import { FAMILIES, FLAWS, MERITS, STRATEGIES } from './language.ts';
import type { Family, Flaw, Merit } from './language.ts';
import { BUYER, HIGHEST_PRICE, LOWEST_PRICE } from './scenarios.ts';
import { betterOf } from './seatTable.ts';
import type { SeatTable } from './seatTable.ts';

type PricedFamily = 'offer' | 'final' | 'bluff';
type PointFamily = 'flaw' | 'merit';
type ArgueFamily = 'argueFlaw' | 'argueMerit';
export type PlainFamily = Exclude<Family, PricedFamily | PointFamily | ArgueFamily>;

/** A strategy that was understood, with what it names. */
export type BargainStrategy =
  | { readonly family: PricedFamily; readonly price: number }
  | { readonly family: PointFamily; readonly point: Flaw | Merit }
  | { readonly family: ArgueFamily; readonly price: number; readonly point: Flaw | Merit }
  | { readonly family: PlainFamily };

const readTemplates = createReader(
  FAMILIES.map((family) => ({ meaning: family, templates: STRATEGIES[family] })),
  { price: String.raw`\d{1,3}`, flaw: FLAWS.join('|'), merit: MERITS.join('|') },
);

/** One way to put the strategy. */
export function strategyText(strategy: BargainStrategy, random: RandomStream): string {
  return writeText(random.pick(STRATEGIES[strategy.family]), random, slotsOf(strategy));
}

/** Understands a strategy text, whatever its case and spacing; null when it is not in the language of strategies. */
export function parseStrategy(text: string): BargainStrategy | null {
  const reading = readTemplates(text);
  if (!reading) return null;
  const { meaning, slots } = reading;
  return strategyWith(meaning, Number(slots.price), FLAWS.find((flaw) => flaw === slots.flaw) ?? MERITS.find((merit) => merit === slots.merit)); // prettier-ignore
}

/** Reads a strategy on the table where it was given; `action` is what the agent then did. */
export function readStrategyOn(table: SeatTable, text: string, action: BargainAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return { family: null, isApplicable: false, isFollowed: null };
  const wanted = actionOf(strategy, table);
  return {
    family: strategy.family,
    isApplicable: wanted !== null,
    isFollowed: wanted && carriesOut(action, wanted),
  };
}

/** The action that carries out the strategy on this table; null when it does not apply. */
export function actionOf(strategy: BargainStrategy, table: SeatTable): BargainAction | null {
  const { mine, theirs, limit, seat, scenario } = table;
  const onBuyerSide = (action: BargainAction | null) => (seat === BUYER ? action : null);
  const onSellerSide = (action: BargainAction | null) => (seat === BUYER ? null : action);
  const afterOffer = (action: BargainAction) => (theirs === null ? null : action);
  switch (strategy.family) {
    case 'offer':
      return offerOf(strategy.price);
    case 'final':
      return offerOf(strategy.price, { isFinal: true });
    case 'argueFlaw':
      return onBuyerSide(strategy.point === scenario.flaw ? offerOf(strategy.price, { point: scenario.flaw }) : null);
    case 'argueMerit':
      return onSellerSide(
        strategy.point === scenario.merit ? offerOf(strategy.price, { point: scenario.merit }) : null,
      );
    case 'middle':
      return offerOf(table.middle);
    case 'step':
      return offerOf(table.step);
    case 'jump':
      return offerOf(table.jump);
    case 'startLow':
      return onBuyerSide(offerOf(table.start));
    case 'startHigh':
      return onSellerSide(offerOf(table.start));
    case 'startFair':
      return offerOf(table.fair);
    case 'hold':
      return offerOf(mine);
    case 'accept':
      return afterOffer({ kind: 'accept' });
    case 'decline':
    case 'refuse':
      return afterOffer({ kind: 'reject', isFirm: strategy.family === 'refuse' });
    case 'press':
      return afterOffer({ kind: 'ask', about: 'better' });
    case 'askReason':
      return afterOffer({ kind: 'ask', about: 'reason' });
    case 'askLimit':
      return { kind: 'ask', about: 'limit' };
    case 'askCondition':
      return onBuyerSide({ kind: 'ask', about: 'condition' });
    case 'askPrice':
      return theirs === null ? { kind: 'ask', about: 'price' } : null;
    case 'flaw':
      return onBuyerSide(strategy.point === scenario.flaw ? { kind: 'tell', about: scenario.flaw } : null);
    case 'merit':
      return onSellerSide(strategy.point === scenario.merit ? { kind: 'tell', about: scenario.merit } : null);
    case 'rivalSeller':
      return onBuyerSide({ kind: 'tell', about: 'rival' });
    case 'rivalBuyer':
      return onSellerSide({ kind: 'tell', about: 'rival' });
    case 'patience':
    case 'need':
      return { kind: 'tell', about: strategy.family };
    case 'warn':
      return { kind: 'tell', about: 'leaving' };
    case 'reveal':
      return { kind: 'reveal', limit };
    case 'bluff':
      return strategy.price !== limit && isPrice(strategy.price) ? { kind: 'reveal', limit: strategy.price } : null;
    case 'walkAway':
      return { kind: 'walk-away' };
    case 'friendly':
      return { kind: 'talk' };
  }
}

/** Every family that applies is equally likely, then its details. Prices are mostly such that the seat gains by them. */
export function drawStrategy(table: SeatTable, random: RandomStream): BargainStrategy {
  const { flaw, merit } = table.scenario;
  for (const family of random.shuffled(FAMILIES)) {
    const strategy = strategyWith(family, drawPrice(table, random), family === 'flaw' || family === 'argueFlaw' ? flaw : merit); // prettier-ignore
    if (strategy && actionOf(strategy, table)) return strategy;
  }
  throw new Error('drawStrategy: no strategy applies, but an offer always does');
}

/** A well-formed strategy that does not apply on this table: the other side's, too early, or about another item. */
export function drawMisfit(table: SeatTable, random: RandomStream): BargainStrategy {
  for (;;) {
    const price = random.uniform() < 0.5 ? 100 + random.index(900) : drawPrice(table, random);
    const family = random.pick(FAMILIES);
    const points = family === 'flaw' || family === 'argueFlaw' ? FLAWS : MERITS;
    const strategy = strategyWith(family, price, random.pick<Flaw | Merit>(points));
    if (strategy && !actionOf(strategy, table)) return strategy;
  }
}

export function isPrice(price: number): boolean {
  return Number.isInteger(price) && price >= LOWEST_PRICE && price <= HIGHEST_PRICE;
}

function offerOf(price: number | null, extra: { isFinal?: boolean; point?: Flaw | Merit } = {}): BargainAction | null {
  if (price === null || !isPrice(price)) return null;
  return { kind: 'offer', price, isFinal: false, point: null, ...extra };
}

/** A reason that nobody asked for does no harm; a missing one, another price, or an unasked-for last word does. */
function carriesOut(action: BargainAction, wanted: BargainAction): boolean {
  switch (wanted.kind) {
    case 'offer':
      return (
        action.kind === 'offer' &&
        action.price === wanted.price &&
        action.isFinal === wanted.isFinal &&
        (wanted.point === null || action.point === wanted.point)
      );
    case 'reject':
      return action.kind === 'reject' && action.isFirm === wanted.isFirm;
    case 'ask':
    case 'tell':
      return action.kind === wanted.kind && action.about === wanted.about;
    case 'reveal':
      return action.kind === 'reveal' && action.limit === wanted.limit;
    default:
      return action.kind === wanted.kind;
  }
}

/** 85 %: up to a third of the list price on the good side of the own limit; else any price. */
function drawPrice({ seat, limit, scenario }: SeatTable, random: RandomStream): number {
  const any = LOWEST_PRICE + random.index(HIGHEST_PRICE - LOWEST_PRICE + 1);
  const distance = 1 + random.index(Math.ceil(scenario.listPrice / 3));
  if (random.uniform() < 0.15) return any;
  const price = seat === BUYER ? limit - distance : limit + distance;
  return isPrice(price) ? price : betterOf(seat, any, limit);
}

function strategyWith(family: Family, price: number, point: Flaw | Merit | undefined): BargainStrategy | null {
  switch (family) {
    case 'offer':
    case 'final':
    case 'bluff':
      return { family, price };
    case 'flaw':
    case 'merit':
      return point === undefined ? null : { family, point };
    case 'argueFlaw':
    case 'argueMerit':
      return point === undefined ? null : { family, price, point };
    default:
      return { family };
  }
}

function slotsOf(strategy: BargainStrategy): Record<string, string> {
  const slots: Record<string, string> = {};
  if ('price' in strategy) slots.price = String(strategy.price);
  if ('point' in strategy) slots.flaw = slots.merit = strategy.point;
  return slots;
}
