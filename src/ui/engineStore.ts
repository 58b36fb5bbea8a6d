import { create } from 'zustand';
import type { Explanation } from '../base/errors.ts';
import type { EngineStatus, RunEstimate } from '../../workers/protocol.ts';

export type Failure = Explanation & { readonly code: string };

export type EngineState =
  | { readonly kind: 'preparing' }
  | { readonly kind: 'ready'; readonly status: EngineStatus }
  | { readonly kind: 'failed'; readonly failure: Failure };

interface EngineStore {
  readonly engine: EngineState;
  /** A command that was refused, or a file that could not be made: shown until it is dismissed. */
  readonly notice: Failure | null;
  /** Of the settings that are being made; null until the engine has answered. */
  readonly estimate: RunEstimate | null;
  setEngine(engine: EngineState): void;
  setEstimate(estimate: RunEstimate): void;
  setNotice(notice: Failure | null): void;
}

/** The engine as the page knows it. */
export const useEngine = create<EngineStore>()((set) => ({
  engine: { kind: 'preparing' },
  notice: null,
  estimate: null,
  setEngine: (engine) => set({ engine }),
  setEstimate: (estimate) => set({ estimate }),
  setNotice: (notice) => set({ notice }),
}));
