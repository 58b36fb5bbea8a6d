import { assertNever, explain } from '../src/base/errors.ts';
import { DexieCheckpointStore } from '../src/storage/checkpoints.ts';
import { openDatabase, type LabDatabase } from '../src/storage/database.ts';
import { asStorageError } from '../src/storage/errors.ts';
import { recordEpisodes, recordEvaluation, recordUpdate } from '../src/storage/history.ts';
import type { LockPort } from '../src/storage/runLock.ts';
import { createRun, deleteRun, loadRun, renameRun, setRunStatus, truncateRun } from '../src/storage/runs.ts';
import { readTuning, writeTuning } from '../src/storage/tunings.ts';
import { SavedCheckpoint, StorageCall, StorageRequest, type StorageReply } from './storageProtocol.ts';

/** Serves any number of ports, one request after the other in the order of arrival: what was saved is there for the next. */
export class StorageServer {
  private readonly database: LabDatabase;
  private readonly locks: LockPort;
  private readonly checkpoints: DexieCheckpointStore;
  private lastReply: Promise<void>;

  constructor(database: LabDatabase, locks: LockPort) {
    this.database = database;
    this.locks = locks;
    this.checkpoints = new DexieCheckpointStore(database, locks);
    this.lastReply = this.start();
  }

  serve(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const { requestId, request } = StorageCall.parse(data);
      this.lastReply = this.lastReply.then(() => this.reply(port, requestId, request));
    };
  }

  /** When the database cannot be opened, the first request tries again and carries the reason. */
  private async start(): Promise<void> {
    try {
      await openDatabase(this.database);
      await this.checkpoints.sweepOrphans();
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
        return truncateRun(database, request.runId, request.updatesDone);
      case 'run.delete':
        return deleteRun(database, this.locks, request.runId);
      case 'update.record':
        return recordUpdate(database, request.runId, request.updateIndex, request.metrics);
      case 'episodes.record':
        return recordEpisodes(database, request.runId, request.episodes, request.traces);
      case 'evaluation.record':
        return recordEvaluation(database, request.runId, request.updatesDone, request.evaluation);
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
      case 'tuning.read':
        return readTuning(database, request.key);
      case 'tuning.write':
        return writeTuning(database, request.key, request.tileName);
      default:
        return assertNever(request);
    }
  }
}
