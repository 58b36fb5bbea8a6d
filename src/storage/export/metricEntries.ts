import type { UpdateMetrics } from '../../record/metrics.ts';
import type { UpdateRow } from '../rows.ts';
import { jsonLines } from './seatDialogue.ts';

/** Every number of an update by name; those in tables are `objective/NAME` and `measures/NAME`. */
export function metricEntries(metrics: UpdateMetrics): [name: string, value: number][] {
  return Object.entries(metrics).flatMap(([name, value]): [string, number][] => {
    if (typeof value === 'number') return [[name, value]];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([part, number]): [string, number][] =>
      typeof number === 'number' ? [[`${name}/${part}`, number]] : [],
    );
  });
}

/** `metrics.jsonl`: one update a line, its number under `step`. */
export function metricsJsonLines(updates: readonly UpdateRow[]): string {
  return jsonLines(
    updates.map(({ updateIndex, metrics }) => ({ step: updateIndex, ...Object.fromEntries(metricEntries(metrics)) })),
  );
}
