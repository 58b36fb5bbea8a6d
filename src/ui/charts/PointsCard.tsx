import { useMemo, useState } from 'react';
import type { AnyEnvironment } from '../../environment/registry.ts';
import { formatCount, formatNumber, formatShare, formatSigned } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { UpdatePoint } from '../runState.ts';
import { Chart } from './Chart.tsx';
import { curve, smoothed, updateNumbers } from './curves.ts';
import { describeCurve } from './MetricCard.tsx';
import type { Series } from './plot.ts';

interface PointsCardProps {
  readonly history: readonly UpdatePoint[];
  readonly updates: number;
  /** Whose yardsticks are drawn. */
  readonly environment: AnyEnvironment;
}

/** How much of the past the drawn curve keeps at each update. */
const KEEP = 0.6;
const HEIGHT_PX = 208;
const LIMITS = [0, 10] as const;

/** What the run is about: points per seat against what points mean. */
export function PointsCard({ history, updates, environment }: PointsCardProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const x = useMemo(() => updateNumbers(history), [history]);
  const players = environment.worldReply ? 1 : 2;
  const series = useMemo(() => seatCurves(history, players), [history, players]);
  const lines = useMemo(
    () => environment.yardsticks().map(({ label, points }) => ({ label, value: points })),
    [environment],
  );
  const index = hovered ?? history.length - 1;
  return (
    <Card
      title="Points per seat"
      note="smoothed"
      tools={
        <span className="legend">
          {series.slice(players).map(({ label, values }, seat) => (
            <span key={label}>
              <i className={`legend-line seat-${seat}`} />
              {label} {values[index] === undefined ? '' : formatNumber(values[index])}
            </span>
          ))}
        </span>
      }
    >
      <Figures history={history} index={index} hasDeals={environment.isProposal !== undefined} />
      <Chart
        x={x}
        series={series}
        updates={updates}
        yardsticks={lines}
        limits={LIMITS}
        heightPx={HEIGHT_PX}
        summary={`${describeCurve('Points of the trained seats', 'points of 10', curve(history, 'pointsTrained'))} Yardsticks: ${lines
          .map(({ label, value }) => `${label} ${value.toFixed(2)}`)
          .join(', ')}.`}
        onHover={setHovered}
      />
    </Card>
  );
}

/** Where the other side is the world, the first seat alone. */
function seatCurves(history: readonly UpdatePoint[], players: 1 | 2): Series[] {
  const seats = [
    { label: 'A', color: '--seat-a', values: curve(history, 'pointsSeat0') },
    { label: 'B', color: '--seat-b', values: curve(history, 'pointsSeat1') },
  ] as const;
  const played = seats.slice(0, players);
  const raw = played.map((seat): Series => ({ ...seat, label: `${seat.label}, each update`, isBackdrop: true }));
  return [...raw, ...played.map((seat): Series => ({ ...seat, values: smoothed(seat.values, KEEP) }))];
}

interface FiguresProps {
  readonly history: readonly UpdatePoint[];
  readonly index: number;
  readonly hasDeals: boolean;
}

function Figures({ history, index, hasDeals }: FiguresProps) {
  const shown = history[index]?.metrics;
  const first = history[0]?.metrics;
  const gained = shown && first && shown !== first ? shown.pointsTrained - first.pointsTrained : null;
  return (
    <dl className="figures">
      <div>
        <dt>{index === history.length - 1 ? 'points now' : `after update ${index + 1}`}</dt>
        <dd data-testid="points-now">
          {shown ? shown.pointsTrained.toFixed(2) : '–'}
          {gained !== null && <em className={gained < 0 ? 'loss' : 'gain'}>{formatSigned(gained, 1)}</em>}
        </dd>
      </div>
      {hasDeals && <Figure label="agreement" value={shown && formatShare(shown.agreementShare)} />}
      {hasDeals && <Figure label="Pareto" value={shown && formatShare(shown.paretoShare)} />}
      <Figure label="tokens / s" value={shown && formatCount(shown.tokensPerSecond)} />
    </dl>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: string | undefined }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value ?? '–'}</dd>
    </div>
  );
}
