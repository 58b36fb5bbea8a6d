import { hash32 } from '../../base/hash.ts';
import type { ColorName } from '../charts/plot.ts';

/** How a contender is drawn: nobody needs to see colours to tell lines apart, the dashes differ too. */
export interface ContenderStyle {
  readonly color: ColorName;
  /** Dash and gap in pixels; empty is a whole line. */
  readonly dash: readonly number[];
}

const STYLES: readonly ContenderStyle[] = [
  { color: '--run-1', dash: [] },
  { color: '--run-2', dash: [8, 4] },
  { color: '--run-3', dash: [2, 3] },
  { color: '--run-4', dash: [10, 3, 2, 3] },
  { color: '--run-5', dash: [4, 3] },
  { color: '--run-6', dash: [14, 4] },
];

/** As many as can be told apart. */
export const MOST_CONTENDERS = STYLES.length;

/**
 * One style per contender, in order. Each has a style of its own that follows from its key alone, and keeps it in every company
 * unless one before it in the list has the same: then it takes the next that is free.
 */
export function stylesOf(keys: readonly string[]): ContenderStyle[] {
  const taken = new Set<number>();
  return keys.slice(0, MOST_CONTENDERS).map((key) => {
    let index = hash32(key) % STYLES.length;
    while (taken.has(index)) index = (index + 1) % STYLES.length;
    taken.add(index);
    return STYLES[index] ?? { color: '--run-1', dash: [] };
  });
}
