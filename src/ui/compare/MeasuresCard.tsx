import { useMemo } from 'react';
import type { Interval } from '../../base/statistics.ts';
import { formatNumber, formatShare, formatSigned } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import {
  measureRows,
  signOf,
  type MeasureCell,
  type MeasuredRun,
  type MeasureRow,
  type MeasureUnit,
} from './measures.ts';
import { RunHeads } from './RunHeads.tsx';

/** What the runs came to, with 95 % intervals where there are any, and how far each is from the first run. */
export function MeasuresCard({ runs }: { readonly runs: readonly MeasuredRun[] }) {
  const rows = useMemo(() => measureRows(runs), [runs]);
  return (
    <Card title="What they came to" note="95 % intervals, clustered by scenario">
      {rows.length === 0 ? (
        <p className="card-body muted">None of the runs has finished an update.</p>
      ) : (
        <div className="table-scroll card-body" tabIndex={0} role="group" aria-label="What they came to, table">
          <table className="table compare-table" data-testid="measures">
            <RunHeads runs={runs} first="measure" />
            <tbody>
              {rows.map((row) => (
                <tr key={row.label}>
                  <th scope="row">
                    {row.label}
                    <small>{row.about}</small>
                  </th>
                  {row.cells.map((cell, index) => (
                    <td key={index} className="number">
                      <Cell row={row} cell={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Cell({ row: { unit, moreIsBetter }, cell: { value, difference } }: { row: MeasureRow; cell: MeasureCell }) {
  if (value === null) return <>–</>;
  const sign = difference && moreIsBetter ? signOf(difference) : 0;
  return (
    <>
      <b>{formatValue(typeof value === 'number' ? value : value.mean, unit)}</b>
      {typeof value !== 'number' && <small>{formatRange(value, unit)}</small>}
      {difference && (
        <small className={sign > 0 ? 'gain' : sign < 0 ? 'loss' : ''} title="Difference to the first run">
          Δ {formatDifference(difference.mean, unit)} [{formatDifference(difference.low, unit)},{' '}
          {formatDifference(difference.high, unit)}]
        </small>
      )}
    </>
  );
}

function formatValue(value: number, unit: MeasureUnit): string {
  if (unit === 'share') return formatShare(value);
  return unit === 'points' ? value.toFixed(2) : formatNumber(value);
}

/** `[5.80, 6.44]` */
function formatRange({ low, high }: Interval, unit: MeasureUnit): string {
  return `[${formatValue(low, unit)}, ${formatValue(high, unit)}]`;
}

/** Shares differ by percentage points, which stand without a sign of their own. */
function formatDifference(value: number, unit: MeasureUnit): string {
  return unit === 'share' ? formatSigned(value * 100, 0) : formatSigned(value, 2);
}
