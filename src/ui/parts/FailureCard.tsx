import type { ReactNode } from 'react';
import type { Explanation } from '../../base/errors.ts';

interface FailureCardProps {
  readonly failure: Explanation;
  /** `caution`: nothing is broken yet. */
  readonly tone?: 'failure' | 'caution';
  /** When, where. */
  readonly note?: string;
  /** Buttons that do what `fix` says. */
  readonly children?: ReactNode;
}

/** What broke, why, and what to do. */
export function FailureCard({ failure, tone = 'failure', note, children }: FailureCardProps) {
  return (
    <div className={tone === 'caution' ? 'failure caution' : 'failure'} role="alert">
      <h2>
        {failure.what}
        {note !== undefined && <span className="failure-note">{note}</span>}
      </h2>
      <dl>
        <dt>Why</dt>
        <dd>{failure.why}</dd>
        <dt>What to do</dt>
        <dd>{failure.fix}</dd>
      </dl>
      {children !== undefined && <div className="failure-tools">{children}</div>}
    </div>
  );
}
