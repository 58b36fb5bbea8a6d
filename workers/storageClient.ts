import { z } from 'zod';
import { AppError } from '../src/base/errors.ts';
import type { ReplyCache } from '../src/base/replyCache.ts';
import type { Journals } from '../src/experiments/archive.ts';
import type { TuningStore } from '../src/gpu/tuning.ts';
import { ListedCheckpoint, type Checkpoint, type CheckpointStore } from '../src/record/checkpoint.ts';
import { Dialogue } from '../src/record/dialogueSet.ts';
import type { Episode } from '../src/record/episode.ts';
import type { Evaluation } from '../src/record/evaluation.ts';
import type { KnobChange } from '../src/record/knobChange.ts';
import type { UpdateMetrics } from '../src/record/metrics.ts';
import type { Rating } from '../src/record/rating.ts';
import type { Trace } from '../src/record/trace.ts';
import { RunRow, type Failure, type RunStatus } from '../src/storage/rows.ts';
import type { NewRun } from '../src/storage/runs.ts';
import {
  SavedCheckpoint,
  StorageProgress,
  StorageReply,
  type CancelRequest,
  type LongRequest,
  type StorageCall,
  type StorageRequest,
} from './storageProtocol.ts';

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** Of long work. */
  progressed?(share: number): void;
}

/** How long work is followed and broken off. */
export interface LongWork {
  /** @param share 0–1 */
  progressed(share: number): void;
  readonly signal: AbortSignal;
}

/**
 * The storage worker as seen through one port, by the page or by the engine worker. Requests are carried out in order;
 * every failure is an AppError with the worker's code and words. Reading for the screen needs no worker: see `src/storage`.
 */
export class StorageClient implements CheckpointStore {
  private readonly port: MessagePort;
  private readonly pending = new Map<number, Pending>();
  private nextRequestId = 0;

