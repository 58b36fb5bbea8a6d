import type { EngineMessage } from '../../../workers/protocol.ts';
import type { Episode } from '../../record/episode.ts';
import type { Failure } from '../engineStore.ts';

/** Who plays in a trial, each by the key of its dialogues (`trialOrder.ts`). */
export interface TrialState {
  readonly phase: 'idle' | 'running' | 'cancelled' | 'failed';
  readonly trialId: string | null;
  /** Those that the trial is for, in order. */
  readonly keys: readonly string[];
  /** Of the whole trial, in [0, 1]. */
  readonly share: number;
  readonly failure: Failure | null;
  /** Everything that was played since the page was opened. The same key would be played the same way again. */
  readonly played: ReadonlyMap<string, readonly Episode[]>;
}

export const NO_TRIAL: TrialState = {
  phase: 'idle',
  trialId: null,
  keys: [],
  share: 0,
  failure: null,
  played: new Map(),
};

export type TrialChange =
  | { readonly kind: 'trial.started'; readonly trialId: string; readonly keys: readonly string[] }
  | Extract<EngineMessage, { kind: 'trial.progressed' | 'trial.played' | 'trial.finished' | 'trial.failed' }>;

/** The trial after a change; news of another one than that which runs change nothing. */
export function applyToTrial(state: TrialState, change: TrialChange): TrialState {
  if (change.kind === 'trial.started') {
    const { trialId, keys } = change;
    return { ...NO_TRIAL, phase: 'running', trialId, keys, played: state.played };
  }
  if (state.phase !== 'running' || change.trialId !== state.trialId) return state;
  switch (change.kind) {
    case 'trial.progressed':
      return { ...state, share: (change.player + change.share) / state.keys.length };
    case 'trial.played': {
      const key = state.keys[change.player];
      return key === undefined ? state : { ...state, played: new Map([...state.played, [key, change.episodes]]) };
    }
    case 'trial.finished':
      return { ...state, phase: 'idle' };
    case 'trial.failed':
      if (change.failure.code === 'cancelled') return { ...state, phase: 'cancelled' };
      return { ...state, phase: 'failed', failure: change.failure };
  }
}
