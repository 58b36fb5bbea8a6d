import { useMemo } from 'react';
import type { RunRow } from '../../storage/rows.ts';
import { alarmsOfRun } from '../../training/objective/alarms.ts';
import { useLive } from '../database.ts';
import { savedCurves } from '../queries.ts';

/** Indices of the updates after which an alarm rang. */
export function useAlarmUpdates(run: RunRow | null): ReadonlySet<number> {
  const history = useLive(savedCurves, run?.runId ?? null).value;
  const config = run?.config;
  return useMemo(
    () => new Set(config && history ? alarmsOfRun(config, history).map(({ updateIndex }) => updateIndex) : []),
    [config, history],
  );
}
