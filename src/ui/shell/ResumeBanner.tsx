import { liveQuery } from 'dexie';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { RunRow } from '../../storage/rows.ts';
import { interruptedRuns } from '../../storage/runs.ts';
import { database } from '../database.ts';
import { useEngine } from '../engineStore.ts';
import { formatMoment } from '../format.ts';
import { useRun } from '../runStore.ts';
import { useSession } from '../session.ts';

/** A closing tab gives its locks back a little after the next page has loaded: look again then. */
const LOOK_AGAIN_AFTER_MS = [800, 3000];

/** Offers to go on with the run that a reload, a crash or a closed tab has interrupted. */
export function ResumeBanner() {
  const session = useSession();
  const isEngineReady = useEngine((store) => store.engine.kind === 'ready');
  const isFree = useRun(({ run }) => !['starting', 'running', 'paused'].includes(run.status));
  const ownRunId = useRun((store) => store.runId);
  const [dismissedRunId, dismiss] = useState<string | null>(null);
  const run = useInterruptedRuns().find(({ runId }) => runId !== ownRunId);
  if (!run || !isFree || run.runId === dismissedRunId) return null;
  return (
    <div className="banner" role="status" data-testid="resume-banner">
      <p>
        <strong>{run.name}</strong> was interrupted{' '}
        {run.updatesDone === 0 ? 'in its first update' : `after update ${run.updatesDone}`} of {run.config.updates},{' '}
        {formatMoment(run.updatedAtMs)}. It can go on from its last checkpoint.
      </p>
      <div className="banner-tools">
        <Button className="button small quiet" onPress={() => dismiss(run.runId)}>
          Not now
        </Button>
        <Button
          className="button small primary"
          data-testid="resume-run"
          isDisabled={!isEngineReady}
          onPress={() => session.resume(run.runId, null)}
        >
          {isEngineReady ? 'Resume the run' : 'Waiting for the engine…'}
        </Button>
      </div>
    </div>
  );
}

function useInterruptedRuns(): readonly RunRow[] {
  const [runs, setRuns] = useState<readonly RunRow[]>([]);
  useEffect(() => {
    const find = () => interruptedRuns(database, navigator.locks);
    const showNone = () => setRuns([]); // the storage screen tells why storage fails
    const look = () => void find().then(setRuns, showNone);
    const subscription = liveQuery(find).subscribe({ next: setRuns, error: showNone });
    const timers = LOOK_AGAIN_AFTER_MS.map((delayMs) => setTimeout(look, delayMs));
    addEventListener('focus', look);
    return () => {
      subscription.unsubscribe();
      timers.forEach(clearTimeout);
      removeEventListener('focus', look);
    };
  }, []);
  return runs;
}
