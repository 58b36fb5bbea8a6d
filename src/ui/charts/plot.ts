import uPlot from 'uplot';
import { formatTicks } from '../format.ts';
import { spreadLabels } from './curves.ts';

/** A custom property of `tokens.css`, such as `--seat-a`. */
export type ColorName = `--${string}`;

export interface Series {
  readonly label: string;
  readonly color: ColorName;
  readonly values: readonly number[];
  /** Behind the others, faint and without points: the raw values of a smoothed curve. */
  readonly isBackdrop?: boolean;
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
  /** Fixed limits of the y axis; null follows the data. */
  readonly limits: readonly [number, number] | null;
  readonly heightPx: number;
  onHover(index: number | null): void;
}

/** With more points than this a curve is a line only. */
const MOST_DOTS = 12;
const LABEL_PX = 11;
const WHOLE_UPDATES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];
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
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, range: [0, Math.max(1, spec.updates)] },
      y: { range: (_, low, high) => yRange(spec.limits, low, high) },
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
      drawAxes: [(plot) => drawYardsticks(plot, spec.yardsticks, color, font)],
      setCursor: [({ cursor }) => spec.onHover(cursor.idx ?? null)],
    },
  };
}

/** An axis that follows the data has nothing to say before the first update. */
function writeTicks({ limits }: PlotSpec, plot: uPlot, ticks: number[]): string[] {
  if (!limits && plot.data[0].length === 0) return ticks.map(() => '');
  return formatTicks(ticks);
}

function lineOf({ label, color: name, isBackdrop = false }: Series, color: (name: ColorName) => string): uPlot.Series {
  const stroke = color(name);
  if (isBackdrop) return { label, stroke, width: 1, alpha: 0.28, points: { show: false } };
  return {
    label,
    stroke,
    width: 2,
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
