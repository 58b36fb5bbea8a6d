import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import '../styles/charts.css';
import { useCurveView } from './curveView.ts';
import { DrawQueue } from './drawQueue.ts';
import { plotOptions, type Line, type Mark, type Series } from './plot.ts';
import { useColorScheme } from './useColorScheme.ts';

interface ChartProps {
  /** Update numbers, ascending. */
  readonly x: readonly number[];
  readonly series: readonly Series[];
  readonly updates: number;
  readonly yardsticks?: readonly Line[];
  readonly marks?: readonly Mark[];
  readonly limits?: readonly [number, number];
  readonly isLog?: boolean;
  readonly heightPx: number;
  /** The chart in words. */
  readonly summary: string;
  onHover?(index: number | null): void;
}

const drawQueue = new DrawQueue<uPlot>();
const NO_LINES: readonly Line[] = [];
const NO_MARKS: readonly Mark[] = [];
const ignoreHover = () => undefined;

/** Curves on a canvas. New data is drawn into the same plot; a new shape or colour scheme makes a new one. */
export function Chart(props: ChartProps) {
  const { x, series, updates, yardsticks = NO_LINES, marks = NO_MARKS, isLog = false } = props;
  const { limits, heightPx, summary, onHover = ignoreHover } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<uPlot | null>(null);
  const scheme = useColorScheme();
  const { zoom, setZoom } = useCurveView();
  const shape = JSON.stringify([
    series.map(({ label, color, dash, isBackdrop }) => [label, color, dash, isBackdrop]),
    updates,
    yardsticks,
    isLog,
    limits,
    heightPx,
  ]);
  const latest = useRef({ series, updates, yardsticks, marks, isLog, limits, heightPx, zoom, onHover });
  useLayoutEffect(() => {
    latest.current = { series, updates, yardsticks, marks, isLog, limits, heightPx, zoom, onHover };
  });

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const { limits: fixed, ...spec } = latest.current;
    const hover = (index: number | null) => latest.current.onHover(index);
    const whole = {
      ...spec,
      marks: () => latest.current.marks,
      zoom: () => latest.current.zoom,
      onZoom: setZoom,
      limits: fixed ?? null,
      onHover: hover,
    };
    const made = new uPlot(plotOptions(whole, element), [[]], element);
    const resizing = new ResizeObserver(() =>
      made.setSize({ width: Math.max(1, element.clientWidth), height: spec.heightPx }),
    );
    resizing.observe(element);
    setPlot(made);
    return () => {
      resizing.disconnect();
      drawQueue.remove(made);
      made.destroy();
      setPlot(null);
    };
  }, [shape, scheme, setZoom]);

  useEffect(() => {
    // With another number of curves this plot is on its way out: the next one gets the data.
    if (plot?.series.length !== series.length + 1) return;
    // uPlot leaves a gap at null; NaN it would draw, as it would what a logarithmic axis has no place for.
    const shown = (value: number) => (Number.isNaN(value) || (isLog && value <= 0) ? null : value);
    drawQueue.add(plot, () => plot.setData([[...x], ...series.map(({ values }) => values.map(shown))]));
  }, [plot, x, series, isLog, zoom]);
  useEffect(() => plot?.redraw(false), [plot, marks]);

  return <div className="chart" ref={frame} role="img" aria-label={summary} style={{ height: heightPx }} />;
}
