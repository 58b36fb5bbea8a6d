import uPlot from 'uplot';
import { formatNumber, formatTicks } from '../format.ts';
import { spreadLabels } from './curves.ts';
import { WHOLE, type Zoom } from './curveView.ts';

/** A custom property of `tokens.css`, such as `--seat-a`. */
export type ColorName = `--${string}`;

export interface Series {
  readonly label: string;
  readonly color: ColorName;
  readonly values: readonly number[];
  /** Behind the others, faint and without points: the raw values of a smoothed curve. */
  readonly isBackdrop?: boolean;
  /** Lengths of dashes and gaps, in pixels; a whole line by default. */
  readonly dash?: readonly number[];
  /** Joins points that lie several updates apart. */
  readonly spansGaps?: boolean;
}

/** Something that happened in the run, drawn where it happened. */
export interface Mark {
  readonly kind: 'checkpoint' | 'evaluation' | 'alarm' | 'knobs';
  /** Updates done by then. */
  readonly x: number;
  /** Of whom it is, where several have marks: then a dotted line stands on it too. */
  readonly color?: ColorName;
}

export interface Line {
  readonly label: string;
  readonly value: number;
}

export interface PlotSpec {
  readonly series: readonly Series[];
  /** Right end of the x axis: the updates of the run. */
  readonly updates: number;
  readonly yardsticks: readonly Line[];
  /** As they are when the plot is drawn: another mark needs no other plot. */
  marks(): readonly Mark[];
  /** Powers of ten are equally far apart; what is not positive is left out. */
  readonly isLog: boolean;
  /** Fixed limits of the y axis; null follows the data. */
  readonly limits: readonly [number, number] | null;
  readonly heightPx: number;
  /** The part of the x axis that is drawn, as shares; read whenever the plot gets data. */
  zoom(): Zoom;
  /** Somebody has dragged over a part of the axis, or asked for all of it. */
  onZoom(zoom: Zoom): void;
  onHover(index: number | null): void;
}

/** With more points than this a curve is a line only. */
const MOST_DOTS = 12;
const LABEL_PX = 11;
/** Steps of the x axis: whole updates, or the dialogues of them. */
const WHOLE_UPDATES = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));
const Y_AXIS_PX = 42;

