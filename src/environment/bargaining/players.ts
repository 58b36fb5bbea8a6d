import type { RandomStream } from '../../base/random.ts';
import type { TemperamentName } from '../../record/temperament.ts';
import type { Player } from '../lessons.ts';
import { BUYER } from './scenarios.ts';
import { isNoWorse, tableToMove } from './seatTable.ts';
import type { SeatTable } from './seatTable.ts';
import type { BargainState } from './state.ts';
import { actionOf, drawStrategy, isPrice } from './strategies.ts';
import type { BargainStrategy, PlainFamily } from './strategies.ts';

/** Habits of a kind of player. Shares are probabilities per turn. */
interface Temperament {
  readonly name: TemperamentName;
  /** How often players of this kind sit at the table. */
  readonly weight: number;
  readonly opening: 'ambitious' | 'modest';
  /** What it insists on at the end, as a share of the list price inside its limit. */
  readonly margin: number;
  /** 1: concedes evenly over its turns; more: late; less: early. */
  readonly patience: number;
  /** Does anything at all. */
  readonly whim: number;
  /** Talks instead of naming a price, and about what. */
  readonly talk: number;
  readonly topics: readonly PlainFamily[];
  /** Answers a question for its limit truthfully. */
  readonly honesty: number;
  /** Forgets its own limit when it accepts. */
  readonly carelessness: number;
  /** Sees at the end that there is no deal to be made, and leaves. */
  readonly foresight: number;
  /** Leaves early, on any turn but the first on which their price is beyond its limit. */
  readonly temper: number;
}

const TEMPERAMENTS: readonly Temperament[] = [
  { name: 'shrewd', weight: 4, opening: 'ambitious', margin: 0.03, patience: 1.3, whim: 0, talk: 0.15, topics: ['askLimit', 'press', 'patience', 'rivalSeller', 'rivalBuyer'], honesty: 0, carelessness: 0, foresight: 0.95, temper: 0 },
  { name: 'steady', weight: 5, opening: 'ambitious', margin: 0.02, patience: 1, whim: 0.03, talk: 0.2, topics: ['decline', 'askReason', 'press', 'friendly', 'need', 'askPrice'], honesty: 0.2, carelessness: 0, foresight: 0.8, temper: 0.01 },
  { name: 'friendly', weight: 4, opening: 'modest', margin: 0, patience: 0.6, whim: 0.03, talk: 0.25, topics: ['friendly', 'friendly', 'decline', 'askCondition', 'need', 'askPrice'], honesty: 0.7, carelessness: 0, foresight: 0.5, temper: 0 },
  { name: 'soft', weight: 3, opening: 'modest', margin: 0, patience: 0.35, whim: 0.05, talk: 0.15, topics: ['reveal', 'need', 'friendly', 'askLimit'], honesty: 0.9, carelessness: 0.05, foresight: 0.3, temper: 0 },
  { name: 'tough', weight: 3, opening: 'ambitious', margin: 0.12, patience: 3, whim: 0.03, talk: 0.3, topics: ['refuse', 'warn', 'press', 'patience', 'hold', 'hold'], honesty: 0.05, carelessness: 0, foresight: 0.6, temper: 0.03 },
  { name: 'rude', weight: 2, opening: 'ambitious', margin: 0.1, patience: 2, whim: 0.08, talk: 0.5, topics: ['refuse', 'refuse', 'warn', 'askReason', 'hold'], honesty: 0, carelessness: 0.05, foresight: 0.4, temper: 0.12 },
  { name: 'chatty', weight: 2, opening: 'modest', margin: 0.03, patience: 1, whim: 0.08, talk: 0.55, topics: ['friendly', 'friendly', 'need', 'askCondition', 'askReason', 'patience', 'askLimit', 'askPrice'], honesty: 0.5, carelessness: 0.05, foresight: 0.3, temper: 0 },
  { name: 'confused', weight: 2, opening: 'modest', margin: 0, patience: 1, whim: 0.4, talk: 0.2, topics: ['askPrice', 'askReason', 'hold', 'need'], honesty: 0.5, carelessness: 0.4, foresight: 0.1, temper: 0.02 },
  { name: 'erratic', weight: 1, opening: 'ambitious', margin: 0, patience: 1, whim: 1, talk: 0, topics: [], honesty: 0.5, carelessness: 0.5, foresight: 0, temper: 0 },
]; // prettier-ignore

