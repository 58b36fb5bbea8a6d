import { useMemo, type CSSProperties } from 'react';
import { formatCount, formatShare } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { SampledDialogues } from './compareQueries.ts';
import type { ComparedRun } from './comparedRun.ts';
import { familyNames, familyShift, type FamilyShift } from './familyShift.ts';
import { RunHeads } from './RunHeads.tsx';

interface FamilyCardProps {
  readonly runs: readonly ComparedRun[];
  /** Of the runs, in order. */
  readonly dialogues: readonly SampledDialogues[];
}

/** Which kinds of strategies the strategists wrote at first, and which at last. */
export function FamilyCard({ runs, dialogues }: FamilyCardProps) {
  const shifts = useMemo(() => dialogues.map(({ first, last }) => familyShift(first, last)), [dialogues]);
  const families = useMemo(() => familyNames(shifts), [shifts]);
  const span = Math.max(0, ...dialogues.map((sampled) => sampled.span));
  return (
    <Card title="Strategies, before and after" note={`first and last ${span === 1 ? 'update' : `${span} updates`}`}>
      {families.length === 0 ? (
        <p className="card-body muted">No strategy of a trained seat is saved.</p>
      ) : (
        <div className="table-scroll card-body" tabIndex={0} role="group" aria-label="Strategies, table">
          <table className="table compare-table" data-testid="families">
            <RunHeads runs={runs} first="family" />
            <tbody>
              {families.map((family) => (
                <tr key={family}>
                  <th scope="row">{family}</th>
                  {shifts.map((shift, index) => (
                    <td key={index}>
                      <ShareShift shift={shift} family={family} color={runs[index]?.style.color ?? '--curve'} />
                    </td>
                  ))}
                </tr>
              ))}
              <tr>
                <th scope="row">
                  new wordings
                  <small>of the last that no first one had</small>
                </th>
                {shifts.map(({ newWordingShare }, index) => (
                  <td key={index} className="number">
                    {newWordingShare === null ? '–' : formatShare(newWordingShare)}
                  </td>
                ))}
              </tr>
              <tr>
                <th scope="row">strategies counted</th>
                {shifts.map(({ beforeCount, afterCount }, index) => (
                  <td key={index} className="number">
                    {formatCount(beforeCount)} → {formatCount(afterCount)}
                  </td>
                ))}
              </tr>
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

interface ShareShiftProps {
  readonly shift: FamilyShift;
  readonly family: string;
  readonly color: string;
}

/** `12 % → 31 %`, and the same as a ring that moves to a dot. */
function ShareShift({ shift, family, color }: ShareShiftProps) {
  const { before, after } = shift.families.find((share) => share.family === family) ?? { before: 0, after: 0 };
  const hasBefore = shift.beforeCount > 0;
  return (
    <div className="share-shift" style={{ '--run': `var(${color})` } as CSSProperties}>
      <span className="number">
        {hasBefore ? formatShare(before) : '–'} → {formatShare(after)}
      </span>
      <div className="share-track" aria-hidden="true">
        {hasBefore && (
          <i
            className="share-move"
            style={{ left: `${Math.min(before, after) * 100}%`, width: `${Math.abs(after - before) * 100}%` }}
          />
        )}
        {hasBefore && <i className="share-before" style={{ left: `${before * 100}%` }} />}
        <i className="share-after" style={{ left: `${after * 100}%` }} />
      </div>
    </div>
  );
}
