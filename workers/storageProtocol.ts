import { z } from 'zod';
import { CheckpointManifest } from '../src/record/checkpoint.ts';
import { Dialogue } from '../src/record/dialogueSet.ts';
import { Episode } from '../src/record/episode.ts';
import { Evaluation } from '../src/record/evaluation.ts';
import { KnobChange } from '../src/record/knobChange.ts';
import { UpdateMetrics } from '../src/record/metrics.ts';
import { Rating } from '../src/record/rating.ts';
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
  z.strictObject({
    kind: z.literal('run.truncate'),
    runId,
    updatesDone: z.int().min(0),
    /** The turned knobs that stay in the run's history; absent: all. */
    changes: z.array(KnobChange).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('run.recordChange'), runId, change: KnobChange }),
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
  /** What a run learns from. */
  z.strictObject({ kind: z.literal('dialogues.save'), runId, dialogues: z.array(Dialogue) }),
  z.strictObject({ kind: z.literal('dialogues.list'), runId }),
  z.strictObject({ kind: z.literal('checkpoint.load'), checkpointId }),
  z.strictObject({ kind: z.literal('checkpoint.list'), runId }),
  z.strictObject({ kind: z.literal('checkpoint.rename'), checkpointId, label: z.string() }),
  z.strictObject({ kind: z.literal('checkpoint.setKept'), checkpointId, isKept: z.boolean() }),
  z.strictObject({ kind: z.literal('checkpoint.delete'), checkpointId }),
  z.strictObject({ kind: z.literal('rating.set'), runId, rating: Rating }),
  z.strictObject({ kind: z.literal('rating.clear'), runId, episodeId: z.string().min(1), turnIndex: z.int().min(0) }),
  /** A dialogue that a person has played. */
  z.strictObject({ kind: z.literal('play.keep'), episode: Episode, ratings: z.array(Rating) }),
  z.strictObject({ kind: z.literal('pack.save'), name: z.string().min(1), text: z.string() }),
  z.strictObject({ kind: z.literal('pack.delete'), name: z.string().min(1) }),
  z.strictObject({ kind: z.literal('reply.read'), key: z.string().min(1) }),
  z.strictObject({ kind: z.literal('reply.keep'), key: z.string().min(1), reply: z.string() }),
  z.strictObject({ kind: z.literal('journal.read'), journal: z.string().min(1) }),
  z.strictObject({ kind: z.literal('journal.append'), journal: z.string().min(1), lines: z.array(z.unknown()) }),
  z.strictObject({ kind: z.literal('tuning.read'), key: z.string().min(1) }),
  z.strictObject({ kind: z.literal('tuning.write'), key: z.string().min(1), tileName: z.string() }),
]);
export type StorageRequest = z.infer<typeof StorageRequest>;

/** `request` is parsed apart, so that a malformed one still gets its reply. */
export const StorageCall = z.strictObject({ requestId: z.int(), request: z.unknown() });
export type StorageCall = z.infer<typeof StorageCall>;

/** Work that takes long: it goes on beside the others, tells how far it is, and can be broken off. */
export const LongRequest = z.discriminatedUnion('kind', [
  /** The reply is the zip, a Blob. */
  z.strictObject({ kind: z.literal('run.export'), runId }),
  /** The reply is the id of the run that was in it. */
  z.strictObject({ kind: z.literal('run.import'), file: z.instanceof(Blob) }),
]);
export type LongRequest = z.infer<typeof LongRequest>;

/** Breaks long work off; its reply is the failure `cancelled`. There is no reply to this. */
export const CancelRequest = z.strictObject({ kind: z.literal('request.cancel'), requestId: z.int() });
export type CancelRequest = z.infer<typeof CancelRequest>;

/** How far long work is, 0–1; its reply is still to come. */
export const StorageProgress = z.strictObject({ requestId: z.int(), share: z.number() });
export type StorageProgress = z.infer<typeof StorageProgress>;

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