const ALL_WEIGHTS = TEMPERAMENTS.flatMap((temperament) =>
  Array.from({ length: temperament.weight }, () => temperament),
);

/** Somebody to haggle with; the temperament is drawn. */
export function createPlayer(random: RandomStream): Player<BargainState, BargainStrategy> {
  return playerOf(random.pick(ALL_WEIGHTS));
}

/** Somebody of known temperament. */
export function playerNamed(name: TemperamentName): Player<BargainState, BargainStrategy> {
  const temperament = TEMPERAMENTS.find((candidate) => candidate.name === name);
  if (!temperament) throw new Error(`playerNamed: nobody here is ${name}`);
  return playerOf(temperament);
}

function playerOf(temperament: Temperament): Player<BargainState, BargainStrategy> {
  return {
    temperament: temperament.name,
    chooseStrategy: (state, stream) => chooseStrategy(tableToMove(state), temperament, stream),
  };
}

function chooseStrategy(table: SeatTable, temperament: Temperament, random: RandomStream): BargainStrategy {
  const happens = (share: number) => random.uniform() < share;
  if (happens(temperament.whim)) return drawStrategy(table, random);
  const target = targetPrice(table, temperament);
  return (
    considerOffer(table, temperament, target, happens) ??
    considerLeaving(table, temperament, happens) ??
    answer(table, temperament, happens) ??
    (happens(temperament.talk) ? talk(table, temperament, random) : null) ??
    (table.mine === null ? open(table, temperament, random) : move(table, target, random))
  );
}

/** From the opening price to the end price, the faster the less patient. */
function targetPrice({ seat, limit, left, scenario, ...table }: SeatTable, { margin, patience, opening }: Temperament) {
  const direction = seat === BUYER ? -1 : 1;
  const hoped = limit + direction * scenario.listPrice * (opening === 'ambitious' ? 0.35 : 0.2);
  const end = limit + direction * scenario.listPrice * margin;
  const progress = Math.min(1, Math.max(0, 1 - left / 5)) ** patience;
  const price = Math.round(hoped + (end - hoped) * progress);
  // Nobody takes back what it has offered.
  return table.mine !== null && isNoWorse(seat, price, table.mine) ? table.mine : price;
}

function considerOffer(
  { seat, theirs, limit, left, worth, middle }: SeatTable,
  { carelessness, foresight }: Temperament,
  target: number,
  happens: (share: number) => boolean,
): BargainStrategy | null {
  if (theirs === null) return null;
  if (!isNoWorse(seat, theirs, limit)) return happens(carelessness / 4) ? { family: 'accept' } : null;
  // The seller has the last word, so the buyer can still try to get a better price than a poor one.
  const isPoor = typeof worth === 'number' && worth < 5;
  if (left === 1 && seat === BUYER && isPoor && middle !== null && happens(foresight * 0.7)) {
    return { family: 'final', price: middle };
  }
  return left === 1 || isNoWorse(seat, theirs, target) ? { family: 'accept' } : null;
}

/** On the last turn, when their price is still beyond the own limit. The buyer can still hope that a last offer is taken. */
function considerLeaving(
  { seat, theirs, limit, left, mine, scenario }: SeatTable,
  { foresight, temper }: Temperament,
  happens: (share: number) => boolean,
): BargainStrategy | null {
  const isBeyondLimit = theirs !== null && !isNoWorse(seat, theirs, limit);
  if (mine !== null && isBeyondLimit && happens(temper)) return { family: 'walkAway' };
  if (left > 1 || !happens(foresight)) return null;
  const isNear = theirs !== null && Math.abs(theirs - limit) < scenario.listPrice / 6;
  if (seat !== BUYER || (theirs !== null && !isNear)) return { family: 'walkAway' };
  return { family: 'final', price: limit };
}

