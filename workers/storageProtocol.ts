import { z } from 'zod';
import { CheckpointManifest } from '../src/record/checkpoint.ts';
import { Episode } from '../src/record/episode.ts';
import { Evaluation } from '../src/record/evaluation.ts';
import { UpdateMetrics } from '../src/record/metrics.ts';
import { Failure, RunRow, RunStatus, SavedTrace } from '../src/storage/rows.ts';

/**
 * Everything that crosses between the storage worker and those who save: the page and the engine worker, each over its
 * own MessagePort. Every request gets one reply with its `requestId`. Both sides parse on arrival.
 */
const runId = z.string().min(1);
const checkpointId = z.string().min(1);

export const StorageRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('run.create'),
    run: RunRow.pick({ runId: true, name: true, config: true, modelName: true }),
  }),
  z.strictObject({ kind: z.literal('run.load'), runId }),
  z.strictObject({ kind: z.literal('run.rename'), runId, name: z.string().min(1) }),
  z.strictObject({ kind: z.literal('run.setStatus'), runId, status: RunStatus, failure: Failure.nullable() }),
  /** Drop what was recorded after the first `updatesDone` updates, because a resumed run repeats it. */
  z.strictObject({ kind: z.literal('run.truncate'), runId, updatesDone: z.int().min(0) }),
  z.strictObject({ kind: z.literal('run.delete'), runId }),
  z.strictObject({ kind: z.literal('update.record'), runId, updateIndex: z.int().min(0), metrics: UpdateMetrics }),
  z.strictObject({
    kind: z.literal('episodes.record'),
    runId,
    episodes: z.array(Episode),
    traces: z.array(SavedTrace),
  }),
  z.strictObject({
    kind: z.literal('evaluation.record'),
    runId,
    updatesDone: z.int().min(0),
    evaluation: Evaluation,
  }),
  /** The bytes are transferred, not copied. */
  z.strictObject({
    kind: z.literal('checkpoint.save'),
    manifest: CheckpointManifest,
    tensors: z.instanceof(Uint8Array),
  }),
  z.strictObject({ kind: z.literal('checkpoint.load'), checkpointId }),
  z.strictObject({ kind: z.literal('checkpoint.list'), runId }),
  z.strictObject({ kind: z.literal('checkpoint.rename'), checkpointId, label: z.string() }),
  z.strictObject({ kind: z.literal('checkpoint.setKept'), checkpointId, isKept: z.boolean() }),
  z.strictObject({ kind: z.literal('checkpoint.delete'), checkpointId }),
  z.strictObject({ kind: z.literal('tuning.read'), key: z.string().min(1) }),
  z.strictObject({ kind: z.literal('tuning.write'), key: z.string().min(1), tileName: z.string() }),
]);
export type StorageRequest = z.infer<typeof StorageRequest>;

/** `request` is parsed apart, so that a malformed one still gets its reply. */
export const StorageCall = z.strictObject({ requestId: z.int(), request: z.unknown() });
export type StorageCall = z.infer<typeof StorageCall>;

export const StorageReply = z.strictObject({
  requestId: z.int(),
  failure: Failure.nullable(),
  /** What was asked for; absent after a failure and where nothing was asked for. */
  value: z.unknown(),
});
export type StorageReply = z.infer<typeof StorageReply>;

export const SavedCheckpoint = z.strictObject({ manifest: CheckpointManifest, tensors: z.instanceof(Uint8Array) });

/** The only message to the worker itself: a port that it shall serve from now on. */
export const PortOffer = z.strictObject({ kind: z.literal('port.offered'), port: z.instanceof(MessagePort) });
export type PortOffer = z.infer<typeof PortOffer>;
