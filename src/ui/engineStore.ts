import { create } from 'zustand';
import type { Explanation } from '../base/errors.ts';
import type { EngineStatus } from '../../workers/protocol.ts';

export type Failure = Explanation & { readonly code: string };

export type EngineState =
  | { readonly kind: 'preparing' }
  | { readonly kind: 'ready'; readonly status: EngineStatus }
  | { readonly kind: 'failed'; readonly failure: Failure };

interface EngineStore {
  readonly engine: EngineState;
  /** A command that was refused, or a file that could not be made: shown until it is dismissed. */
  readonly notice: Failure | null;
  setEngine(engine: EngineState): void;
  setNotice(notice: Failure | null): void;
}

/** The engine as the page knows it. */
export const useEngine = create<EngineStore>()((set) => ({
  engine: { kind: 'preparing' },
  notice: null,
  setEngine: (engine) => set({ engine }),
  setNotice: (notice) => set({ notice }),
}));
