import { AppError, assertNever, explain } from '../src/base/errors.ts';
import { exportRun } from '../src/storage/bundle/exportRun.ts';
import { importRun } from '../src/storage/bundle/importRun.ts';
import { DexieCheckpointStore } from '../src/storage/checkpoints.ts';
import { openDatabase, type LabDatabase } from '../src/storage/database.ts';
import { listDialogues, saveDialogues } from '../src/storage/dialogues.ts';
import { asStorageError } from '../src/storage/errors.ts';
import { recordEpisodes, recordEvaluation, recordUpdate } from '../src/storage/history.ts';
import { deletePack, savePack } from '../src/storage/packs.ts';
import { keepPlay } from '../src/storage/played.ts';
import { rateTurn, unrateTurn } from '../src/storage/ratings.ts';
import { keepReply, readReply } from '../src/storage/replies.ts';
import { appendToJournal, readJournal } from '../src/storage/journals.ts';
import type { LockPort } from '../src/storage/runLock.ts';
import {
  createRun,
  deleteRun,
  loadRun,
  recordKnobChange,
  renameRun,
  setRunStatus,
  sweepRecords,
  truncateRun,
} from '../src/storage/runs.ts';
import { readTuning, writeTuning } from '../src/storage/tunings.ts';
import {
  CancelRequest,
  LongRequest,
  SavedCheckpoint,
  StorageCall,
  StorageRequest,
  type StorageProgress,
  type StorageReply,
} from './storageProtocol.ts';

/** Serves any number of ports, one request after the other in the order of arrival: what was saved is there for the next. */
export class StorageServer {
  private readonly database: LabDatabase;
  private readonly locks: LockPort;
  private readonly checkpoints: DexieCheckpointStore;
  private lastReply: Promise<void>;
  /** Long work, by the port that asked and the number of its request. */
  private readonly underWay = new Map<MessagePort, Map<number, AbortController>>();

  constructor(database: LabDatabase, locks: LockPort) {
    this.database = database;
    this.locks = locks;
    this.checkpoints = new DexieCheckpointStore(database, locks);
    this.lastReply = this.start();
  }

  serve(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const { requestId, request } = StorageCall.parse(data);
      const cancel = CancelRequest.safeParse(request).data;
      if (cancel) return this.underWay.get(port)?.get(cancel.requestId)?.abort(cancelled());
      const long = LongRequest.safeParse(request).data;
      if (long) return void this.replyLater(port, requestId, long);
      this.lastReply = this.lastReply.then(() => this.reply(port, requestId, request));
    };
  }

  /** When the database cannot be opened, the first request tries again and carries the reason. */
  private async start(): Promise<void> {
    try {
      await openDatabase(this.database);
      await this.checkpoints.sweepOrphans();
      await sweepRecords(this.database, this.locks);
    } catch (thrown) {
      console.warn(asStorageError(thrown));
    }
  }

  private async reply(port: MessagePort, requestId: number, request: unknown): Promise<void> {
    let reply: StorageReply;
    try {
      await openDatabase(this.database);
      reply = { requestId, failure: null, value: await this.perform(StorageRequest.parse(request)) };
    } catch (thrown) {
      reply = { requestId, failure: explain(asStorageError(thrown)), value: undefined };
    }
    const checkpoint = SavedCheckpoint.safeParse(reply.value).data;
    port.postMessage(reply, checkpoint ? [checkpoint.tensors.buffer] : []);
  }

  /** Beside the queue: a run that trains does not wait for an export. */
  private async replyLater(port: MessagePort, requestId: number, request: LongRequest): Promise<void> {
    const abort = new AbortController();
    const ofPort = this.underWay.get(port) ?? new Map<number, AbortController>();
    this.underWay.set(port, ofPort.set(requestId, abort));
    const progressed = (share: number) => port.postMessage({ requestId, share } satisfies StorageProgress);
    const progress = { signal: abort.signal, progressed };
    let reply: StorageReply;
    try {
      await openDatabase(this.database);
      const value =
        request.kind === 'run.export'
          ? await exportRun(this.database, request.runId, progress)
          : await importRun(this.database, this.locks, request.file, progress);
      reply = { requestId, failure: null, value };
    } catch (thrown) {
      reply = { requestId, failure: explain(asStorageError(thrown)), value: undefined };
    }
    ofPort.delete(requestId);
    port.postMessage(reply);
  }

  private perform(request: StorageRequest): Promise<unknown> {
    const { database, checkpoints } = this;
    switch (request.kind) {
      case 'run.create':
        return createRun(database, request.run);
      case 'run.load':
        return loadRun(database, request.runId);
      case 'run.rename':
        return renameRun(database, request.runId, request.name);
      case 'run.setStatus':
        return setRunStatus(database, request.runId, request.status, request.failure);
      case 'run.truncate':
        return truncateRun(database, request.runId, request.updatesDone, request.changes);
      case 'run.recordChange':
        return recordKnobChange(database, request.runId, request.change);
      case 'run.delete':
        return deleteRun(database, this.locks, request.runId);
      case 'update.record':
        return recordUpdate(database, request.runId, request.updateIndex, request.metrics);
      case 'episodes.record':
        return recordEpisodes(database, request.runId, request.episodes, request.traces);
      case 'evaluation.record':
        return recordEvaluation(database, request.runId, request.updatesDone, request.evaluation);
      case 'dialogues.save':
        return saveDialogues(database, request.runId, request.dialogues);
      case 'dialogues.list':
        return listDialogues(database, request.runId);
      case 'checkpoint.save':
        return checkpoints.save({ manifest: request.manifest, tensors: request.tensors });
      case 'checkpoint.load':
        return checkpoints.load(request.checkpointId);
      case 'checkpoint.list':
        return checkpoints.list(request.runId);
      case 'checkpoint.rename':
        return checkpoints.rename(request.checkpointId, request.label);
      case 'checkpoint.setKept':
        return checkpoints.setKept(request.checkpointId, request.isKept);
      case 'checkpoint.delete':
        return checkpoints.delete(request.checkpointId);
      case 'rating.set':
        return rateTurn(database, request.runId, request.rating);
      case 'rating.clear':
        return unrateTurn(database, request.runId, request.episodeId, request.turnIndex);
      case 'play.keep':
        return keepPlay(database, request.episode, request.ratings);
      case 'pack.save':
        return savePack(database, request.name, request.text);
      case 'pack.delete':
        return deletePack(database, request.name);
      case 'reply.read':
        return readReply(database, request.key);
      case 'reply.keep':
        return keepReply(database, request.key, request.reply);
      case 'journal.read':
        return readJournal(database, request.journal);
      case 'journal.append':
        return appendToJournal(database, request.journal, request.lines);
      case 'tuning.read':
        return readTuning(database, request.key);
      case 'tuning.write':
        return writeTuning(database, request.key, request.tileName);
      default:
        return assertNever(request);
    }
  }
}

function cancelled(): AppError {
  return new AppError('cancelled', {
    what: 'This was cancelled.',
    why: 'Somebody asked for that.',
    fix: 'Start it again when you want it.',
  });
}
