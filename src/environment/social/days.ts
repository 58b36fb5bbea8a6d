import type { SeatIndex } from '../../record/scenario.ts';
import type { Act } from './action.ts';
import type { DayScript } from './scenario.ts';
import { DAYS } from './words.ts';

type PerSeat<Value> = readonly [Value, Value];

/** What has been said about the day. */
export interface DayTable {
  readonly kind: 'day';
  /** The day each seat proposed last. */
  readonly proposals: PerSeat<string | null>;
  /** Days that each seat has called free or busy. */
  readonly free: PerSeat<readonly string[]>;
  readonly busy: PerSeat<readonly string[]>;
  /** Who has asked for the other's free days. */
  readonly hasAsked: PerSeat<boolean>;
}

export const EMPTY_DAYS: DayTable = {
  kind: 'day',
  proposals: [null, null],
  free: [[], []],
  busy: [[], []],
  hasAsked: [false, false],
};

/** Points of 0, 1, 2 and 3 stars. */
const POINTS_OF_STARS = [0, 3, 7, 10] as const;

export function hearDay(table: DayTable, { kind, value }: Act, seat: SeatIndex): DayTable {
  const day = value ?? '';
  switch (kind) {
    case 'day':
      return { ...table, proposals: withOwn(table.proposals, seat, day) };
    case 'free':
      return {
        ...table,
        free: withOwn(table.free, seat, [...new Set([...table.free[seat], day])]),
        busy: withOwn(table.busy, seat, without(table.busy[seat], day)),
      };
    case 'busy':
      return {
        ...table,
        busy: withOwn(table.busy, seat, [...new Set([...table.busy[seat], day])]),
        free: withOwn(table.free, seat, without(table.free[seat], day)),
      };
    case 'ask-days':
      return { ...table, hasAsked: withOwn(table.hasAsked, seat, true) };
    default:
      return table;
  }
}

export function starsOf({ stars }: DayScript, seat: SeatIndex, day: string): number {
  return stars[seat][DAYS.findIndex((name) => name === day)] ?? 0;
}

/** Points of the seat for meeting on the day, before the marks of rude words. */
export function dayPoints(script: DayScript, seat: SeatIndex, day: string): number {
  return POINTS_OF_STARS[starsOf(script, seat, day)] ?? 0;
}

function withOwn<Value>(pair: PerSeat<Value>, seat: SeatIndex, value: Value): PerSeat<Value> {
  return seat === 0 ? [value, pair[1]] : [pair[0], value];
}

function without(days: readonly string[], day: string): readonly string[] {
  return days.filter((other) => other !== day);
}
