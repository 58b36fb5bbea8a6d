import type { EngineMessage } from '../../../workers/protocol.ts';
import type { ExperimentOrder } from '../../record/experiment.ts';
import type { ExperimentResults } from '../../record/experimentReport.ts';
import type { Failure } from '../engineStore.ts';

/** The experiment that this tab runs, or ran last. What it has computed is in storage. */
export interface ExperimentState {
  readonly phase: 'idle' | 'running' | 'pausing' | 'paused' | 'finished' | 'failed';
  readonly experimentId: string | null;
  readonly order: ExperimentOrder | null;
  /** Of the part that is under way. */
  readonly part: string | null;
  readonly share: number;
  /** Parts that are over, of all that are known of; 0 until the first news. */
  readonly done: number;
  readonly parts: number;
  readonly failure: Failure | null;
}

export const NO_EXPERIMENT: ExperimentState = {
  phase: 'idle',
  experimentId: null,
  order: null,
  part: null,
  share: 0,
  done: 0,
  parts: 0,
  failure: null,
};

export type ExperimentChange =
  | { readonly kind: 'experiment.started'; readonly experimentId: string; readonly order: ExperimentOrder }
  | { readonly kind: 'experiment.stopping' }
  | Extract<EngineMessage, { kind: 'experiment.progressed' | 'experiment.finished' | 'experiment.failed' }>;

/** The experiment after a change; news of another one than that which runs change nothing. */
export function applyToExperiment(state: ExperimentState, change: ExperimentChange): ExperimentState {
  if (change.kind === 'experiment.started')
    return { ...NO_EXPERIMENT, phase: 'running', experimentId: change.experimentId, order: change.order };
  if (state.phase !== 'running' && state.phase !== 'pausing') return state;
  if (change.kind === 'experiment.stopping') return { ...state, phase: 'pausing' };
  if (change.experimentId !== state.experimentId) return state;
  switch (change.kind) {
    case 'experiment.progressed': {
      const { part, share, done, parts } = change;
      return { ...state, part, share, done, parts };
    }
    case 'experiment.finished':
      return { ...state, phase: 'finished', part: null, share: 0 };
    case 'experiment.failed':
      if (change.failure.code === 'cancelled') return { ...state, phase: 'paused' };
      return { ...state, phase: 'failed', failure: change.failure };
  }
}

/** What was read from a results file, until somebody closes it. */
export interface ImportedResults {
  readonly fileName: string;
  readonly results: ExperimentResults;
}
