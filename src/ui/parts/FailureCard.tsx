import type { ReactNode } from 'react';
import type { Explanation } from '../../base/errors.ts';

interface FailureCardProps {
  readonly failure: Explanation;
  /** Buttons that do what `fix` says. */
  readonly children?: ReactNode;
}

/** What broke, why, and what to do. */
export function FailureCard({ failure, children }: FailureCardProps) {
  return (
    <div className="failure" role="alert">
      <h2>{failure.what}</h2>
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
