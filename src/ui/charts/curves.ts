import type { MetricName } from '../../record/metrics.ts';
import type { UpdatePoint } from '../runState.ts';

/** A metric, or a measure of the environment. */
export type CurveName = MetricName | { readonly measure: string };

/** One metric over the updates, in order; NaN where a measure was not taken. */
export function curve(history: readonly UpdatePoint[], name: CurveName): number[] {
  return history.map(({ metrics }) =>
    typeof name === 'string' ? metrics[name] : (metrics.measures?.[name.measure] ?? NaN),
  );
}

/** Names of the measures that the last update took. */
export function measureNames(history: readonly UpdatePoint[]): string[] {
  return Object.keys(history.at(-1)?.metrics.measures ?? {});
}

/** Update numbers as people count them, from 1: the point after the first update stands at 1. */
export function updateNumbers(history: readonly UpdatePoint[]): number[] {
  return history.map(({ updateIndex }) => updateIndex + 1);
}

/**
 * Exponential moving average without a bias towards its start: `m_t = Σ k^(t−i) x_i / Σ k^(t−i)`.
 *
 * @param keep k, how much of the past each step keeps, in [0, 1)
 */
export function smoothed(values: readonly number[], keep: number): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = keep * sum + value;
    weight = keep * weight + 1;
    return sum / weight;
  });
}

/** Places labels as near to where they belong as they fit, from the top down. In pixels. */
export function spreadLabels(wanted: readonly number[], distance: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = [...wanted];
  let lowest = -Infinity;
  for (const index of order) {
    lowest = Math.max(lowest + distance, wanted[index] ?? 0);
    placed[index] = lowest;
  }
  return placed;
}
