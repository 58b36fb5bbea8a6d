import { Button } from 'react-aria-components';
import { useEngine } from '../engineStore.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useRun } from '../runStore.ts';

/** A refused order, a failed run: shown above whatever screen is open. */
export function Notices() {
  const notice = useEngine((store) => store.notice);
  const setNotice = useEngine((store) => store.setNotice);
  const engineFailed = useEngine((store) => store.engine.kind === 'failed');
  const runFailure = useRun((store) => store.run.failure ?? store.run.interruption);
  return (
    <>
      {notice && (
        <FailureCard failure={notice}>
          <Button className="button small" onPress={() => setNotice(null)}>
            Dismiss
          </Button>
        </FailureCard>
      )}
      {runFailure && !engineFailed && <FailureCard failure={runFailure} />}
    </>
  );
}
