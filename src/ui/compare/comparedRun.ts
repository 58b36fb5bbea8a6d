import type { EvaluationRow, RunRow } from '../../storage/rows.ts';
import type { UpdatePoint } from '../runState.ts';
import type { RunStyle } from './runStyles.ts';

/** A saved run with its curves. */
export interface SavedRun {
  readonly run: RunRow;
  readonly history: readonly UpdatePoint[];
  /** By the updates that were done. */
  readonly evaluations: readonly EvaluationRow[];
}

/** One of the runs on the compare screen. */
export interface ComparedRun extends SavedRun {
  readonly style: RunStyle;
}

/** Points of different games mean different things. */
export function shareEnvironment(runs: readonly ComparedRun[]): boolean {
  return new Set(runs.map(({ run }) => run.config.environment)).size <= 1;
}
