import { monotonicMs } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { LongWork } from '../../../workers/storageClient.ts';
import type { RunRow } from '../../storage/rows.ts';
import { downloadFile } from '../download.ts';
import type { Session } from '../session.ts';
import { reporting } from './reporting.ts';
import { useTransfer, type Transfer } from './transferStore.ts';

/** Writes `NAME.parley-run.zip`, everything of a run. */
export function exportRun(storage: Session['storage'], { runId, name }: RunRow): Promise<void> {
  return transferring('export', name, async (work) => {
    const zip = await storage.exportRun(runId, work);
    downloadFile(`${name.replaceAll(/[^\w.-]+/g, '-')}.parley-run.zip`, [zip], 'application/zip');
  });
}

/** Takes a run in from such a file. */
export function importRun(storage: Session['storage'], file: File): Promise<void> {
  return transferring('import', file.name, async (work) => {
    await storage.importRun(file, work);
  });
}

/** Failures become a notice; a cancel is none. */
async function transferring(
  kind: Transfer['kind'],
  name: string,
  work: (how: LongWork) => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const { begin, progressed, end } = useTransfer.getState();
  begin({ kind, name, startedAtMs: monotonicMs(), cancel: () => abort.abort() });
  const isCancel = (thrown: unknown) => thrown instanceof AppError && thrown.code === 'cancelled';
  await reporting(
    work({ progressed, signal: abort.signal }).catch((thrown: unknown) => {
      if (!isCancel(thrown)) throw thrown;
    }),
  );
  end();
}