  constructor(port: MessagePort) {
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const progress = StorageProgress.safeParse(data).data;
      if (progress) this.pending.get(progress.requestId)?.progressed?.(progress.share);
      else this.settle(StorageReply.parse(data));
    };
  }

  createRun(run: NewRun): Promise<void> {
    return this.order({ kind: 'run.create', run });
  }

  /** @throws AppError `run-missing` */
  loadRun(runId: string): Promise<RunRow> {
    return this.ask({ kind: 'run.load', runId }, RunRow);
  }

  renameRun(runId: string, name: string): Promise<void> {
    return this.order({ kind: 'run.rename', runId, name });
  }

  /** @param failure why it failed, for the status `failed` */
  setRunStatus(runId: string, status: RunStatus, failure: Failure | null = null): Promise<void> {
    return this.order({ kind: 'run.setStatus', runId, status, failure });
  }

  /** Before a run resumes from a checkpoint: drops what was recorded after the checkpoint's `updatesDone`. */
  truncateRun(runId: string, updatesDone: number, changes?: readonly KnobChange[]): Promise<void> {
    return this.order({ kind: 'run.truncate', runId, updatesDone, ...(changes && { changes: [...changes] }) });
  }

  /** Knobs were turned while the run trained. */
  recordKnobChange(runId: string, change: KnobChange): Promise<void> {
    return this.order({ kind: 'run.recordChange', runId, change });
  }

  /** @throws AppError `run-open-elsewhere` while any tab trains it */
  deleteRun(runId: string): Promise<void> {
    return this.order({ kind: 'run.delete', runId });
  }

  /** Everything of a run as one zip. @throws AppError with the code `cancelled` when the signal is aborted */
  exportRun(runId: string, work: LongWork): Promise<Blob> {
    return this.askLong({ kind: 'run.export', runId }, z.instanceof(Blob), work);
  }

  /** Takes a run in from such a zip, all of it or nothing. @returns its id */
  importRun(file: Blob, work: LongWork): Promise<string> {
    return this.askLong({ kind: 'run.import', file }, z.string(), work);
  }

  recordUpdate(runId: string, updateIndex: number, metrics: UpdateMetrics): Promise<void> {
    return this.order({ kind: 'update.record', runId, updateIndex, metrics });
  }

  recordEpisodes(runId: string, episodes: readonly Episode[], traces: readonly Trace[]): Promise<void> {
    return this.order({ kind: 'episodes.record', runId, episodes: [...episodes], traces: [...traces] });
  }

  recordEvaluation(runId: string, updatesDone: number, evaluation: Evaluation): Promise<void> {
    return this.order({ kind: 'evaluation.record', runId, updatesDone, evaluation });
  }

  /** What a run learns from; before it begins. */
  saveDialogues(runId: string, dialogues: readonly Dialogue[]): Promise<void> {
    return this.order({ kind: 'dialogues.save', runId, dialogues: [...dialogues] });
  }

  listDialogues(runId: string): Promise<readonly Dialogue[]> {
    return this.ask({ kind: 'dialogues.list', runId }, z.array(Dialogue));
  }

  /** Takes the bytes along: `tensors` is empty afterwards, so that a checkpoint is never in memory twice. */
  save({ manifest, tensors }: Checkpoint): Promise<void> {
    const { buffer, byteLength } = tensors;
    const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    const bytes = isWhole ? new Uint8Array(buffer) : tensors.slice(); // a view must not take along what lies around it
    return this.order({ kind: 'checkpoint.save', manifest, tensors: bytes }, [bytes.buffer]);
  }

  load(checkpointId: string): Promise<Checkpoint> {
    return this.ask({ kind: 'checkpoint.load', checkpointId }, SavedCheckpoint);
  }

  list(runId: string): Promise<readonly ListedCheckpoint[]> {
    return this.ask({ kind: 'checkpoint.list', runId }, z.array(ListedCheckpoint));
  }

  renameCheckpoint(checkpointId: string, label: string): Promise<void> {
    return this.order({ kind: 'checkpoint.rename', checkpointId, label });
  }

  /** What the user keeps, retention never removes. */
  setCheckpointKept(checkpointId: string, isKept: boolean): Promise<void> {
    return this.order({ kind: 'checkpoint.setKept', checkpointId, isKept });
  }

  deleteCheckpoint(checkpointId: string): Promise<void> {
    return this.order({ kind: 'checkpoint.delete', checkpointId });
  }

  /** A person's opinion of one turn, in the place of an earlier one. */
  rateTurn(runId: string, rating: Rating): Promise<void> {
    return this.order({ kind: 'rating.set', runId, rating });
  }

  unrateTurn(runId: string, episodeId: string, turnIndex: number): Promise<void> {
    return this.order({ kind: 'rating.clear', runId, episodeId, turnIndex });
  }

  /** Keeps a dialogue that a person has played, with the ratings of its turns. */
  keepPlay(episode: Episode, ratings: readonly Rating[]): Promise<void> {
    return this.order({ kind: 'play.keep', episode, ratings: [...ratings] });
  }

  /** Saves a scenario pack in the place of an earlier one of its name. */
  savePack(name: string, text: string): Promise<void> {
    return this.order({ kind: 'pack.save', name, text });
  }

  deletePack(name: string): Promise<void> {
    return this.order({ kind: 'pack.delete', name });
  }

  /** Replies of chat servers: a run that goes on after a reload asks only what was not answered. */
  readonly replies: ReplyCache = {
    get: async (key) => (await this.ask({ kind: 'reply.read', key }, z.string().nullable())) ?? undefined,
    set: (key, reply) => this.order({ kind: 'reply.keep', key, reply }),
  };

  /** Lists that only grow: what experiments have come to. */
  readonly journals: Journals = {
    read: (journal) => this.ask({ kind: 'journal.read', journal }, z.array(z.unknown())),
    append: (journal, lines) => this.order({ kind: 'journal.append', journal, lines: [...lines] }),
  };

  /** What was measured once per adapter. Without storage it is measured again: nobody has to hear of that. */
  readonly tunings: TuningStore = {
    read: (key) => this.ask({ kind: 'tuning.read', key }, z.string().nullable()).catch(() => null),
    write: (key, tileName) => this.order({ kind: 'tuning.write', key, tileName }).catch(() => undefined),
  };

  /** The worker is gone: everybody who waits learns it. */
  fail(error: AppError): void {
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
    this.port.close();
  }

  private async order(request: StorageRequest, transfer: Transferable[] = []): Promise<void> {
    await this.ask(request, z.undefined(), transfer);
  }

  private async ask<Value>(
    request: StorageRequest,
    reply: z.ZodType<Value>,
    transfer: Transferable[] = [],
  ): Promise<Value> {
    const requestId = this.nextRequestId++;
    const value = await new Promise<unknown>((resolve, reject) => {
      this.port.postMessage({ requestId, request } satisfies StorageCall, transfer);
      this.pending.set(requestId, { resolve, reject });
    });
    return reply.parse(value);
  }

  private async askLong<Value>(
    request: LongRequest,
    reply: z.ZodType<Value>,
    { progressed, signal }: LongWork,
  ): Promise<Value> {
    const requestId = this.nextRequestId++;
    const cancel: CancelRequest = { kind: 'request.cancel', requestId };
    const stop = () =>
      this.port.postMessage({ requestId: this.nextRequestId++, request: cancel } satisfies StorageCall);
    const waiting = new Promise<unknown>((resolve, reject) => {
      this.pending.set(requestId, { resolve, reject, progressed });
    });
    this.port.postMessage({ requestId, request } satisfies StorageCall);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    try {
      return reply.parse(await waiting);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private settle({ requestId, failure, value }: StorageReply): void {
    const waiting = this.pending.get(requestId);
    this.pending.delete(requestId);
    if (failure) waiting?.reject(new AppError(failure.code, failure));
    else waiting?.resolve(value);
  }
}
