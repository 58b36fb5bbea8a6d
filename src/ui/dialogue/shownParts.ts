import { create } from 'zustand';

export type ShownPart = 'strategies' | 'goals';

export const SHOWN_PARTS = [
  { id: 'strategies', label: 'Strategies' },
  { id: 'goals', label: 'Private goals' },
] as const satisfies readonly { readonly id: ShownPart; readonly label: string }[];

interface ShownPartsStore {
  /** What only one seat knows and the reader wants to see. */
  readonly shown: readonly ShownPart[];
  setShown(shown: ShownPart[]): void;
}

/** Shared by every dialogue on the page. */
export const useShownParts = create<ShownPartsStore>()((set) => ({
  shown: ['strategies', 'goals'],
  setShown: (shown) => set({ shown }),
}));
