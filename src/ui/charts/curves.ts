import type { UpdateMetrics } from '../../record/metrics.ts';
import type { UpdatePoint } from '../runState.ts';

/** One metric over the updates, in order. */
export function curve(history: readonly UpdatePoint[], metric: keyof UpdateMetrics): number[] {
  return history.map(({ metrics }) => metrics[metric]);
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