/** What their last words call for, if anything. */
function answer(
  table: SeatTable,
  { honesty, opening }: Temperament,
  happens: (share: number) => boolean,
): BargainStrategy | null {
  const { theirLastAction: last, seat, limit, theirs, scenario } = table;
  const inward = seat === BUYER ? -1 : 1;
  if (last?.kind === 'ask' && last.about === 'limit' && happens(0.8)) {
    if (happens(honesty)) return { family: 'reveal' };
    const price = limit + inward * Math.max(2, Math.round(scenario.listPrice * 0.12));
    return isPrice(price) && happens(0.5) ? { family: 'bluff', price } : null;
  }
  if (last?.kind === 'ask' && last.about === 'reason' && happens(0.7)) return ownPoint(table);
  const isUsefulLimit = last?.kind === 'reveal' && isNoWorse(seat, last.limit, limit) && last.limit !== theirs;
  if (isUsefulLimit && opening === 'ambitious' && happens(0.7)) return { family: 'offer', price: last.limit };
  return null;
}

function ownPoint({ seat, scenario }: SeatTable): BargainStrategy {
  return seat === BUYER ? { family: 'flaw', point: scenario.flaw } : { family: 'merit', point: scenario.merit };
}

/** A topic that applies and that was not the last thing said; with a little luck the flaw or merit. */
function talk(table: SeatTable, { topics }: Temperament, random: RandomStream): BargainStrategy | null {
  if (table.left <= 1) return null;
  if (random.uniform() < 0.25) return ownPoint(table);
  const topic = topics.length > 0 ? random.pick(topics) : null;
  return topic && actionOf({ family: topic }, table) ? { family: topic } : null;
}

function open(table: SeatTable, { opening }: Temperament, random: RandomStream): BargainStrategy {
  const { seat, start, fair, scenario } = table;
  const price = opening === 'ambitious' ? start : fair;
  const draw = random.uniform();
  if (price !== null && draw < 0.2) return { family: 'offer', price };
  if (price !== null && draw < 0.3) return withReason(table, price, scenario);
  if (opening === 'modest') return { family: 'startFair' };
  return { family: seat === BUYER ? 'startLow' : 'startHigh' };
}

/** The look-up nearest to the target, now and then the target itself or a reason with it. */
function move(table: SeatTable, target: number, random: RandomStream): BargainStrategy {
  const { seat, limit, left, theirs } = table;
  const price = isNoWorse(seat, target, limit) ? target : limit;
  const draw = random.uniform();
  if (isPrice(price) && price !== theirs) {
    if (left <= 2 && draw < 0.3) return { family: 'final', price };
    if (draw < 0.15) return { family: 'offer', price };
    if (draw < 0.25) return withReason(table, price, table.scenario);
  }
  const ways: readonly (readonly [PlainFamily, number | null])[] = [
    ['hold', table.mine],
    ['step', table.step],
    ['jump', table.jump],
    ['middle', table.middle],
  ];
  let best: PlainFamily = 'hold';
  let bestDistance = Infinity;
  for (const [family, way] of ways) {
    if (way === null || !isNoWorse(seat, way, limit) || Math.abs(way - price) >= bestDistance) continue;
    [best, bestDistance] = [family, Math.abs(way - price)];
  }
  return bestDistance === Infinity ? { family: 'friendly' } : { family: best };
}

function withReason({ seat }: SeatTable, price: number, { flaw, merit }: SeatTable['scenario']): BargainStrategy {
  return seat === BUYER ? { family: 'argueFlaw', price, point: flaw } : { family: 'argueMerit', price, point: merit };
}
