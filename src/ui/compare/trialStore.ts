import { create } from 'zustand';
import { applyToTrial, NO_TRIAL, type TrialChange, type TrialState } from './trialState.ts';

interface TrialStore {
  readonly trial: TrialState;
  /** Notes that a trial is ordered; returns its id. */
  start(keys: readonly string[]): string;
  change(change: TrialChange): void;
}

let started = 0;

/** The trial on screen, and what earlier ones have played. It outlives a look at another screen; nothing of it is saved. */
export const useTrial = create<TrialStore>()((set) => ({
  trial: NO_TRIAL,
  start: (keys) => {
    const trialId = `trial-${++started}`;
    set(({ trial }) => ({ trial: applyToTrial(trial, { kind: 'trial.started', trialId, keys }) }));
    return trialId;
  },
  change: (change) => set(({ trial }) => ({ trial: applyToTrial(trial, change) })),
}));
