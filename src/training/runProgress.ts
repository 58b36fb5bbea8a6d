import type { Alarm, Vital } from '../record/alarm.ts';
import type { CheckpointManifest } from '../record/checkpoint.ts';
import { withPoint, type Interval, type Validation } from '../record/evaluation.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { newAlarms, remember, vitalOf } from './objective/alarms.ts';
import type { TrainerState } from './trainerState.ts';

/** Where a run stands, but for what the learner holds on the device: all of it goes into every checkpoint. */
export interface RunProgress {
  readonly trainer: TrainerState;
  /** What the evaluations have said; null before the first. */
  readonly validation: Validation | null;
  /** What the alarms compare the next update with. */
  readonly vitals: readonly Vital[];
}

/** @param manifest of the checkpoint that the run goes on from */
export function progressOf(trainer: TrainerState, manifest: CheckpointManifest | null): RunProgress {
  return { trainer, validation: manifest?.validation ?? null, vitals: manifest?.vitals ?? [] };
}

export function afterUpdate(
  before: RunProgress,
  config: Pick<RunConfig, 'episodesPerScenario'>,
  trainer: TrainerState,
  metrics: Omit<UpdateMetrics, 'saveSeconds'>,
): { readonly progress: RunProgress; readonly alarms: readonly Alarm[] } {
  const now = vitalOf(config, metrics);
  const progress = { ...before, trainer, vitals: remember(before.vitals, now) };
  return { progress, alarms: newAlarms(before.vitals, now) };
}

export function withEvaluation(before: RunProgress, points: Interval): RunProgress {
  const { updatesDone } = before.trainer;
  return { ...before, validation: withPoint(before.validation, { updatesDone, points }) };
}

/** The number of updates after which the newest evaluation was made; 0 before the first. */
export function evaluatedAfter({ validation }: RunProgress): number {
  return validation?.newest.updatesDone ?? 0;
}

/** Whether the evaluation of where the run stands is its best. */
export function isBestSoFar({ trainer, validation }: RunProgress): boolean {
  return validation?.best.updatesDone === trainer.updatesDone;
}
