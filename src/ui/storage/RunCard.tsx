import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { RunRow } from '../../storage/rows.ts';
import { useLive } from '../database.ts';
import { formatMoment } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { Icon } from '../parts/Icon.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { NameDialog } from '../parts/NameDialog.tsx';
import { SaveButton } from '../parts/SaveButton.tsx';
import { checkpointsOf } from '../queries.ts';
import { formatRoute, inspectLink } from '../route.ts';
import { useRun } from '../runStore.ts';
import { useSession } from '../session.ts';
import { CheckpointTable } from './CheckpointTable.tsx';
import { downloadEpisodes } from './downloadEpisodes.ts';
import { reporting } from './reporting.ts';
import { StoredAmounts } from './StoredAmounts.tsx';
import { exportRun } from './transfers.ts';
import { useTransfer } from './transferStore.ts';

/** One saved run with its checkpoints. */
export function RunCard({ run }: { readonly run: RunRow }) {
  const { storage } = useSession();
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const [isExporting, setExporting] = useState(false);
  const checkpoints = useLive(checkpointsOf, run.runId);
  const isTransferring = useTransfer((store) => store.transfer !== null);
  const isOwn = useRun((store) => store.runId === run.runId);
  const isUnderWay = run.status === 'running' || run.status === 'paused';
  const close = () => setDialog(null);
  const exportEpisodes = () => {
    setExporting(true);
    void reporting(downloadEpisodes(run)).then(() => setExporting(false));
  };
  return (
    <Card
      title={run.name}
      className="run-card"
      note={
        <>
          <span className={`run-status ${run.status}`}>{isUnderWay && !isOwn ? 'unfinished' : run.status}</span> ·
          update {run.updatesDone} of {run.config.updates} · {run.modelName} · seed {run.config.seed} ·{' '}
          {formatMoment(run.createdAtMs)}
        </>
      }
      tools={
        <>
          {isUnderWay && isOwn && <SaveButton />}
          <a className="button small" href={inspectLink(run.runId)}>
            Inspect
          </a>
          <a
            className="button small"
            href={formatRoute({ screen: 'compare', contenders: [{ runId: run.runId, at: null }] })}
          >
            Compare
          </a>
          <Button
            className="button small"
            data-testid="export-run"
            isDisabled={isTransferring}
            onPress={() => void exportRun(storage, run)}
          >
            <Icon name="export" />
            Export
          </Button>
          <IconButton
            icon="download"
            label={isExporting ? 'Writing the episodes…' : 'Download the episodes (JSONL)'}
            testId="export-episodes"
            isDisabled={isExporting}
            onPress={exportEpisodes}
          />
          <IconButton icon="rename" label="Rename the run" onPress={() => setDialog('rename')} />
          <IconButton icon="delete" label="Delete the run" onPress={() => setDialog('delete')} />
        </>
      }
    >
      {run.lastFailure && <FailureCard failure={run.lastFailure} />}
      {checkpoints.failure && <FailureCard failure={checkpoints.failure} />}
      {checkpoints.value && <StoredAmounts runId={run.runId} checkpoints={checkpoints.value} />}
      {checkpoints.value && <CheckpointTable run={run} checkpoints={checkpoints.value} />}
      {dialog === 'rename' && (
        <NameDialog
          title="Rename the run"
          label="Name"
          action="Rename"
          initialName={run.name}
          onName={(name) => void reporting(storage.renameRun(run.runId, name))}
          onClose={close}
        />
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`Delete ${run.name}?`}
          text="Its curves, dialogues, traces and checkpoints go with it. This cannot be undone."
          action="Delete the run"
          onConfirm={() => void reporting(storage.deleteRun(run.runId))}
          onClose={close}
        />
      )}
    </Card>
  );
}
