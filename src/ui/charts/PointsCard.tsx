import { useMemo, useState } from 'react';
import type { AnyEnvironment } from '../../environment/registry.ts';
import { formatCount, formatNumber, formatShare, formatSigned } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { UpdatePoint } from '../runState.ts';
import { Chart } from './Chart.tsx';
import { curve, isPlayed, smoothedSeries, updateNumbers } from './curves.ts';
import { useCurveView } from './curveView.ts';
import { describeCurve } from './MetricCard.tsx';
import type { Mark, Series } from './plot.ts';

interface PointsCardProps {
  readonly history: readonly UpdatePoint[];
  /** Updates of earlier sittings are still being read. */
  readonly isPartial: boolean;
  readonly updates: number;
  readonly marks: readonly Mark[];
  /** Whose yardsticks are drawn. */
  readonly environment: AnyEnvironment;
}

const HEIGHT_PX = 208;
const LIMITS = [0, 10] as const;

/** What the run is about: points per seat against what points mean. */
export function PointsCard({ history, isPartial, updates, marks, environment }: PointsCardProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const keep = useCurveView((view) => view.keep);
  const x = useMemo(() => updateNumbers(history), [history]);
  const players = environment.worldReply ? 1 : 2;
  const seats = useMemo(() => seatCurves(history, players, keep), [history, players, keep]);
  const series = useMemo(() => seats.flat(), [seats]);
  const lines = useMemo(
    () => environment.yardsticks().map(({ label, points }) => ({ label, value: points })),
    [environment],
  );
  const index = hovered ?? history.length - 1;
  return (
    <Card
      title="Points per seat"
      note={keep > 0 ? 'smoothed' : undefined}
      tools={
        <span className="legend">
          {seats.map((ofSeat, seat) => {
            const drawn = ofSeat.at(-1);
            const value = drawn?.values[index];
            return (
              <span key={seat}>
                <i className={`legend-line seat-${seat}`} />
                {drawn?.label} {value === undefined ? '' : formatNumber(value)}
              </span>
            );
          })}
        </span>
      }
    >
      <Figures history={history} index={index} isPartial={isPartial} hasDeals={environment.isProposal !== undefined} />
      <Chart
        x={x}
        series={series}
        updates={updates}
        yardsticks={lines}
        marks={marks}
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

/** The lines of each seat; where the other side is the world, of the first seat alone. */
function seatCurves(history: readonly UpdatePoint[], players: 1 | 2, keep: number): Series[][] {
  const seats = [
    { label: 'A', color: '--seat-a', values: curve(history, 'pointsSeat0') },
    { label: 'B', color: '--seat-b', values: curve(history, 'pointsSeat1') },
  ] as const;
  return seats.slice(0, players).map((seat) => smoothedSeries(seat, keep));
}

interface FiguresProps {
  readonly history: readonly UpdatePoint[];
  readonly index: number;
  readonly isPartial: boolean;
  readonly hasDeals: boolean;
}

function Figures({ history, index, isPartial, hasDeals }: FiguresProps) {
  const point = history[index];
  // What others played says nothing of this policy.
  const shown = point && isPlayed(point) ? point.metrics : undefined;
  const first = history.find(isPlayed)?.metrics;
  const isNow = index === history.length - 1 && !isPartial;
  const gained = shown && first && shown !== first ? shown.pointsTrained - first.pointsTrained : null;
  return (
    <dl className="figures">
      <div>
        <dt>{isNow ? 'points now' : `after update ${(point?.updateIndex ?? index) + 1}`}</dt>
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
