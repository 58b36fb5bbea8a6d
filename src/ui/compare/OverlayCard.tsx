import { useMemo, useState, type ReactNode } from 'react';
import { Chart } from '../charts/Chart.tsx';
import { suitsLog } from '../charts/curves.ts';
import { useCurveView } from '../charts/curveView.ts';
import { formatNumber } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { drawnSeries, marksOf, valuesAt, type Overlay } from './overlay.ts';
import { ContenderMark } from './ContenderMark.tsx';

interface OverlayCardProps {
  readonly title: string;
  readonly unit?: string;
  readonly overlay: Overlay;
  /** Of the longest run. */
  readonly updates: number;
  readonly limits?: readonly [number, number];
  /** Few measurements, each a mean already, are drawn as they are. */
  readonly isSmoothed?: boolean;
  readonly tools?: ReactNode;
}

const HEIGHT_PX = 168;

/** The same metric of every run over the updates; the values are those at the pointer, or each contender's own. */
export function OverlayCard({ title, unit, overlay, updates, limits, isSmoothed = true, tools }: OverlayCardProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const view = useCurveView();
  const keep = isSmoothed ? view.keep : 0;
  const series = useMemo(() => drawnSeries(overlay, keep), [overlay, keep]);
  const marks = useMemo(() => marksOf(overlay), [overlay]);
  const isLog = view.isLog && suitsLog(overlay.lines.map(({ values }) => values));
  const values = valuesAt(overlay, hovered);
  const own = valuesAt(overlay, null);
  return (
    <Card
      title={title}
      className="overlay-card"
      note={[unit, isLog && 'log scale'].filter(Boolean).join(', ')}
      tools={tools}
    >
      <div className="legend">
        {overlay.places.map(({ name, style, at }, index) => (
          <span key={index}>
            <ContenderMark style={style} isMoment={at !== null} />
            <span className="legend-name" title={name}>
              {name}
            </span>
            <b>{formatNumber(values[index] ?? NaN)}</b>
          </span>
        ))}
      </div>
      <Chart
        x={overlay.x}
        series={series}
        marks={marks}
        updates={updates}
        heightPx={HEIGHT_PX}
        isLog={isLog}
        {...(limits && { limits })}
        summary={`${title}${unit ? ` (${unit})` : ''}: ${overlay.places
          .map(
            ({ name, at }, index) =>
              `${name} ${formatNumber(own[index] ?? NaN)} at its ${at === null ? 'end' : 'mark'}`,
          )
          .join(', ')}.`}
        onHover={setHovered}
      />
    </Card>
  );
}
