import { useMemo } from 'react';
import type { Episode } from '../../record/episode.ts';
import { formatCount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { Compared } from './contender.ts';
import { ContenderHeads } from './ContenderHeads.tsx';
import { familyNames, familyShift, type FamilyShift } from './familyShift.ts';
import { ShareShift } from './ShareShift.tsx';

/** Dialogues from before and after a training. */
export interface BeforeAndAfter {
  readonly before: readonly Episode[];
  readonly after: readonly Episode[];
}

interface FamilyCardProps {
  readonly note: string;
  /** What was counted. */
  readonly about: string;
  readonly compared: readonly Compared[];
  /** Of the contenders, in order. */
  readonly dialogues: readonly BeforeAndAfter[];
}

/** Which kinds of strategies the strategists wrote before, and which after; and how much of it is new. */
export function FamilyCard({ note, about, compared, dialogues }: FamilyCardProps) {
  const shifts = useMemo(() => dialogues.map(({ before, after }) => familyShift(before, after)), [dialogues]);
  const families = useMemo(() => familyNames(shifts), [shifts]);
  const colorOf = (index: number) => compared[index]?.style.color ?? '--curve';
  return (
    <Card title="Strategies, before and after" note={note}>
      <div className="card-body">
        <p className="fine-print">{about}</p>
      </div>
      {families.length === 0 ? (
        <p className="card-body muted">There is no strategy of a trained seat.</p>
      ) : (
        <div className="table-scroll card-body" tabIndex={0} role="group" aria-label="Strategies, table">
          <table className="table compare-table" data-testid="families">
            <ContenderHeads compared={compared} first="family" />
            <tbody>
              {families.map((family) => (
                <tr key={family}>
                  <th scope="row">{family}</th>
                  {shifts.map((shift, index) => (
                    <td key={index}>
                      <ShareShift {...sharesOf(shift, family)} color={colorOf(index)} />
                    </td>
                  ))}
                </tr>
              ))}
              <tr>
                <th scope="row">
                  new wordings
                  <small>of those after, the share that nobody wrote before</small>
                </th>
                {shifts.map(({ newWordingShare }, index) => (
                  <td key={index} className="number">
                    {newWordingShare === null ? (
                      '–'
                    ) : (
                      <ShareShift before={null} after={newWordingShare} color={colorOf(index)} />
                    )}
                  </td>
                ))}
              </tr>
              <tr>
                <th scope="row">different wordings</th>
                {shifts.map(({ wordingsBefore, wordingsAfter }, index) => (
                  <td key={index} className="number">
                    {formatCount(wordingsBefore)} → {formatCount(wordingsAfter)}
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

/** null where nothing was written before, so that nobody knows. */
function sharesOf(shift: FamilyShift, family: string): { readonly before: number | null; readonly after: number } {
  const { before, after } = shift.families.find((share) => share.family === family) ?? { before: 0, after: 0 };
  return { before: shift.beforeCount > 0 ? before : null, after };
}
