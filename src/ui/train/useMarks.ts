import { useMemo } from 'react';
import { alarmsOfRun } from '../../training/objective/alarms.ts';
import { marksOf } from '../charts/marks.ts';
import type { Mark } from '../charts/plot.ts';
import { useLive } from '../database.ts';
import { checkpointsOf } from '../queries.ts';
import { useRun } from '../runStore.ts';

/** What happened in the run on screen. Alarms that were dismissed stay on the charts. */
export function useMarks(): readonly Mark[] {
  const runId = useRun((store) => store.runId);
  const config = useRun((store) => store.run.config);
  const history = useRun((store) => store.run.history);
  const evaluations = useRun((store) => store.run.evaluations);
  const checkpoints = useLive(checkpointsOf, runId ?? '').value;
  return useMemo(() => {
    const alarms = config ? alarmsOfRun(config, history) : [];
    return marksOf({ checkpoints: checkpoints ?? [], evaluations, alarms });
  }, [checkpoints, evaluations, config, history]);
}
