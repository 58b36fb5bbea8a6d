import { useEffect, useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { requestPersistence } from '../../storage/quota.ts';
import type { SavedRuns } from '../../storage/runs.ts';
import { formatAmount, formatBytes } from '../format.ts';
import { Icon } from '../parts/Icon.tsx';
import { useSession } from '../session.ts';
import { importRun } from './transfers.ts';
import { useTransfer } from './transferStore.ts';

interface Room {
  readonly usage: number;
  readonly quota: number;
  readonly isPersisted: boolean;
}

/** How much of the browser's storage is in use, and whether the browser may clear it. */
export function StorageUse({ saved }: { readonly saved: SavedRuns | undefined }) {
  const [room, setRoom] = useState<Room | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let isShown = true;
    measure().then(
      (measured) => isShown && setRoom(measured),
      () => isShown && setRoom(null), // a browser that does not tell
    );
    return () => {
      isShown = false;
    };
  }, [saved, asked]);
  const persist = () => void requestPersistence(navigator.storage).then(() => setAsked((count) => count + 1));
  return (
    <header className="storage-use">
      <h2>{saved ? formatAmount(saved.runs.length, 'saved run') : 'Saved runs'}</h2>
      <ImportButton />
      {room && (
        <>
          <div
            className="storage-meter"
            role="meter"
            aria-label="Storage in use"
            aria-valuenow={room.usage}
            aria-valuemax={room.quota}
            aria-valuetext={`${formatBytes(room.usage)} of ${formatBytes(room.quota)}`}
          >
            <b style={{ width: `${(room.usage / room.quota) * 100}%` }} />
          </div>
          <span>
            {formatBytes(room.usage)} of {formatBytes(room.quota)} in use
          </span>
          {room.isPersisted ? (
            <span>kept until you delete it</span>
          ) : (
            <Button className="button small" onPress={persist}>
              Ask the browser to keep it
            </Button>
          )}
        </>
      )}
    </header>
  );
}

/** Takes a run in that was exported elsewhere. */
function ImportButton() {
  const { storage } = useSession();
  const isTransferring = useTransfer((store) => store.transfer !== null);
  const choose = (files: FileList | null) => {
    const [file] = files ?? [];
    if (file) void importRun(storage, file);
  };
  return (
    <FileTrigger acceptedFileTypes={['application/zip', '.zip']} onSelect={choose}>
      <Button className="button small" data-testid="import-run" isDisabled={isTransferring}>
        <Icon name="import" />
        Import a run
      </Button>
    </FileTrigger>
  );
}

async function measure(): Promise<Room | null> {
  const [{ usage = 0, quota = 0 }, isPersisted] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
  ]);
  return quota > 0 ? { usage, quota, isPersisted } : null;
}
