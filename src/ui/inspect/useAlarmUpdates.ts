import type { RunRow } from '../../storage/rows.ts';
import { readUpdates } from '../../storage/history.ts';
import { BEFORE_ALL_UPDATES, withAlarmsOf } from '../alarmHistory.ts';
import { database, useLive } from '../database.ts';

/** Indices of the updates after which an alarm rang. */
export function useAlarmUpdates(run: RunRow | null): ReadonlySet<number> {
  // A text, because the row is another one whenever anything of the run has changed.
  return useLive(alarmUpdates, run && `${run.config.episodesPerScenario} ${run.runId}`).value ?? NONE;
}

/** @param key the dialogues per scenario, a space, and the run's id */
async function alarmUpdates(key: string | null): Promise<ReadonlySet<number>> {
  if (key === null) return NONE;
  const [episodesPerScenario, ...id] = key.split(' ');
  const config = { episodesPerScenario: Number(episodesPerScenario) };
  let state = BEFORE_ALL_UPDATES;
  await readUpdates(database, id.join(' '), (part) => {
    state = part.reduce((before, point) => withAlarmsOf(before, config, point), state);
  });
  return new Set(state.raised.map(({ updateIndex }) => updateIndex));
}

const NONE: ReadonlySet<number> = new Set();
