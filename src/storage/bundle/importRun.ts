import { AppError } from '../../base/errors.ts';
import { whileSaving } from '../checkpoints.ts';
import type { LabDatabase } from '../database.ts';
import { explainingStorage } from '../errors.ts';
import type { CheckpointRow } from '../rows.ts';
import { takeRunLock, type LockPort } from '../runLock.ts';
import { deleteRecords, RECORD_TABLES } from '../runs.ts';
import type { BundleProgress } from './bundle.ts';
import { openBundle, type OpenBundle } from './openBundle.ts';

/** Checking a zip and writing it take about as long. */
const CHECKING_SHARE = 0.5;
/** Of what is written: rows, the rest are weights. */
const RECORDS_SHARE = 0.7;

/**
 * Takes a run in from the zip that `exportRun` has written, row by row and bit by bit. The zip is checked whole before anything
 * is written; the run is listed by the last, small transaction. So a damaged zip, a cancel or a crash never leaves half a
 * run: what was written before is deleted at once, or by the sweep of the next start.
 *
 * @returns the run's id, which is the one that it had
 * @throws AppError `bundle-unknown`, `bundle-damaged`, `run-exists`, `storage-full`; the signal's reason when it is aborted
 */
export async function importRun(
  database: LabDatabase,
  locks: LockPort,
  file: Blob,
  { signal, progressed }: BundleProgress,
): Promise<string> {
  const bundle = await openBundle(file, { signal, progressed: (share) => progressed(share * CHECKING_SHARE) });
  const { runId } = bundle.run;
  const lock = await takeRunLock(locks, runId);
  try {
    // The sweep of another tab waits as long: it would take rows without a run for orphans.
    await whileSaving(locks, async () => {
      await assertAbsent(database, bundle);
      await write(database, bundle, { signal, progressed: (share) => progressed(CHECKING_SHARE + share / 2) });
    });
  } finally {
    await lock.release();
  }
  return runId;
}

async function assertAbsent(database: LabDatabase, { run, checkpoints }: OpenBundle): Promise<void> {
  const ids = checkpoints.map(({ manifest }) => manifest.checkpointId);
  const [sameRun, sameCheckpoints] = await explainingStorage(() =>
    Promise.all([database.runs.get(run.runId), database.checkpoints.where(':id').anyOf(ids).count()]),
  );
  if (sameRun === undefined && sameCheckpoints === 0) return;
  throw new AppError('run-exists', {
    what: `“${run.name}” is here already.`,
    why: `This browser has a run, or checkpoints, of the id ${run.runId}; two runs of one id could not be told apart.`,
    fix: 'Delete the one that is here first, if the one in the file is the one to keep.',
  });
}

async function write(database: LabDatabase, bundle: OpenBundle, { signal, progressed }: BundleProgress): Promise<void> {
  const { run, checkpoints } = bundle;
  const { runId } = run;
  const published: CheckpointRow[] = [];
  try {
    await explainingStorage(async () => {
      for (const [done, kind] of RECORD_TABLES.entries()) {
        for await (const rows of bundle.rows(kind)) {
          await database.table<unknown>(kind).bulkAdd(rows.map((row) => ({ runId, ...row })));
          signal.throwIfAborted();
        }
        progressed((RECORDS_SHARE * (done + 1)) / RECORD_TABLES.length);
      }
      for (const [position, { manifest, chunks }] of checkpoints.entries()) {
        const uploadId = crypto.randomUUID();
        published.push({ manifest, uploadId, chunks });
        for (const index of chunks.keys()) {
          signal.throwIfAborted();
          await database.weightChunks.add({ uploadId, index, bytes: await bundle.chunk(position, index) });
        }
        progressed(RECORDS_SHARE + ((1 - RECORDS_SHARE) * (position + 1)) / checkpoints.length);
      }
      signal.throwIfAborted();
      await database.transaction('rw', database.runs, database.checkpoints, async () => {
        await database.checkpoints.bulkAdd(published);
        await database.runs.add(run);
      });
    });
  } catch (thrown) {
    // Give the room back at once. When even that fails, the next sweep does it; the first error is the one to tell.
    const uploadIds = published.map(({ uploadId }) => uploadId);
    await Promise.all([
      deleteRecords(database, runId),
      database.weightChunks.where('uploadId').anyOf(uploadIds).delete(),
    ]).catch(() => undefined);
    throw thrown;
  }
}
