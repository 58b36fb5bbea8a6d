import type { CheckResult } from '../../../workers/protocol.ts';
import type { Failure } from '../engineStore.ts';

/** A self-test on screen. What it found so far stays when it is broken off. */
export interface SelfTestState {
  readonly phase: 'idle' | 'running' | 'finished' | 'cancelled' | 'failed';
  readonly results: readonly CheckResult[];
  /** Checks that there are; 0 until the first result. */
  readonly total: number;
  readonly failure: Failure | null;
}

export const NO_SELF_TEST: SelfTestState = { phase: 'idle', results: [], total: 0, failure: null };

export type SelfTestChange =
  | { readonly kind: 'started' }
  | { readonly kind: 'selfTest.progressed'; readonly result: CheckResult; readonly total: number }
  | { readonly kind: 'selfTest.finished' }
  | { readonly kind: 'selfTest.failed'; readonly failure: Failure };

/** The self-test after a change; one that does not run changes only by starting. */
export function applyToSelfTest(state: SelfTestState, change: SelfTestChange): SelfTestState {
  if (change.kind === 'started') return { ...NO_SELF_TEST, phase: 'running' };
  if (state.phase !== 'running') return state;
  switch (change.kind) {
    case 'selfTest.progressed':
      return { ...state, results: [...state.results, change.result], total: change.total };
    case 'selfTest.finished':
      return { ...state, phase: 'finished' };
    case 'selfTest.failed':
      if (change.failure.code === 'cancelled') return { ...state, phase: 'cancelled' };
      return { ...state, phase: 'failed', failure: change.failure };
  }
}
