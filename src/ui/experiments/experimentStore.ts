import { create } from 'zustand';
import type { ExperimentOrder } from '../../record/experiment.ts';
import {
  applyToExperiment,
  NO_EXPERIMENT,
  type ExperimentChange,
  type ExperimentState,
  type ImportedResults,
} from './experimentState.ts';

interface ExperimentStore {
  readonly experiment: ExperimentState;
  readonly imported: ImportedResults | null;
  /** Notes that an experiment is ordered; returns its id. */
  start(order: ExperimentOrder): string;
  change(change: ExperimentChange): void;
  setImported(imported: ImportedResults | null): void;
}

let started = 0;

/** The experiment of this tab; it outlives a look at another screen. */
export const useExperiment = create<ExperimentStore>()((set) => ({
  experiment: NO_EXPERIMENT,
  imported: null,
  start: (order) => {
    const experimentId = `experiment-${++started}`;
    set(({ experiment }) => ({
      experiment: applyToExperiment(experiment, { kind: 'experiment.started', experimentId, order }),
    }));
    return experimentId;
  },
  change: (change) => set(({ experiment }) => ({ experiment: applyToExperiment(experiment, change) })),
  setImported: (imported) => set({ imported }),
}));
