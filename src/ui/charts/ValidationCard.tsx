import { useMemo, useState } from 'react';
import { withPoint, type Validation, type ValidationPoint } from '../../record/evaluation.ts';
import { Card } from '../parts/Card.tsx';
import { Chart } from './Chart.tsx';
import type { Series } from './plot.ts';

interface ValidationCardProps {
  readonly evaluations: readonly ValidationPoint[];
  readonly updates: number;
}

const HEIGHT_PX = 130;

/** Points on held-out scenarios, with their 95 % interval; the best evaluation is named. */
export function ValidationCard({ evaluations, updates }: ValidationCardProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const x = useMemo(() => evaluations.map(({ updatesDone }) => updatesDone), [evaluations]);
  const series = useMemo(() => withInterval(evaluations), [evaluations]);
  const shown = evaluations[hovered ?? evaluations.length - 1];
  const best = evaluations.reduce<Validation | null>(withPoint, null)?.best;
  return (
    <Card
      title="Held-out points"
      note={best && `best after update ${best.updatesDone}`}
      tools={<b className="metric-value">{shown ? describePoint(shown) : '–'}</b>}
    >
      <Chart
        x={x}
        series={series}
        updates={updates}
        heightPx={HEIGHT_PX}
        summary={`Points on held-out scenarios: ${evaluations
          .map((point) => `${describePoint(point)} after update ${point.updatesDone}`)
          .join(', ')}.`}
        onHover={setHovered}
      />
    </Card>
  );
}

function withInterval(evaluations: readonly ValidationPoint[]): Series[] {
  const bound = (label: string, values: number[]): Series => ({ label, color: '--curve', values, isBackdrop: true });
  return [
    bound(
      'low',
      evaluations.map(({ points }) => points.low),
    ),
    bound(
      'high',
      evaluations.map(({ points }) => points.high),
    ),
    { label: 'mean', color: '--curve', values: evaluations.map(({ points }) => points.mean) },
  ];
}

/** `6.12 [5.80, 6.44]` */
function describePoint({ points: { mean, low, high } }: ValidationPoint): string {
  return `${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}
