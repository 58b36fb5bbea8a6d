import { create } from 'zustand';
import type { SeatIndex } from '../../record/scenario.ts';
import { SEATS } from './seats.ts';

/** What only one seat knows. */
export type PrivatePart = 'strategies' | 'goals';

/** Per part, the seats of which the reader wants to see it. */
export type ShownParts = Readonly<Record<PrivatePart, readonly SeatIndex[]>>;

interface ShownPartsStore {
  readonly shown: ShownParts;
  setShown(part: PrivatePart, seats: readonly SeatIndex[]): void;
}

/** Shared by every dialogue on the page. */
export const useShownParts = create<ShownPartsStore>()((set) => ({
  shown: { strategies: SEATS, goals: SEATS },
  setShown: (part, seats) => set(({ shown }) => ({ shown: { ...shown, [part]: seats } })),
}));
