import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { monotonicMs } from '../../base/clock.ts';
import { formatDuration } from '../format.ts';
import { ProgressTrack } from '../parts/ProgressTrack.tsx';
import { useTransfer } from './transferStore.ts';

/** Before this share is done, nobody can say how long the rest takes. */
const ENOUGH_SHARE = 0.05;

/** How far an export or an import is, what is left, and a way out of it. */
export function TransferBar() {
  const transfer = useTransfer((store) => store.transfer);
  const nowMs = useClock(transfer !== null);
  if (!transfer) return null;
  const { kind, name, share, startedAtMs, cancel } = transfer;
  const percent = Math.round(share * 100);
  const secondsSoFar = (nowMs - startedAtMs) / 1000;
  const left = share > ENOUGH_SHARE ? `, ${formatDuration((secondsSoFar * (1 - share)) / share)} left` : '';
  return (
    <div className="transfer" role="status" data-testid="transfer">
      <span>
        {kind === 'export' ? 'Packing' : 'Unpacking'} {name}: {percent} %{left}
      </span>
      <ProgressTrack label={`Progress of the ${kind}`} percent={percent} />
      <Button className="button small" onPress={cancel}>
        Cancel
      </Button>
    </div>
  );
}

/** The time, as often as an estimate should move. */
function useClock(isOn: boolean): number {
  const [nowMs, setNow] = useState(monotonicMs);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => setNow(monotonicMs()), 500);
    return () => clearInterval(timer);
  }, [isOn]);
  return nowMs;
}
