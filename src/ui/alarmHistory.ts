import type { Vital } from '../record/alarm.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { newAlarms, remember, vitalOf, type RaisedAlarm } from '../training/objective/alarms.ts';
import type { UpdatePoint } from './runState.ts';

/** What is known after an update: what the next one is compared with, and the alarms until then, in order. */
export interface AlarmState {
  readonly vitals: readonly Vital[];
  readonly raised: readonly RaisedAlarm[];
}

interface Known extends AlarmState {
  /** Where the point stood: points that were put before it later make this worthless. */
  readonly index: number;
}

export const BEFORE_ALL_UPDATES: AlarmState = { vitals: [], raised: [] };

/** `alarmsOfRun`, one update at a time. */
export function withAlarmsOf(
  { vitals, raised }: AlarmState,
  config: Pick<RunConfig, 'episodesPerScenario'>,
  { updateIndex, metrics }: UpdatePoint,
): AlarmState {
  const now = vitalOf(config, metrics);
  const alarms = newAlarms(vitals, now).map((alarm) => ({ updateIndex, alarm }));
  return { vitals: remember(vitals, now), raised: alarms.length > 0 ? [...raised, ...alarms] : raised };
}

/**
 * `alarmsOfRun` for a history that grows by one point at a time: the earlier points are not gone through again, so that a
 * run of ten thousand updates costs an update as little as its first ones.
 */
export function createAlarmHistory(): (
  config: Pick<RunConfig, 'episodesPerScenario'>,
  history: readonly UpdatePoint[],
) => readonly RaisedAlarm[] {
  const known = new WeakMap<UpdatePoint, Known>();
  return (config, history) => {
    let start = history.findLastIndex((point, index) => known.get(point)?.index === index);
    const first = history[start];
    let state: AlarmState = (first && known.get(first)) ?? BEFORE_ALL_UPDATES;
    for (const point of history.slice(start + 1)) {
      state = withAlarmsOf(state, config, point);
      start += 1;
      known.set(point, { ...state, index: start });
    }
    return state.raised;
  };
}
