import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { CheckpointManifest } from '../record/checkpoint.ts';
import { Episode } from '../record/episode.ts';
import { Evaluation } from '../record/evaluation.ts';
import { KnobChange } from '../record/knobChange.ts';
import { UpdateMetrics } from '../record/metrics.ts';
import { Rating } from '../record/rating.ts';
import { RunConfig } from '../record/runConfig.ts';
import { SeatIndex } from '../record/scenario.ts';
import type { Trace } from '../record/trace.ts';

/** What the tables hold. Rows are parsed when they are read: an older version, or an extension, may have written them. */

export const RunStatus = z.enum(['running', 'paused', 'finished', 'stopped', 'failed']);
export type RunStatus = z.infer<typeof RunStatus>;

export const Failure = z.strictObject({ code: z.string(), what: z.string(), why: z.string(), fix: z.string() });
export type Failure = z.infer<typeof Failure>;

export const RunRow = z.strictObject({
  runId: z.string().min(1),
  name: z.string().min(1),
  status: RunStatus,
  /** As the run was begun. */
  config: RunConfig,
  /** Knobs that were turned on the way, in order; absent: none. */
  changes: z.array(KnobChange).exactOptional(),
  modelName: z.string().min(1),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  /** Updates whose metrics are saved; the last checkpoint may be older. */
  updatesDone: z.int().min(0),
  /** Why it stopped last; null unless the status is `failed`. */
  lastFailure: Failure.nullable(),
});
export type RunRow = z.infer<typeof RunRow>;

export const UpdateRow = z.strictObject({
  runId: z.string().min(1),
  updateIndex: z.int().min(0),
  metrics: UpdateMetrics,
});
export type UpdateRow = z.infer<typeof UpdateRow>;

export const EpisodeRow = z.strictObject({ runId: z.string().min(1), episode: Episode });
export type EpisodeRow = z.infer<typeof EpisodeRow>;

/** A trace as it comes back from another thread or the database: every array has one entry per token. */
export const SavedTrace: z.ZodType<Trace> = z
  .strictObject({
    episodeId: z.string().min(1),
    seat: SeatIndex,
    tokenIds: z.instanceof(Int32Array),
    sampledMask: z.instanceof(Uint8Array),
    ownTurnIndex: z.instanceof(Int16Array),
    logProbs: z.instanceof(Float32Array),
    entropies: z.instanceof(Float32Array),
    klToBase: z.instanceof(Float32Array),
    ratios: z.instanceof(Float32Array).exactOptional(),
    advantages: z.instanceof(Float32Array),
    policyVersion: z.int().min(0),
  })
  .refine(
    ({ tokenIds, sampledMask, ownTurnIndex, logProbs, entropies, klToBase, ratios = tokenIds, advantages }) =>
      [sampledMask, ownTurnIndex, logProbs, entropies, klToBase, ratios, advantages].every(
        ({ length }) => length === tokenIds.length,
      ),
    'every array of a trace needs one entry per token',
  );

export const TraceRow = z.strictObject({
  runId: z.string().min(1),
  /** Of the trace's episode, so that a resumed run can drop both. */
  updateIndex: z.int().min(0),
  trace: SavedTrace,
});
export type TraceRow = z.infer<typeof TraceRow>;

export const EvaluationRow = z.strictObject({
  /** Given by the database. */
  evaluationId: z.int().optional(),
  runId: z.string().min(1),
  /** Of the run when it was made. */
  updatesDone: z.int().min(0),
  createdAtMs: z.number(),
  evaluation: Evaluation,
});
export type EvaluationRow = z.infer<typeof EvaluationRow>;

/** A published checkpoint: its existence promises that all its chunks were written. */
export const CheckpointRow = z.strictObject({
  manifest: CheckpointManifest,
  /** The save that wrote the chunks; chunks of any other save are orphans. */
  uploadId: z.string().min(1),
  /** In order. */
  chunks: z.array(z.strictObject({ sha256: z.string().length(64), sizeBytes: z.int().positive() })),
});
export type CheckpointRow = z.infer<typeof CheckpointRow>;

export const WeightChunkRow = z.strictObject({
  uploadId: z.string().min(1),
  index: z.int().min(0),
  bytes: z.instanceof(Uint8Array),
});
export type WeightChunkRow = z.infer<typeof WeightChunkRow>;

/** Parses saved rows. @throws AppError `saved-data-unreadable` */
export function parseRows<Schema extends z.ZodType>(
  schema: Schema,
  rows: readonly unknown[],
  what: string,
): z.infer<Schema>[] {
  return rows.map((row) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    throw new AppError('saved-data-unreadable', {
      what: `The saved ${what} cannot be read.`,
      why: `It does not have the form that this version expects: ${z.prettifyError(parsed.error)}`,
      fix: 'Open it with the version of Parley that saved it. Nothing was deleted.',
    });
  });
}

/** Which way of dividing the work was fastest on an adapter: measured once, and measured again when it is gone. */
export const TuningRow = z.strictObject({ key: z.string().min(1), tileName: z.string() });
export type TuningRow = z.infer<typeof TuningRow>;

/** See `record/rating.ts`. */
export const RatingRow = z.strictObject({ runId: z.string().min(1), rating: Rating });
export type RatingRow = z.infer<typeof RatingRow>;

/** A scenario pack of a person's own, as the text of its file. */
export const PackRow = z.strictObject({ name: z.string().min(1), text: z.string(), savedAtMs: z.number() });
export type PackRow = z.infer<typeof PackRow>;

/** What a chat server answered. `key` is a hash of everything that was asked (`agent/chat/chat.ts`). */
export const ReplyRow = z.strictObject({ key: z.string().min(1), reply: z.string(), savedAtMs: z.number() });
export type ReplyRow = z.infer<typeof ReplyRow>;

/** One line of a list that only grows: what an experiment has come to (`experiments/archive.ts`). */
export const JournalRow = z.strictObject({
  /** Given by the database, in order. */
  lineId: z.int().optional(),
  journal: z.string().min(1),
  line: z.unknown(),
});
export type JournalRow = z.infer<typeof JournalRow>;
