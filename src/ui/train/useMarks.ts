import { useMemo } from 'react';
import { createAlarmHistory } from '../alarmHistory.ts';
import { marksOf } from '../charts/marks.ts';
import type { Mark } from '../charts/plot.ts';
import { useLive } from '../database.ts';
import { checkpointsOf } from '../queries.ts';
import { useRun } from '../runStore.ts';

/** Outlives the screen: ten thousand updates need not be gone through again whenever it is opened. */
const alarmsOf = createAlarmHistory();

/** What happened in the run on screen. Alarms that were dismissed stay on the charts. */
export function useMarks(): readonly Mark[] {
  const runId = useRun((store) => store.runId);
  const config = useRun((store) => store.run.config);
  const history = useRun((store) => store.run.history);
  const evaluations = useRun((store) => store.run.evaluations);
  const changes = useRun((store) => store.run.changes);
  const checkpoints = useLive(checkpointsOf, runId ?? '').value;
  return useMemo(() => {
    const alarms = config ? alarmsOf(config, history) : [];
    return marksOf({ checkpoints: checkpoints ?? [], evaluations, alarms, changes });
  }, [checkpoints, evaluations, config, history, changes]);
}
