import { useMemo, useState } from 'react';
import { formatNumber } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { UpdatePoint } from '../runState.ts';
import { Chart } from './Chart.tsx';
import { curve, smoothedSeries, suitsLog, updateNumbers, type CurveName } from './curves.ts';
import { useCurveView } from './curveView.ts';
import type { ColorName, Mark } from './plot.ts';

interface MetricCardProps {
  readonly title: string;
  readonly unit: string;
  readonly metric: CurveName;
  readonly color?: ColorName;
  readonly history: readonly UpdatePoint[];
  readonly updates: number;
  readonly marks: readonly Mark[];
  format?(value: number): string;
}

const HEIGHT_PX = 108;

/** One metric: its curve, and its value at the pointer or now, as it was measured. */
export function MetricCard({
  title,
  unit,
  metric,
  color = '--curve',
  history,
  updates,
  marks,
  format = formatNumber,
}: MetricCardProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const { keep, isLog } = useCurveView();
  const x = useMemo(() => updateNumbers(history), [history]);
  const values = useMemo(() => curve(history, metric), [history, metric]);
  const series = useMemo(() => smoothedSeries({ label: title, color, values }, keep), [title, color, values, keep]);
  const shown = values[hovered ?? values.length - 1];
  return (
    <Card
      title={title}
      note={unit || undefined}
      tools={<b className="metric-value">{shown === undefined ? '–' : format(shown)}</b>}
    >
      <Chart
        x={x}
        series={series}
        updates={updates}
        marks={marks}
        isLog={isLog && suitsLog([values])}
        heightPx={HEIGHT_PX}
        summary={describeCurve(title, unit, values)}
        onHover={setHovered}
      />
    </Card>
  );
}

/** `Entropy (nats): 1.12 after 86 updates, 1.90 after the first.` */
export function describeCurve(title: string, unit: string, values: readonly number[]): string {
  const [first] = values;
  const last = values.at(-1);
  if (first === undefined || last === undefined) return `${title}: no update yet.`;
  const name = unit ? `${title} (${unit})` : title;
  return `${name}: ${formatNumber(last)} after ${values.length} updates, ${formatNumber(first)} after the first.`;
}
