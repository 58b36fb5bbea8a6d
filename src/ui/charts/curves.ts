import { MetricName } from '../../record/metrics.ts';
import type { UpdatePoint } from '../runState.ts';
import type { Series } from './plot.ts';

/** A metric, a measure of the environment, or one of the objective's numbers. */
export type CurveName = MetricName | { readonly measure: string } | { readonly objective: string };

/** How dialogues went: of the policy only where it played them. */
const OF_PLAY: readonly MetricName[] = ['pointsSeat0', 'pointsSeat1', 'pointsTrained', 'agreementShare', 'paretoShare'];

/** Whether the policy played the dialogues of the update itself, instead of learning from others'. */
export function isPlayed({ metrics }: Pick<UpdatePoint, 'metrics'>): boolean {
  return metrics.objective?.['offline/epoch'] === undefined;
}

/** One metric over the updates, in order; NaN where it was not measured, or would say nothing of the policy. */
export function curve(history: readonly UpdatePoint[], name: CurveName): number[] {
  return history.map((point) => {
    const { metrics } = point;
    if (typeof name === 'string') return OF_PLAY.includes(name) && !isPlayed(point) ? NaN : metrics[name];
    return ('measure' in name ? metrics.measures?.[name.measure] : metrics.objective?.[name.objective]) ?? NaN;
  });
}

/** Curves that belong in one chart: `turn/reward/0`, `turn/reward/1` … are the group `turn/reward`. */
export interface CurveGroup {
  readonly name: string;
  readonly lines: readonly { readonly label: string; readonly metric: CurveName }[];
}

/**
 * Everything that the newest update reports as a number, and the first, which may have learned from others' dialogues: the
 * objective's first, by name.
 */
export function curveGroups(history: readonly UpdatePoint[]): CurveGroup[] {
  if (history.length === 0) return [];
  const ends = [history[0], history.at(-1)];
  const names = new Set(ends.flatMap((point) => Object.keys(point?.metrics.objective ?? {})));
  const groups = new Map<string, CurveGroup['lines'][number][]>();
  for (const name of names) {
    const [, group = name, number = null] = /^(.+)\/(\d+)$/.exec(name) ?? [];
    const label = number === null ? name : numbered(group, Number(number));
    groups.set(group, [...(groups.get(group) ?? []), { label, metric: { objective: name } }]);
  }
  const inObjective = [...groups].toSorted(([a], [b]) => a.localeCompare(b));
  const others = MetricName.options.filter((name) => !groups.has(name));
  return [
    ...inObjective.map(([name, lines]) => ({ name, lines })),
    ...others.map((name) => ({ name, lines: [{ label: name, metric: name }] })),
  ];
}

/** `turn 2`, `seat A`. */
function numbered(group: string, number: number): string {
  if (group.startsWith('seat/')) return number === 0 ? 'seat A' : 'seat B';
  return `${group.split('/')[0] ?? ''} ${number}`;
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
 * Exponential moving average without a bias towards its start: `m_t = Σ k^(t−i) x_i / Σ k^(t−i)`. What was not measured
 * (NaN) stays a gap and is no part of the average.
 *
 * @param keep k, how much of the past each step keeps, in [0, 1)
 */
export function smoothed(values: readonly number[], keep: number): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (Number.isNaN(value)) return NaN;
    sum = keep * sum + value;
    weight = keep * weight + 1;
    return sum / weight;
  });
}

/** A curve as it is drawn: smoothed, and behind it, faint, what was measured. */
export function smoothedSeries(series: Series, keep: number): Series[] {
  if (keep === 0) return [series];
  const raw: Series = { ...series, label: `${series.label}, each update`, isBackdrop: true };
  return [raw, { ...series, values: smoothed(series.values, keep) }];
}

/** Whether powers of ten say something of these: all are positive, and the largest is several times the smallest. */
export function suitsLog(curves: readonly (readonly number[])[]): boolean {
  const measured = curves.flatMap((values) => values.filter((value) => !Number.isNaN(value)));
  const [low, high] = measured.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, 0]);
  return low > 0 && high / low > 3;
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
