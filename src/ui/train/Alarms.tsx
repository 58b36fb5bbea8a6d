import { Button } from 'react-aria-components';
import { FailureCard } from '../parts/FailureCard.tsx';
import { inspectLink } from '../route.ts';
import { useRun } from '../runStore.ts';

/** What the newest updates give reason to worry about; the training goes on unless it is told to pause on alarms. */
export function Alarms() {
  const alarms = useRun((store) => store.run.alarms);
  const runId = useRun((store) => store.runId);
  const dismiss = useRun((store) => store.dismissAlarm);
  if (alarms.length === 0) return null;
  return (
    <div className="alarms" role="region" aria-label="Alarms">
      {alarms.map(({ updateIndex, alarm }) => (
        <FailureCard key={alarm.kind} failure={alarm} tone="caution" note={`after update ${updateIndex + 1}`}>
          <a className="button small" href={inspectLink(runId)}>
            Look at its dialogues
          </a>
          <Button className="button small" onPress={() => dismiss(alarm.kind)}>
            Dismiss
          </Button>
        </FailureCard>
      ))}
    </div>
  );
}
