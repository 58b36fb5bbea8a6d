import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { monotonicMs } from '../../base/clock.ts';
import { formatAmount, formatDuration } from '../format.ts';
import { useRun } from '../runStore.ts';

interface Absence {
  readonly seconds: number;
  readonly updates: number;
}

/** Shorter than this nobody wants to hear of. */
const SHORTEST_SECONDS = 10;

/** Says, to whoever comes back to a tab that trained in the background, what became of the run meanwhile. */
export function HiddenNotice() {
  const [absence, setAbsence] = useState<Absence | null>(null);
  const left = useRef<{ readonly atMs: number; readonly updatesDone: number } | null>(null);
  useEffect(() => {
    const look = () => {
      const { run } = useRun.getState();
      if (document.visibilityState === 'hidden') {
        left.current = run.status === 'running' ? { atMs: monotonicMs(), updatesDone: run.updatesDone } : null;
      } else if (left.current) {
        const seconds = (monotonicMs() - left.current.atMs) / 1000;
        const updates = run.updatesDone - left.current.updatesDone;
        left.current = null;
        if (seconds >= SHORTEST_SECONDS) setAbsence({ seconds, updates });
      }
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  if (!absence) return null;
  return (
    <div className="banner" role="status" data-testid="hidden-notice">
      <p>
        <strong>This tab was in the background for {formatDuration(absence.seconds)}.</strong> It went on training, as
        far as the browser lets hidden tabs: {formatAmount(absence.updates, 'update')} meanwhile.
      </p>
      <div className="banner-tools">
        <Button className="button small quiet" onPress={() => setAbsence(null)}>
          Dismiss
        </Button>
      </div>
    </div>
  );
}
