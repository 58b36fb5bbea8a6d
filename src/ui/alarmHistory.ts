import type { Vital } from '../record/alarm.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { newAlarms, remember, vitalOf, type RaisedAlarm } from '../training/objective/alarms.ts';
import type { UpdatePoint } from './runState.ts';

interface Known {
  /** Where the point stood: points that were put before it later make this worthless. */
  readonly index: number;
  readonly vitals: readonly Vital[];
  /** Up to the point, in order. */
  readonly raised: readonly RaisedAlarm[];
}

const BEFORE_ALL: Omit<Known, 'index'> = { vitals: [], raised: [] };

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
    let state: Omit<Known, 'index'> = (first && known.get(first)) ?? BEFORE_ALL;
    for (const point of history.slice(start + 1)) {
      const now = vitalOf(config, point.metrics);
      const alarms = newAlarms(state.vitals, now);
      const raised = alarms.map((alarm) => ({ updateIndex: point.updateIndex, alarm }));
      state = {
        vitals: remember(state.vitals, now),
        raised: raised.length > 0 ? [...state.raised, ...raised] : state.raised,
      };
      start += 1;
      known.set(point, { ...state, index: start });
    }
    return state.raised;
  };
}
