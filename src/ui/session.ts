import { createContext, useContext } from 'react';
import type { LiveKnobs } from '../record/knobChange.ts';
import type { ExperimentOrder } from '../record/experiment.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { ChatEndpoint } from '../record/chatEndpoint.ts';
import type { PlayOrder } from '../../workers/playProtocol.ts';
import type { ChatAccess, Consideration, Fork, Talk, Trial } from '../../workers/protocol.ts';
import type { ModelCommand } from '../../workers/modelStoreProtocol.ts';
import type { StorageClient } from '../../workers/storageClient.ts';
import type { ForkPlace } from './fork/forkState.ts';
import type { ServerRole } from './train/extrasDraft.ts';
import type { OrderedRun } from './warmStart/lessonDraft.ts';

/** What a person can order. Everything answers through the stores or through live queries. */
export interface Session {
  readonly storage: Pick<
    StorageClient,
    | 'exportRun'
    | 'importRun'
    | 'renameRun'
    | 'deleteRun'
    | 'renameCheckpoint'
    | 'setCheckpointKept'
    | 'deleteCheckpoint'
    | 'rateTurn'
    | 'unrateTurn'
    | 'keepPlay'
    | 'savePack'
    | 'deletePack'
  >;
  /** Starts the engine anew. `allowFallback`: the person agreed to the slow CPU engine. */
  prepare(allowFallback: boolean): void;
  /** @param beside what lies outside the config: the dialogues of its lesson, the checkpoint that it begins with */
  train(config: RunConfig, beside?: Pick<OrderedRun, 'dialogues' | 'from'>): void;
  /** Goes on with a saved run, from its newest checkpoint when null. One that asks chat servers waits for somebody to agree. */
  resume(runId: string, checkpointId: string | null): void;
  /** Asks a chat server for a word; the extras store hears the answer. */
  testServer(role: ServerRole, server: ChatEndpoint, access: ChatAccess): void;
  pause(): void;
  goOn(): void;
  /** One update, then pause. */
  step(): void;
  stop(): void;
  /** Turns knobs of the run that trains, from its next update on. */
  turnKnobs(knobs: LiveKnobs): void;
  saveCheckpoint(label: string): void;
  exportWeights(checkpointId: string): void;
  /** Asks what a run would take; the engine store hears it. */
  estimate(config: RunConfig): void;
  /** Asks the model for its turn; the talk store hears the answers. */
  ask(askId: string, talk: Talk): void;
  /** Asks for one turn of a play, or for advice in it; the play store hears the answer. */
  askPlay(askId: string, order: PlayOrder): void;
  /** Replays the rest of a dialogue; the fork store hears how it goes. One that asks a chat server waits for somebody to agree. */
  startFork(place: ForkPlace, fork: Fork): void;
  cancelFork(): void;
  /** Lets players play the same scenarios; the trial store hears how it goes. */
  startTrial(trialId: string, trial: Trial): void;
  cancelTrial(): void;
  /** Asks what else could have been written in a turn; the store of alternatives hears it. */
  consider(askId: string, consideration: Consideration): void;
  /** Compares every kernel with PyTorch; the self-test store hears it. */
  startSelfTest(): void;
  cancelSelfTest(): void;
  /** Does what is missing of an experiment; the experiment store hears how it goes. */
  startExperiment(order: ExperimentOrder): void;
  /** What is done stays. */
  stopExperiment(): void;
  /** Lists, adds or removes models; the models store hears how it goes. */
  orderModels(command: ModelCommand): void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession: no SessionContext around this component');
  return session;
}
