import { useState } from 'react';
import { Button } from 'react-aria-components';
import { openRunIds } from '../../storage/runLock.ts';
import { useRun } from '../runStore.ts';
import { takeNewVersion, useOffline } from './offlineStore.ts';

/** Offers a newer version, and never in the middle of a run: not of this tab's, and not of another's. */
export function UpdateBanner() {
  const isThere = useOffline(({ waiting, isReplaced }) => waiting !== null || isReplaced);
  const isTraining = useRun(({ run }) => ['starting', 'running', 'paused'].includes(run.status));
  const [isBusyElsewhere, setBusyElsewhere] = useState(false);
  const [isLater, setLater] = useState(false);
  if (!isThere || isLater) return null;
  const reload = async () => {
    const { size } = await openRunIds(navigator.locks);
    setBusyElsewhere(size > 0);
    if (size === 0) takeNewVersion();
  };
  return (
    <div className="banner" role="status" data-testid="update-banner">
      <p>
        <strong>A new version of Parley is ready.</strong>{' '}
        {isTraining
          ? 'It can be loaded when the run has ended.'
          : isBusyElsewhere
            ? 'A run trains in another tab: it can be loaded when that has ended.'
            : 'Loading it takes a moment; saved runs stay.'}
      </p>
      {!isTraining && (
        <div className="banner-tools">
          <Button className="button small quiet" onPress={() => setLater(true)}>
            Later
          </Button>
          <Button className="button small primary" data-testid="take-update" onPress={() => void reload()}>
            Reload
          </Button>
        </div>
      )}
    </div>
  );
}
