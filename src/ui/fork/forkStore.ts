import { create } from 'zustand';
import { applyToFork, NO_FORK, type ForkChange, type ForkPlace, type ForkState } from './forkState.ts';

interface ForkStore {
  readonly fork: ForkState;
  /** Notes that a fork begins; returns its id. */
  start(place: ForkPlace): string;
  change(change: ForkChange): void;
}

let started = 0;

/** The fork on screen. It outlives a look at another turn or screen; nothing of it is saved. */
export const useFork = create<ForkStore>()((set) => ({
  fork: NO_FORK,
  start: (place) => {
    const forkId = `fork-${++started}`;
    set(({ fork }) => ({ fork: applyToFork(fork, { kind: 'fork.started', forkId, place }) }));
    return forkId;
  },
  change: (change) => set(({ fork }) => ({ fork: applyToFork(fork, change) })),
}));
