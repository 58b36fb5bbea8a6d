import { curve, smoothedSeries, type CurveName } from '../charts/curves.ts';
import type { Series } from '../charts/plot.ts';
import type { ComparedRun } from './comparedRun.ts';

/** What the x axis counts: runs with batches of different sizes are compared fairly by dialogues. */
export type Axis = 'updates' | 'dialogues';

export function onAxis({ run }: Pick<ComparedRun, 'run'>, updatesDone: number, axis: Axis): number {
  return axis === 'updates' ? updatesDone : updatesDone * run.config.episodesPerUpdate;
}

/** Curves of several runs over one x axis. */
export interface Overlay {
  readonly x: readonly number[];
  /** One per run, in order, as measured; NaN where the run has nothing at that x. */
  readonly lines: readonly Series[];
}

type Point = readonly [x: number, y: number];

function overlaid(lines: readonly (Omit<Series, 'values'> & { readonly points: readonly Point[] })[]): Overlay {
  const x = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => a - b);
  return {
    x,
    lines: lines.map(({ points, ...line }) => {
      const known = new Map(points);
      return { ...line, values: x.map((at) => known.get(at) ?? NaN) };
    }),
  };
}

/** One metric over the updates of every run. */
export function overlayOf(runs: readonly ComparedRun[], metric: CurveName, axis: Axis): Overlay {
  return overlaid(
    runs.map((one) => {
      const values = curve(one.history, metric);
      return {
        ...lineOf(one),
        // With batches of different sizes a run has no value where only another one has.
        spansGaps: axis === 'dialogues',
        points: one.history.map(
          ({ updateIndex }, index) => [onAxis(one, updateIndex + 1, axis), values[index] ?? NaN] as const,
        ),
      };
    }),
  );
}

/** Points on held-out scenarios, after the updates at which each run was evaluated. */
export function heldOutOverlay(runs: readonly ComparedRun[], axis: Axis): Overlay {
  return overlaid(
    runs.map((one) => ({
      ...lineOf(one),
      spansGaps: true,
      points: one.evaluations.map(
        ({ updatesDone, evaluation }) => [onAxis(one, updatesDone, axis), evaluation.points.mean] as const,
      ),
    })),
  );
}

function lineOf({ run, style }: ComparedRun): Omit<Series, 'values'> {
  return { label: run.name, color: style.color, dash: style.dash };
}

/** What is drawn of it; the line of the nth run stands nth from the end. */
export function drawnSeries({ lines }: Overlay, keep: number): Series[] {
  const drawn = lines.map((line) => smoothedSeries(line, keep));
  // Every measured curve lies behind every smoothed one.
  return [...drawn.flatMap((series) => series.slice(0, -1)), ...drawn.flatMap((series) => series.slice(-1))];
}

/** The value of each run at the index, or its last one. */
export function valuesAt({ lines }: Overlay, index: number | null): number[] {
  return lines.map(
    ({ values }) => (index === null ? values.findLast((value) => !Number.isNaN(value)) : values[index]) ?? NaN,
  );
}
