import type { ExperimentState } from './experimentState.ts';
import type { Found } from './useResults.ts';

/** Where an experiment stands, in one sentence. @param experiment null: this tab does not run it */
export function describeExperiment(
  experiment: ExperimentState | null,
  found: Pick<Found, 'missingParts'> | null,
): string {
  switch (experiment?.phase) {
    case 'running':
      return experiment.parts === 0
        ? 'Begins…'
        : `Part ${Math.min(experiment.done + 1, experiment.parts)} of ${experiment.parts} is under way.`;
    case 'pausing':
      return 'Pauses…';
    case 'paused':
      return `Paused after ${experiment.done} of ${experiment.parts} parts.`;
    case 'failed':
      return 'Broken off.';
    case 'finished':
      return found !== null && found.missingParts > 0 ? 'Ended; some parts failed.' : 'Finished.';
    default:
      if (found === null) return 'Looking at what is there already…';
      return found.missingParts === 0 ? 'All of it is there already.' : 'Not complete yet.';
  }
}

/** `3 minutes`, `2.5 hours`. */
export function formatMinutes(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes < 1.5) return minutes < 0.5 ? 'half a minute' : 'a minute';
  return minutes < 90 ? `${Math.round(minutes)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}
