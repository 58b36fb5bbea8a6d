import type { CSSProperties } from 'react';
import type { ColorName } from '../charts/plot.ts';
import { formatShare } from '../format.ts';

interface ShareShiftProps {
  /** null: there was nothing before that could be counted. */
  readonly before: number | null;
  readonly after: number;
  readonly color: ColorName;
}

/** `12 % → 31 %`, and the same as a ring that moves to a dot. */
export function ShareShift({ before, after, color }: ShareShiftProps) {
  const from = before ?? 0;
  return (
    <div className="share-shift" style={{ '--run': `var(${color})` } as CSSProperties}>
      <span className="number">
        {before !== null && `${formatShare(before)} → `}
        {formatShare(after)}
      </span>
      <div className="share-track" aria-hidden="true">
        <i
          className="share-move"
          style={{ left: `${Math.min(from, after) * 100}%`, width: `${Math.abs(after - from) * 100}%` }}
        />
        {before !== null && <i className="share-before" style={{ left: `${before * 100}%` }} />}
        <i className="share-after" style={{ left: `${after * 100}%` }} />
      </div>
    </div>
  );
}
