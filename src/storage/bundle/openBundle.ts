import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { Dialogue } from '../../record/dialogueSet.ts';
import { Episode } from '../../record/episode.ts';
import { Evaluation } from '../../record/evaluation.ts';
import { UpdateMetrics } from '../../record/metrics.ts';
import { Rating } from '../../record/rating.ts';
import { RunRow } from '../rows.ts';
import { RECORD_TABLES, type RecordTable } from '../runs.ts';
import { sha256Hex } from '../sha256Hex.ts';
import {
  BundledCheckpoint,
  BundleIndex,
  bundleDamaged,
  chunkFile,
  INDEX_FILE,
  manifestFile,
  rowFile,
  RUN_FILE,
  type BundleProgress,
} from './bundle.ts';
import { readZipDirectory, readZipEntry } from './readZip.ts';
import { traceFromText } from './traceText.ts';

const Index = z.int().min(0);
const TraceLine = z.strictObject({ updateIndex: Index, trace: z.unknown() });

/** A line of each kind as the row that it was, without its run. */
const LINES = {
  updates: z.strictObject({ updateIndex: Index, metrics: UpdateMetrics }),
  evaluations: z.strictObject({ updatesDone: Index, createdAtMs: z.number(), evaluation: Evaluation }),
  dialogues: z.strictObject({ position: Index, dialogue: Dialogue }),
  ratings: Rating.transform((rating) => ({ rating })),
  episodes: Episode.transform((episode) => ({ episode })),
  traces: TraceLine.transform(({ updateIndex, trace }) => ({ updateIndex, trace: traceFromText(trace) })),
} as const satisfies Record<RecordTable, z.ZodType>;
export type BundledRow<Kind extends RecordTable> = z.infer<(typeof LINES)[Kind]>;

/** A zip whose every file was read once, and is what it should be. */
export interface OpenBundle {
  readonly run: RunRow;
  readonly checkpoints: readonly BundledCheckpoint[];
  /** The rows of a kind, file by file. */
  rows<Kind extends RecordTable>(kind: Kind): AsyncGenerator<readonly BundledRow<Kind>[]>;
  chunk(checkpoint: number, index: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Checks a zip from somewhere before anything of it is used: that it is a run's, of a form that this version knows, with every
 * file there, whole and readable, and that all of it belongs to the one run.
 *
 * @throws AppError `bundle-unknown`, `bundle-damaged`; the signal's reason when it is aborted
 */
export async function openBundle(file: Blob, { signal, progressed }: BundleProgress): Promise<OpenBundle> {
  const entries = await readZipDirectory(file);
  const read = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    signal.throwIfAborted();
    const entry = entries.get(name);
    if (!entry) throw bundleDamaged(`${name} is missing in it.`);
    return readZipEntry(file, entry);
  };
  if (!entries.has(INDEX_FILE)) throw unknownBundle(`It holds no ${INDEX_FILE}: it is another kind of zip.`);
  const found = BundleIndex.safeParse(parseJson(await read(INDEX_FILE), INDEX_FILE));
  if (!found.success) throw unknownBundle('It was written by another version.');
  const { runId, parts } = found.data;
  for (const [done, { name, sizeBytes, sha256 }] of parts.entries()) {
    const bytes = await read(name);
    if (bytes.byteLength !== sizeBytes || (await sha256Hex(bytes)) !== sha256) {
      throw bundleDamaged(`${name} is not what was exported: its checksum differs.`);
    }
    progressed((done + 1) / parts.length);
  }
  const names = new Set(parts.map(({ name }) => name));
  const parsed = async <Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.infer<Schema>> => {
    if (!names.has(name)) throw bundleDamaged(`${name} is missing in its list.`);
    return expectForm(schema, parseJson(await read(name), name), name);
  };
  const run = await parsed(RUN_FILE, RunRow);
  const checkpoints: BundledCheckpoint[] = [];
  while (names.has(manifestFile(checkpoints.length))) {
    checkpoints.push(await parsed(manifestFile(checkpoints.length), BundledCheckpoint));
  }
  const isOneRun = run.runId === runId && checkpoints.every(({ manifest }) => manifest.runId === runId);
  if (!isOneRun) throw bundleDamaged('Its parts belong to different runs.');
  checkpoints.forEach(({ chunks }, checkpoint) =>
    chunks.forEach(({ sha256 }, chunk) => {
      const name = chunkFile(checkpoint, chunk);
      if (parts.find((part) => part.name === name)?.sha256 !== sha256) {
        throw bundleDamaged(`${name} is not the part of its checkpoint.`);
      }
    }),
  );
  async function* rows<Kind extends RecordTable>(kind: Kind): AsyncGenerator<readonly BundledRow<Kind>[]> {
    for (let index = 0; names.has(rowFile(kind, index)); index++) {
      const name = rowFile(kind, index);
      const lines = new TextDecoder()
        .decode(await read(name))
        .split('\n')
        .slice(0, -1);
      // The schema of a kind yields its rows; that is lost when it is looked up.
      yield lines.map((line) => expectForm(LINES[kind], parseText(line, name), name) as BundledRow<Kind>);
    }
  }
  // Once through all of it: what cannot be read is known before the first row is written.
  for (const table of RECORD_TABLES)
    for await (const { length } of rows(table)) if (length > 0) signal.throwIfAborted();
  return { run, checkpoints, rows, chunk: (checkpoint, index) => read(chunkFile(checkpoint, index)) };
}

function parseJson(bytes: Uint8Array, name: string): unknown {
  return parseText(new TextDecoder().decode(bytes), name);
}

function parseText(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bundleDamaged(`${name} is no JSON.`);
  }
}

function expectForm<Schema extends z.ZodType>(schema: Schema, value: unknown, name: string): z.infer<Schema> {
  const why = (detail: string) => bundleDamaged(`${name} does not have the form that this version expects: ${detail}`);
  try {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw why(z.prettifyError(parsed.error));
  } catch (thrown) {
    // What a transformation throws, at text that is no base64 for example.
    throw thrown instanceof AppError ? thrown : why(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function unknownBundle(why: string): AppError {
  return new AppError('bundle-unknown', {
    what: 'This file is not a run that this version can import.',
    why,
    fix: 'Choose a zip that “Export the run” has written under Storage, with the same version of Parley.',
  });
}
