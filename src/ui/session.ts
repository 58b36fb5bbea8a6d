import { createContext, useContext } from 'react';
import type { RunConfig } from '../record/runConfig.ts';
import type { Fork, Talk } from '../../workers/protocol.ts';
import type { StorageClient } from '../../workers/storageClient.ts';

/** What a person can order. Everything answers through the stores or through live queries. */
export interface Session {
  readonly storage: Pick<
    StorageClient,
    'renameRun' | 'deleteRun' | 'renameCheckpoint' | 'setCheckpointKept' | 'deleteCheckpoint'
  >;
  /** Starts the engine anew. `allowFallback`: the person agreed to the slow CPU engine. */
  prepare(allowFallback: boolean): void;
  train(config: RunConfig): void;
  /** Goes on with a saved run, from its newest checkpoint when null. */
  resume(runId: string, checkpointId: string | null): void;
  pause(): void;
  goOn(): void;
  /** One update, then pause. */
  step(): void;
  stop(): void;
  saveCheckpoint(label: string): void;
  exportWeights(checkpointId: string): void;
  /** Asks what a run would take; the engine store hears it. */
  estimate(config: RunConfig): void;
  /** Asks the model for its turn; the talk store hears the answers. */
  ask(askId: string, talk: Talk): void;
  /** Replays the rest of a dialogue; the fork store hears how it goes. */
  startFork(forkId: string, fork: Fork): void;
  cancelFork(): void;
  /** Compares every kernel with PyTorch; the self-test store hears it. */
  startSelfTest(): void;
  cancelSelfTest(): void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession: no SessionContext around this component');
  return session;
}