/** Everything uPlot needs. Canvas knows no custom properties, so colours are read from the element as they are now. */
export function plotOptions(spec: PlotSpec, element: HTMLElement): uPlot.Options {
  const color = colorReader(element);
  const font = `${LABEL_PX}px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: color('--faint'), font, ticks: { show: false } };
  return {
    width: Math.max(1, element.clientWidth),
    height: spec.heightPx,
    padding: [8, 14, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      bind: {
        dblclick: () => () => {
          spec.onZoom(WHOLE);
          return null;
        },
      },
    },
    scales: {
      x: { time: false, range: () => drawnRange(spec) },
      y: spec.isLog
        ? { distr: 3, range: (_, low, high) => logRange(low, high) }
        : { range: (_, low, high) => yRange(spec.limits, low, high) },
    },
    axes: [
      { ...axis, size: 24, gap: 4, space: 44, grid: { show: false }, incrs: WHOLE_UPDATES },
      {
        ...axis,
        size: Y_AXIS_PX,
        gap: 6,
        space: 18,
        grid: { stroke: color('--line'), width: 1 },
        values: (plot, ticks) => writeTicks(spec, plot, ticks),
      },
    ],
    series: [{}, ...spec.series.map((series) => lineOf(series, color))],
    hooks: {
      drawAxes: [
        (plot) => drawYardsticks(plot, spec.yardsticks, color, font),
        (plot) => drawMarks(plot, spec.marks(), color),
      ],
      setCursor: [({ cursor }) => spec.onHover(cursor.idx ?? null)],
      setSelect: [(plot) => zoomToSelection(plot, spec)],
    },
  };
}

function drawnRange({ updates, zoom }: PlotSpec): uPlot.Range.MinMax {
  const length = Math.max(1, updates);
  const [from, to] = zoom();
  return [from * length, to * length];
}

/** A drag shorter than this was meant as a click. */
const SHORTEST_DRAG_PX = 5;

function zoomToSelection(plot: uPlot, { updates, onZoom }: PlotSpec): void {
  const { left, width } = plot.select;
  if (width === 0) return; // it was cleared, by the lines below
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (width < SHORTEST_DRAG_PX) return;
  const length = Math.max(1, updates);
  onZoom([plot.posToVal(left, 'x') / length, plot.posToVal(left + width, 'x') / length]);
}

/** An axis that follows the data has nothing to say before the first update. */
function writeTicks({ limits, isLog }: PlotSpec, plot: uPlot, ticks: (number | null)[]): string[] {
  if (isLog) return ticks.map((tick) => (tick === null ? '' : formatNumber(tick))); // uPlot blanks the crowded ones
  if (!limits && plot.data[0].length === 0) return ticks.map(() => '');
  return formatTicks(ticks.map(Number));
}

function lineOf(
  { label, color: name, isBackdrop = false, dash = [], spansGaps: spanGaps = false }: Series,
  color: (name: ColorName) => string,
): uPlot.Series {
  const stroke = color(name);
  if (isBackdrop) return { label, stroke, width: 1, alpha: 0.28, spanGaps, points: { show: false } };
  return {
    label,
    stroke,
    width: 2,
    spanGaps,
    dash: [...dash],
    points: { show: (plot) => plot.data[0].length <= MOST_DOTS, size: 4.5, fill: stroke, width: 0 },
  };
}

/** A little air above and below; a flat curve lies in the middle. */
function yRange(limits: readonly [number, number] | null, low: number | null, high: number | null): uPlot.Range.MinMax {
  if (limits) return [limits[0], limits[1]];
  if (low === null || high === null) return [0, 1];
  const air = (high - low) * 0.12 || Math.abs(high) * 0.2 || 0.5;
  const bottom = low >= 0 ? Math.max(0, low - air) : low - air;
  return [bottom, high + air];
}

/** Less than a tick's distance of air below and above, in the ratio that a logarithmic axis shows as a distance. */
function logRange(low: number | null, high: number | null): uPlot.Range.MinMax {
  return low === null || high === null || low <= 0 ? [0.1, 1] : [low / 1.25, high * 1.25];
}

/** Height and half width of a mark, in CSS pixels. */
const MARK_PX = 4;
const MARK_COLORS: Record<Mark['kind'], ColorName> = {
  checkpoint: '--muted',
  evaluation: '--muted',
  alarm: '--caution',
  knobs: '--muted',
};

/** On the x axis: a square for a checkpoint, a ring for an evaluation, a diamond where knobs were turned; an alarm is a triangle under a dotted line. */
function drawMarks(plot: uPlot, marks: readonly Mark[], color: (name: ColorName) => string): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const size = MARK_PX * ratio;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  ctx.lineWidth = ratio;
  const standLine = (at: number, from: number) => {
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(at, from);
    ctx.lineTo(at, bbox.top);
    ctx.stroke();
  };
  for (const { kind, x, color: own } of marks) {
    const at = plot.valToPos(x, 'x', true);
    ctx.strokeStyle = ctx.fillStyle = color(own ?? MARK_COLORS[kind]);
    ctx.setLineDash([]);
    ctx.beginPath();
    if (kind === 'checkpoint') {
      ctx.rect(at - size * 0.6, bottom - size * 1.4, size * 1.2, size * 1.2);
      ctx.fill();
      if (own !== undefined) standLine(at, bottom - size * 1.4);
    } else if (kind === 'evaluation') {
      ctx.arc(at, bottom - size * 0.8, size, 0, 2 * Math.PI);
      ctx.stroke();
    } else if (kind === 'knobs') {
      ctx.moveTo(at, bottom - 2.4 * size);
      ctx.lineTo(at + size, bottom - 1.2 * size);
      ctx.lineTo(at, bottom);
      ctx.lineTo(at - size, bottom - 1.2 * size);
      ctx.closePath();
      ctx.stroke();
    } else {
      ctx.moveTo(at, bottom - 2 * size);
      ctx.lineTo(at + size, bottom);
      ctx.lineTo(at - size, bottom);
      ctx.fill();
      standLine(at, bottom - 2 * size);
    }
  }
  ctx.restore();
}

/** Dashed lines with their names: what a number is worth is drawn on the chart that it judges. */
function drawYardsticks(
  plot: uPlot,
  yardsticks: readonly Line[],
  color: (name: ColorName) => string,
  font: string,
): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const heights = yardsticks.map(({ value }) => plot.valToPos(value, 'y', true));
  const baselines = spreadLabels(
    heights.map((height) => height - 6 * ratio),
    (LABEL_PX + 3) * ratio,
  );
  ctx.save();
  ctx.font = font.replace(`${LABEL_PX}px`, `${LABEL_PX * ratio}px`);
  ctx.fillStyle = color('--muted');
  ctx.strokeStyle = color('--faint');
  ctx.lineWidth = ratio;
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  ctx.textAlign = 'right';
  for (const height of heights) {
    const y = Math.round(height) + 0.5;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.strokeStyle = color('--surface');
  ctx.lineWidth = 4 * ratio; // a halo, so that no line runs through the words
  ctx.lineJoin = 'round';
  yardsticks.forEach(({ label, value }, index) => {
    const at = [bbox.left + bbox.width - 2 * ratio, baselines[index] ?? 0] as const;
    ctx.strokeText(`${label} ${value.toFixed(2)}`, ...at);
    ctx.fillText(`${label} ${value.toFixed(2)}`, ...at);
  });
  ctx.restore();
}

/** Reads each colour once, with the help of an element that is gone before anybody sees it. */
function colorReader(element: HTMLElement): (name: ColorName) => string {
  const known = new Map<ColorName, string>();
  return (name) => {
    const color = known.get(name) ?? readColor(element, name);
    known.set(name, color);
    return color;
  };
}

function readColor(element: HTMLElement, name: ColorName): string {
  const probe = element.appendChild(document.createElement('i'));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
