import { makeZip } from 'client-zip';
import type { LabDatabase } from '../database.ts';
import { DialogueRow } from '../dialogues.ts';
import { explainingStorage } from '../errors.ts';
import {
  CheckpointRow,
  EpisodeRow,
  EvaluationRow,
  parseRows,
  RatingRow,
  TraceRow,
  UpdateRow,
  WeightChunkRow,
} from '../rows.ts';
import { checkpointDamaged } from '../checkpoints.ts';
import { loadRun, RECORD_TABLES, recordsOf, type RecordTable } from '../runs.ts';
import { sha256Hex } from '../sha256Hex.ts';
import {
  chunkFile,
  INDEX_FILE,
  manifestFile,
  rowFile,
  ROWS_PER_FILE,
  RUN_FILE,
  type BundledCheckpoint,
  type BundleIndex,
  type BundlePart,
  type BundleProgress,
} from './bundle.ts';
import { traceToText } from './traceText.ts';

interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/**
 * Everything of a run as one zip. Files become blobs one by one, which a browser may keep on disk, so that a long run never
 * lies in memory whole.
 *
 * @throws AppError `run-missing`, `saved-data-unreadable`, `checkpoint-damaged`; the signal's reason when it is aborted
 */
export async function exportRun(database: LabDatabase, runId: string, progress: BundleProgress): Promise<Blob> {
  const run = await loadRun(database, runId);
  const total = await partCount(database, runId);
  const files: NamedBlob[] = [];
  const parts: BundlePart[] = [];
  const add = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    progress.signal.throwIfAborted();
    parts.push({ name, sizeBytes: bytes.byteLength, sha256: await sha256Hex(bytes) });
    files.push({ name, blob: new Blob([bytes]) });
    progress.progressed(Math.min(1, files.length / total));
  };
  await add(RUN_FILE, textBytes(JSON.stringify(run)));
  for (const kind of RECORD_TABLES) {
    let index = 0;
    for await (const lines of lineBatches(database, kind, runId)) {
      await add(rowFile(kind, index), textBytes(lines.join('')));
      index += 1;
    }
  }
  for (const [checkpoint, row] of (await checkpointRows(database, runId)).entries()) {
    const { manifest, chunks, uploadId } = row;
    const bundled: BundledCheckpoint = { manifest, chunks };
    await add(manifestFile(checkpoint), textBytes(JSON.stringify(bundled)));
    for (const [chunk] of chunks.entries()) {
      await add(chunkFile(checkpoint, chunk), await chunkBytes(database, uploadId, chunk));
    }
  }
  const index: BundleIndex = { format: 'parley-run', version: 1, runId, parts };
  files.push({ name: INDEX_FILE, blob: new Blob([JSON.stringify(index)]) });
  const lastModified = new Date(run.updatedAtMs);
  const zip = makeZip(files.map(({ name, blob }) => ({ name, input: blob, lastModified })));
  // What client-zip streams is never shared memory.
  const whole = await new Response(zip as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
  return new Blob([whole], { type: 'application/zip' });
}

/** A row of each kind as JSON can carry it, without its run. */
const LINES: Readonly<Record<RecordTable, (rows: readonly unknown[]) => readonly unknown[]>> = {
  updates: (rows) => parseRows(UpdateRow, rows, 'curve').map(({ updateIndex, metrics }) => ({ updateIndex, metrics })),
  evaluations: (rows) =>
    parseRows(EvaluationRow, rows, 'evaluation').map(({ updatesDone, createdAtMs, evaluation }) => ({
      updatesDone,
      createdAtMs,
      evaluation,
    })),
  ratings: (rows) => parseRows(RatingRow, rows, 'rating').map(({ rating }) => rating),
  dialogues: (rows) =>
    parseRows(DialogueRow, rows, 'dialogue').map(({ position, dialogue }) => ({ position, dialogue })),
  episodes: (rows) => parseRows(EpisodeRow, rows, 'episode').map(({ episode }) => episode),
  traces: (rows) =>
    parseRows(TraceRow, rows, 'token trace').map(({ updateIndex, trace }) => ({
      updateIndex,
      trace: traceToText(trace),
    })),
};

async function* lineBatches(database: LabDatabase, kind: RecordTable, runId: string): AsyncGenerator<string[]> {
  for (let offset = 0; ; offset += ROWS_PER_FILE) {
    const rows = await explainingStorage(() =>
      recordsOf(database, kind, runId).offset(offset).limit(ROWS_PER_FILE).toArray(),
    );
    if (rows.length > 0) yield LINES[kind](rows).map((row) => `${JSON.stringify(row)}\n`);
    if (rows.length < ROWS_PER_FILE) return;
  }
}

/** Files of the zip, nearly: for the progress. */
async function partCount(database: LabDatabase, runId: string): Promise<number> {
  const counts = await explainingStorage(() =>
    Promise.all(RECORD_TABLES.map((kind) => recordsOf(database, kind, runId).count())),
  );
  const files = counts.reduce((sum, rows) => sum + Math.ceil(rows / ROWS_PER_FILE), 1);
  const checkpoints = await checkpointRows(database, runId);
  return checkpoints.reduce((sum, { chunks }) => sum + 1 + chunks.length, files);
}

async function checkpointRows(database: LabDatabase, runId: string): Promise<CheckpointRow[]> {
  const rows = await explainingStorage(() => database.checkpoints.where('manifest.runId').equals(runId).toArray());
  return parseRows(CheckpointRow, rows, 'checkpoint');
}

async function chunkBytes(database: LabDatabase, uploadId: string, index: number): Promise<Uint8Array<ArrayBuffer>> {
  const { data } = WeightChunkRow.safeParse(
    await explainingStorage(() => database.weightChunks.get([uploadId, index])),
  );
  if (!data) throw checkpointDamaged(`Part ${index + 1} is missing.`);
  return data.bytes.slice();
}

const textBytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
