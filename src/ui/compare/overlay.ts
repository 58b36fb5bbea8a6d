import { curve, smoothedSeries, type CurveName } from '../charts/curves.ts';
import type { Mark, Series } from '../charts/plot.ts';
import { runsOf, type Compared } from './contender.ts';

/** What the x axis counts: runs with batches of different sizes are compared fairly by dialogues. */
export type Axis = 'updates' | 'dialogues';

export function onAxis({ run }: Pick<Compared, 'run'>, updatesDone: number, axis: Axis): number {
  return axis === 'updates' ? updatesDone : updatesDone * run.config.episodesPerUpdate;
}

/** Curves of several runs over one x axis. */
export interface Overlay {
  readonly x: readonly number[];
  /** One per run, in order, as measured; NaN where the run has nothing at that x. */
  readonly lines: readonly Series[];
  /** One per contender, in order. */
  readonly places: readonly Place[];
}

/** Where a contender is on the line of its run. */
interface Place {
  readonly name: string;
  readonly style: Compared['style'];
  /** Index of the line. */
  readonly line: number;
  /** null: the whole of it. */
  readonly at: number | null;
}

type Point = readonly [x: number, y: number];

function overlaid(
  compared: readonly Compared[],
  axis: Axis,
  lineOf: (run: Compared) => { readonly spansGaps: boolean; readonly points: readonly Point[] },
): Overlay {
  const runs = runsOf(compared);
  const drawn = runs.map((one) => ({ one, ...lineOf(one) }));
  const x = [...new Set(drawn.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => a - b);
  return {
    x,
    lines: drawn.map(({ one: { run, style }, points, spansGaps }) => {
      const known = new Map(points);
      const values = x.map((at) => known.get(at) ?? NaN);
      return { label: run.name, color: style.color, dash: style.dash, spansGaps, values };
    }),
    places: compared.map((one) => ({
      name: one.name,
      style: one.style,
      line: runs.findIndex(({ run }) => run.runId === one.run.runId),
      at: one.moment === null ? null : onAxis(one, one.moment, axis),
    })),
  };
}

/** One metric over the updates of every run. */
export function overlayOf(compared: readonly Compared[], metric: CurveName, axis: Axis): Overlay {
  return overlaid(compared, axis, (one) => {
    const values = curve(one.history, metric);
    const points = one.history.map(({ updateIndex }, index): Point => [
      onAxis(one, updateIndex + 1, axis),
      values[index] ?? NaN,
    ]);
    // With batches of different sizes a run has no value where only another one has.
    return { spansGaps: axis === 'dialogues', points };
  });
}

/** Points on held-out scenarios, after the updates at which each run was evaluated. */
export function heldOutOverlay(compared: readonly Compared[], axis: Axis): Overlay {
  return overlaid(compared, axis, (one) => ({
    spansGaps: true,
    points: one.evaluations.map(({ updatesDone, evaluation }): Point => [
      onAxis(one, updatesDone, axis),
      evaluation.points.mean,
    ]),
  }));
}

/** What is drawn of it; the line of the nth run stands nth from the end. */
export function drawnSeries({ lines }: Overlay, keep: number): Series[] {
  const drawn = lines.map((line) => smoothedSeries(line, keep));
  // Every measured curve lies behind every smoothed one.
  return [...drawn.flatMap((series) => series.slice(0, -1)), ...drawn.flatMap((series) => series.slice(-1))];
}

/** Where checkpoints are, in the colours of their contenders. */
export function marksOf({ places }: Overlay): Mark[] {
  return places.flatMap(({ at, style }): Mark[] =>
    at === null ? [] : [{ kind: 'checkpoint', x: at, color: style.color }],
  );
}

/** The value of each contender: of its run at the index, or else the last one up to its own moment. */
export function valuesAt({ x, lines, places }: Overlay, index: number | null): number[] {
  return places.map(({ line, at }) => {
    const values = lines[line]?.values ?? [];
    if (index !== null) return values[index] ?? NaN;
    return (
      values.findLast((value, position) => !Number.isNaN(value) && (at === null || (x[position] ?? 0) <= at)) ?? NaN
    );
  });
}
