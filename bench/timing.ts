import { monotonicMs } from '../src/base/clock.ts';

/** The middle of several measurements: one disturbed run does not count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}

/** Median and spread of one figure. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Measurements. */
  readonly n: number;
}

/** null when nothing was measured. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), n: values.length };
}

/** Median milliseconds of `work`, after one run that is not counted. Stops early, with what it has, when time is up. */
export async function timed(work: () => Promise<unknown>, repeats: number, budgetMs = 8000): Promise<number> {
  await work();
  const startedAt = monotonicMs();
  const milliseconds: number[] = [];
  while (milliseconds.length < repeats && (milliseconds.length === 0 || monotonicMs() - startedAt < budgetMs)) {
    const before = monotonicMs();
    await work();
    milliseconds.push(monotonicMs() - before);
  }
  return median(milliseconds);
}

/** How often each of several is measured. */
export interface Rounds {
  readonly atLeast: number;
  readonly atMost: number;
  /** Nobody is measured again that has used up so much time. */
  readonly budgetMs: number;
}

/**
 * Lets several take turns (A B C, A B C, …), so that whatever else the machine does hits all of them alike.
 * @returns what each turn gave, in the order of `turns`
 */
export async function takeTurns<Result>(
  turns: readonly (() => Promise<Result>)[],
  { atLeast, atMost, budgetMs }: Rounds,
): Promise<Result[][]> {
  const contestants = turns.map((turn) => ({ turn, results: [] as Result[], usedMs: 0 }));
  for (let round = 0; round < atMost; round++) {
    for (const contestant of contestants) {
      if (round >= atLeast && contestant.usedMs >= budgetMs) continue;
      const startedAt = monotonicMs();
      contestant.results.push(await contestant.turn());
      contestant.usedMs += monotonicMs() - startedAt;
    }
  }
  return contestants.map(({ results }) => results);
}
