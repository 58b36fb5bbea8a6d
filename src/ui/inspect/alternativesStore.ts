import { create } from 'zustand';
import {
  applyToAlternatives,
  NOTHING_ASKED,
  type AlternativesChange,
  type AlternativesState,
} from './alternativesState.ts';

interface AlternativesStore {
  readonly alternatives: AlternativesState;
  /** Notes that a turn is asked about; returns the id of the question. */
  ask(place: string): string;
  change(change: AlternativesChange): void;
}

let asked = 0;

/** The last question about a turn; nothing of it is saved. */
export const useAlternatives = create<AlternativesStore>()((set) => ({
  alternatives: NOTHING_ASKED,
  ask: (place) => {
    const askId = `alternatives-${++asked}`;
    set(({ alternatives }) => ({
      alternatives: applyToAlternatives(alternatives, { kind: 'alternatives.asked', askId, place }),
    }));
    return askId;
  },
  change: (change) => set(({ alternatives }) => ({ alternatives: applyToAlternatives(alternatives, change) })),
}));
