import { hash32 } from '../../base/hash.ts';
import type { ColorName } from '../charts/plot.ts';

/** How a run is drawn: nobody needs to see colours to tell runs apart, the dashes differ too. */
export interface RunStyle {
  readonly color: ColorName;
  /** Dash and gap in pixels; empty is a whole line. */
  readonly dash: readonly number[];
}

const STYLES: readonly RunStyle[] = [
  { color: '--run-1', dash: [] },
  { color: '--run-2', dash: [8, 4] },
  { color: '--run-3', dash: [2, 3] },
  { color: '--run-4', dash: [10, 3, 2, 3] },
  { color: '--run-5', dash: [4, 3] },
  { color: '--run-6', dash: [14, 4] },
];

/** As many runs as can be told apart. */
export const MOST_RUNS = STYLES.length;

/**
 * One style per run, in order. A run has a style of its own that follows from its id alone, and keeps it in every company
 * unless a run before it in the list has the same one: then it takes the next that is free.
 */
export function stylesOf(runIds: readonly string[]): RunStyle[] {
  const taken = new Set<number>();
  return runIds.slice(0, MOST_RUNS).map((runId) => {
    let index = hash32(runId) % STYLES.length;
    while (taken.has(index)) index = (index + 1) % STYLES.length;
    taken.add(index);
    return STYLES[index] ?? { color: '--run-1', dash: [] };
  });
}
