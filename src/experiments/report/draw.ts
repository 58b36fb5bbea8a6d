import type { Section } from '../../record/experimentReport.ts';

/** What a chart is made of, in the units of its view box. The page makes elements of it, the HTML file text. */
export type Shape =
  | {
      readonly kind: 'line';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly tone: Tone;
    }
  | {
      readonly kind: 'path';
      readonly points: readonly (readonly [number, number])[];
      readonly tone: Tone;
      readonly isArea: boolean;
    }
  | { readonly kind: 'dot'; readonly x: number; readonly y: number; readonly tone: Tone }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly anchor: 'start' | 'middle' | 'end';
    };

/** `grid`, or the number of a series: sheets give colours to them. */
export type Tone = 'grid' | 0 | 1 | 2 | 3 | 4 | 5;
const TONES = 6;

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly shapes: readonly Shape[];
}

type Dots = Extract<Section, { kind: 'dots' }>;
type Lines = Extract<Section, { kind: 'lines' }>;

const WIDTH = 720;
const ROW = 26;
const LABELS = 250;
const RIGHT = 16;
const TOP = 14;
const AXIS = 34;

/** One row per condition: its interval as a line, its mean as a dot. */
export function drawDots({ title, unit, rows }: Dots): Drawing {
  const ticks = ticksOf(rows.flatMap(({ interval }) => [interval.low, interval.high]));
  const height = TOP + rows.length * ROW + AXIS;
  const x = scale(ticks, LABELS, WIDTH - RIGHT);
  const bottom = height - AXIS;
  const shapes: Shape[] = [
    ...ticks.flatMap((tick): Shape[] => [
      { kind: 'line', x1: x(tick), y1: TOP, x2: x(tick), y2: bottom, tone: 'grid' },
      { kind: 'text', x: x(tick), y: bottom + 14, text: String(tick), anchor: 'middle' },
    ]),
    { kind: 'text', x: (LABELS + WIDTH - RIGHT) / 2, y: height - 4, text: unit, anchor: 'middle' },
    ...rows.flatMap(({ label, interval }, row): Shape[] => {
      const y = TOP + (row + 0.5) * ROW;
      return [
        { kind: 'text', x: LABELS - 10, y: y + 4, text: shortened(label, 38), anchor: 'end' },
        { kind: 'line', x1: x(interval.low), y1: y, x2: x(interval.high), y2: y, tone: 0 },
        { kind: 'dot', x: x(interval.mean), y, tone: 0 },
      ];
    }),
  ];
  const said = rows.map(({ label, interval }) => `${label} ${interval.mean.toFixed(2)}`).join(', ');
  return { width: WIDTH, height, label: `${title}: ${said}`, shapes };
}

/** One line per series with its interval as a band. */
export function drawLines({ title, xLabel, unit, series }: Lines): Drawing {
  const height = 300 + 18 * series.length;
  const [left, top, right, bottom] = [52, TOP, WIDTH - RIGHT, 300 - AXIS];
  const all = series.flatMap(({ points }) => points);
  const xTicks = ticksOf(all.map((point) => point.x));
  const yTicks = ticksOf(all.flatMap((point) => [point.y.low, point.y.high]));
  const [x, y] = [scale(xTicks, left, right), scale(yTicks, bottom, top)];
  const shapes: Shape[] = [
    ...yTicks.flatMap((tick): Shape[] => [
      { kind: 'line', x1: left, y1: y(tick), x2: right, y2: y(tick), tone: 'grid' },
      { kind: 'text', x: left - 6, y: y(tick) + 4, text: String(tick), anchor: 'end' },
    ]),
    ...xTicks.map((tick): Shape => ({
      kind: 'text',
      x: x(tick),
      y: bottom + 14,
      text: String(tick),
      anchor: 'middle',
    })),
    { kind: 'text', x: (left + right) / 2, y: 300 - 4, text: `${xLabel}; ${unit}`, anchor: 'middle' },
    ...series.flatMap(({ label, points }, place): Shape[] => {
      const tone = toneOf(place);
      const at = (value: 'mean' | 'low' | 'high') => points.map((point) => [x(point.x), y(point.y[value])] as const);
      return [
        { kind: 'path', points: [...at('low'), ...at('high').reverse()], tone, isArea: true },
        { kind: 'path', points: at('mean'), tone, isArea: false },
        ...at('mean').map(([px, py]): Shape => ({ kind: 'dot', x: px, y: py, tone })),
        { kind: 'line', x1: left, y1: 310 + 18 * place, x2: left + 22, y2: 310 + 18 * place, tone },
        { kind: 'text', x: left + 30, y: 314 + 18 * place, text: label, anchor: 'start' },
      ];
    }),
  ];
  const ends = series.map(({ label, points }) => `${label} ends at ${points.at(-1)?.y.mean.toFixed(2) ?? 'nothing'}`);
  return { width: WIDTH, height, label: `${title}: ${ends.join(', ')}`, shapes };
}

function toneOf(place: number): Tone {
  return (place % TONES) as Tone; // below the number of tones
}

function shortened(label: string, limit: number): string {
  return label.length <= limit ? label : `${label.slice(0, limit - 1)}…`;
}

function scale(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
}

/** Round numbers that hold all values: 1, 2 or 5 times a power of ten apart. */
export function ticksOf(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const wanted = (high - low || Math.abs(high) || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= wanted) ?? 10 * power;
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const count = Math.max(1, last - first);
  return Array.from({ length: count + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
