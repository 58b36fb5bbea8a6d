import type { EngineMessage, ForkArm, ForkReplay } from '../../../workers/protocol.ts';
import type { Failure } from '../engineStore.ts';

/** The turn that a fork starts from. */
export interface ForkPlace {
  readonly runId: string;
  readonly episodeId: string;
  readonly turnIndex: number;
}

/** The fork on screen. What was replayed stays when it is broken off. */
export interface ForkState {
  readonly phase: 'idle' | 'running' | 'finished' | 'cancelled' | 'failed';
  readonly forkId: string | null;
  readonly place: ForkPlace | null;
  /** Empty until it is known what is tried; the recorded strategy first. */
  readonly arms: readonly ForkArm[];
  readonly replays: readonly ForkReplay[];
  /** Replays of all arms together; 0 until it is known. */
  readonly total: number;
  readonly failure: Failure | null;
}

export const NO_FORK: ForkState = {
  phase: 'idle',
  forkId: null,
  place: null,
  arms: [],
  replays: [],
  total: 0,
  failure: null,
};

export type ForkChange =
  | { readonly kind: 'fork.started'; readonly forkId: string; readonly place: ForkPlace }
  | Extract<EngineMessage, { kind: 'fork.opened' | 'fork.progressed' | 'fork.finished' | 'fork.failed' }>;

/** The fork after a change; news of another fork than the one that runs change nothing. */
export function applyToFork(state: ForkState, change: ForkChange): ForkState {
  if (change.kind === 'fork.started')
    return { ...NO_FORK, phase: 'running', forkId: change.forkId, place: change.place };
  if (state.phase !== 'running' || change.forkId !== state.forkId) return state;
  switch (change.kind) {
    case 'fork.opened':
      return { ...state, arms: change.arms, total: change.total };
    case 'fork.progressed':
      return { ...state, replays: [...state.replays, ...change.replays] };
    case 'fork.finished':
      return { ...state, phase: 'finished' };
    case 'fork.failed':
      if (change.failure.code === 'cancelled') return { ...state, phase: 'cancelled' };
      return { ...state, phase: 'failed', failure: change.failure };
  }
}

export function isAt({ place }: ForkState, { runId, episodeId, turnIndex }: ForkPlace): boolean {
  return place?.runId === runId && place.episodeId === episodeId && place.turnIndex === turnIndex;
}
