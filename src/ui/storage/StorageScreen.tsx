import { useLive } from '../database.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { savedRuns } from '../queries.ts';
import { formatRoute } from '../route.ts';
import { RunCard } from './RunCard.tsx';
import { StorageUse } from './StorageUse.tsx';
import { TransferBar } from './TransferBar.tsx';
import { UnreadableRuns } from './UnreadableRuns.tsx';
import '../styles/storage.css';

/** What survives a reload: runs, their checkpoints, and the room that they take. */
export function StorageScreen() {
  const { value: saved, failure } = useLive(savedRuns, null);
  return (
    <div className="storage-screen">
      <StorageUse saved={saved} />
      <TransferBar />
      {failure && <FailureCard failure={failure} />}
      {saved?.runs.map((run) => (
        <RunCard key={run.runId} run={run} />
      ))}
      {saved && saved.unreadableRunIds.length > 0 && <UnreadableRuns runIds={saved.unreadableRunIds} />}
      {saved?.runs.length === 0 && (
        <div className="empty">
          <h2>No run is saved yet</h2>
          <p>
            A run saves its curves, dialogues and checkpoints as it goes, in this browser and nowhere else. A run that
            was exported elsewhere can be imported here.
          </p>
          <a className="button primary" href={formatRoute({ screen: 'train', changes: {} })}>
            Go to Train
          </a>
        </div>
      )}
    </div>
  );
}
