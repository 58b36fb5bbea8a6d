import { LEFT_OUT, type LeftOut, type Selection } from '../../record/dialogueSelection.ts';
import { formatCount } from '../format.ts';

/** What there is, what is taken, and why the rest is not. */
export function SelectionCounts({ selection: { given, kept, leftOut } }: { readonly selection: Selection }) {
  const reasons = Object.entries(LEFT_OUT).filter(([name]) => leftOut[name as LeftOut] > 0); // the names of the table
  return (
    <dl className="facts lesson-counts" data-testid="lesson-counts">
      <div>
        <dt>Dialogues</dt>
        <dd>
          {formatCount(kept.dialogues)} of {formatCount(given.dialogues)}
        </dd>
      </div>
      <div>
        <dt>Sides</dt>
        <dd>
          {formatCount(kept.sides)} of {formatCount(given.sides)}
        </dd>
      </div>
      <div>
        <dt>Own turns</dt>
        <dd>
          {formatCount(kept.turns)} of {formatCount(given.turns)}
          <small>
            {formatCount(kept.scoredTurns)} scored, {formatCount(kept.ratedTurns)} rated
          </small>
        </dd>
      </div>
      {reasons.map(([name, why]) => (
        <div key={name} className="lesson-left-out">
          <dt>Left out: {why}</dt>
          <dd>{formatCount(leftOut[name as LeftOut])} sides</dd>
        </div>
      ))}
    </dl>
  );
}
