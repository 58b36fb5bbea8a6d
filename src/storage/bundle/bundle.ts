import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { CheckpointManifest } from '../../record/checkpoint.ts';
import type { RecordTable } from '../runs.ts';

/**
 * A whole run as one zip: everything that the database holds of it, so that another browser shows it and goes on with it as
 * this one would. Rows are lines of JSON, typed arrays of traces are base64, weights are the chunks as they are stored.
 */
export const INDEX_FILE = 'bundle.json';
export const RUN_FILE = 'run.json';

/** Rows of one file: small enough that no file is large in memory. */
export const ROWS_PER_FILE = 256;

/** A file inside the zip, and what must come out of it. */
export const BundlePart = z.strictObject({
  name: z.string().min(1),
  sizeBytes: z.int().min(0),
  sha256: z.string().length(64),
});
export type BundlePart = z.infer<typeof BundlePart>;

/** What is in the zip; itself the last file of it. */
export const BundleIndex = z.strictObject({
  format: z.literal('parley-run'),
  version: z.literal(1),
  runId: z.string().min(1),
  parts: z.array(BundlePart).min(1),
});
export type BundleIndex = z.infer<typeof BundleIndex>;

/** `checkpoints/0000/manifest.json`; its chunks are `0000.bin` and so on beside it. */
export const BundledCheckpoint = z.strictObject({
  manifest: CheckpointManifest,
  chunks: z.array(z.strictObject({ sha256: z.string().length(64), sizeBytes: z.int().positive() })),
});
export type BundledCheckpoint = z.infer<typeof BundledCheckpoint>;

export const numbered = (index: number) => String(index).padStart(4, '0');
/** Each table has files of its own: `updates/0000.jsonl` and so on. */
export const rowFile = (table: RecordTable, index: number) => `${table}/${numbered(index)}.jsonl`;
export const manifestFile = (checkpoint: number) => `checkpoints/${numbered(checkpoint)}/manifest.json`;
export const chunkFile = (checkpoint: number, chunk: number) =>
  `checkpoints/${numbered(checkpoint)}/${numbered(chunk)}.bin`;

/** How an export or an import goes on. */
export interface BundleProgress {
  /** @param share 0–1 */
  progressed(share: number): void;
  readonly signal: AbortSignal;
}

export function bundleDamaged(why: string): AppError {
  return new AppError('bundle-damaged', {
    what: 'This file was not imported.',
    why,
    fix: 'Export the run again where it is, and copy the zip whole. Nothing was changed here.',
  });
}
