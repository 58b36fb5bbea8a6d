import type { Interval } from '../../base/statistics.ts';

export type MeasureUnit = 'points' | 'share' | 'nats' | 'number' | 'seconds';

/** How far a contender is from the first one. */
export interface Difference extends Interval {
  /** Of “both are worth the same”, two-sided; null where nothing was paired. */
  readonly pValue: number | null;
}

/** What one contender measured, and how far that is from the first one. */
export interface MeasureCell {
  /** A bare number where nothing tells how certain it is; null where it was not measured. */
  readonly value: Interval | number | null;
  /** null for the first one, and where nothing tells how certain it would be. */
  readonly difference: Difference | null;
}

export interface MeasureRow {
  readonly label: string;
  /** Of what, and how the difference was taken; empty where the whole table says so. */
  readonly about: string;
  readonly unit: MeasureUnit;
  /** Whether more of it is what the run is for; null where that cannot be said. */
  readonly moreIsBetter: true | null;
  /** One per contender, in order. */
  readonly cells: readonly MeasureCell[];
}

/** Whether any contender has it. */
export function isMeasured({ cells }: MeasureRow): boolean {
  return cells.some(({ value }) => value !== null);
}

/** Whether an interval lies on one side of zero: −1, 1, or 0 where it cannot be said. */
export function signOf({ low, high }: Interval): -1 | 0 | 1 {
  return low > 0 ? 1 : high < 0 ? -1 : 0;
}
