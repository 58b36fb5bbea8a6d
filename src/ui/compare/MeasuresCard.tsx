import type { Interval } from '../../base/statistics.ts';
import { formatNumber, formatShare, formatSigned } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { Compared } from './contender.ts';
import { ContenderHeads } from './ContenderHeads.tsx';
import { signOf, type Difference, type MeasureCell, type MeasureRow, type MeasureUnit } from './measureRow.ts';

interface MeasuresCardProps {
  readonly title: string;
  /** What was counted. */
  readonly about: string;
  readonly compared: readonly Compared[];
  readonly rows: readonly MeasureRow[];
}

/** Measures, with 95 % intervals where there are any, and how far each contender is from the first one. */
export function MeasuresCard({ title, about, compared, rows }: MeasuresCardProps) {
  return (
    <Card title={title} note="95 % intervals, clustered by scenario">
      <div className="card-body">
        <p className="fine-print">{about}</p>
      </div>
      {rows.length === 0 ? (
        <p className="card-body muted">Nothing was measured by then.</p>
      ) : (
        <div className="table-scroll card-body" tabIndex={0} role="group" aria-label={`${title}, table`}>
          <table className="table compare-table" data-testid="measures">
            <ContenderHeads compared={compared} first="measure" />
            <tbody>
              {rows.map((row) => (
                <tr key={row.label}>
                  <th scope="row">
                    {row.label}
                    {row.about !== '' && <small>{row.about}</small>}
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
  return (
    <>
      <b>{formatValue(typeof value === 'number' ? value : value.mean, unit)}</b>
      {typeof value !== 'number' && <small>{formatRange(value, unit)}</small>}
      {difference && <DifferenceText difference={difference} unit={unit} isJudged={moreIsBetter === true} />}
    </>
  );
}

interface DifferenceTextProps {
  readonly difference: Difference;
  readonly unit: MeasureUnit;
  /** Whether one direction is the better one. */
  readonly isJudged: boolean;
}

/** `Δ +0.42 [−0.10, +0.94], p = 0.11` */
function DifferenceText({ difference, unit, isJudged }: DifferenceTextProps) {
  const sign = isJudged ? signOf(difference) : 0;
  const { mean, low, high, pValue } = difference;
  return (
    <small className={sign > 0 ? 'gain' : sign < 0 ? 'loss' : ''} title="Difference to the first">
      Δ {formatDifference(mean, unit)} [{formatDifference(low, unit)}, {formatDifference(high, unit)}]
      {pValue !== null && (pValue < SMALLEST_P ? `, p < ${SMALLEST_P}` : `, p = ${pValue.toFixed(3)}`)}
    </small>
  );
}

const SMALLEST_P = 0.001;

function formatValue(value: number, unit: MeasureUnit): string {
  if (unit === 'share') return formatShare(value);
  return unit === 'points' ? value.toFixed(2) : formatNumber(value);
}

/** `[5.80, 6.44]`; of few dialogues a normal interval reaches beyond what a share can be. */
function formatRange({ low, high }: Interval, unit: MeasureUnit): string {
  const possible = (bound: number) => (unit === 'share' ? Math.min(1, Math.max(0, bound)) : bound);
  return `[${formatValue(possible(low), unit)}, ${formatValue(possible(high), unit)}]`;
}

/** Shares differ by percentage points, which stand without a sign of their own. */
function formatDifference(value: number, unit: MeasureUnit): string {
  return unit === 'share' ? formatSigned(value * 100, 0) : formatSigned(value, 2);
}
