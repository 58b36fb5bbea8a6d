import { monotonicMs } from '../src/base/clock.ts';

/** The middle of several measurements: one disturbed run does not count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
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
