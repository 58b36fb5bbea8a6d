import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { CheckpointManifest } from '../../record/checkpoint.ts';
import { useEngine } from '../engineStore.ts';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { Icon } from '../parts/Icon.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { NameDialog } from '../parts/NameDialog.tsx';
import { BASE } from '../route.ts';
import { useRun } from '../runStore.ts';
import { useSession } from '../session.ts';
import { goTo } from '../useRoute.ts';
import { reporting } from './reporting.ts';

type Dialog = 'restore' | 'rename' | 'delete' | null;

/** Restore, compare, keep, rename, download, delete. */
export function CheckpointTools({ checkpoint }: { readonly checkpoint: CheckpointManifest }) {
  const session = useSession();
  const [dialog, setDialog] = useState<Dialog>(null);
  const isEngineReady = useEngine((store) => store.engine.kind === 'ready');
  const isRunning = useRun(({ run }) => ['starting', 'running', 'paused'].includes(run.status));
  const { checkpointId, runId, label, updatesDone, isKept } = checkpoint;
  const close = () => setDialog(null);
  const restore = () => {
    session.resume(runId, checkpointId);
    goTo({ screen: 'train', changes: {} });
  };
  return (
    <div className="checkpoint-tools">
      <Button
        className="button small"
        data-testid="restore-checkpoint"
        isDisabled={!isEngineReady || isRunning}
        onPress={() => setDialog('restore')}
      >
        <Icon name="restore" />
        Restore
      </Button>
      <IconButton
        icon="compare"
        label="Compare it with the weights before training"
        testId="compare-checkpoint"
        onPress={() => goTo({ screen: 'compare', contenders: [BASE, checkpointId].map((at) => ({ runId, at })) })}
      />
      <IconButton
        icon="star"
        label={isKept ? 'Kept: clean-up passes it over. Keep no longer' : 'Keep it when older ones are cleaned up'}
        isPressed={isKept}
        onPress={() => void reporting(session.storage.setCheckpointKept(checkpointId, !isKept))}
      />
      <IconButton
        icon="download"
        label="Download the weights (zip)"
        testId="export-weights"
        isDisabled={!isEngineReady}
        onPress={() => session.exportWeights(checkpointId)}
      />
      <IconButton icon="rename" label="Rename the checkpoint" onPress={() => setDialog('rename')} />
      <IconButton icon="delete" label="Delete the checkpoint" onPress={() => setDialog('delete')} />
      {dialog === 'restore' && (
        <ConfirmDialog
          title={`Go on from “${label}”?`}
          text={`The run goes back to the moment after update ${updatesDone}; the curves and dialogues after it are dropped.`}
          action="Restore"
          onConfirm={restore}
          onClose={close}
        />
      )}
      {dialog === 'rename' && (
        <NameDialog
          title="Rename the checkpoint"
          label="Label"
          action="Rename"
          initialName={label}
          onName={(name) => void reporting(session.storage.renameCheckpoint(checkpointId, name))}
          onClose={close}
        />
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`Delete “${label}”?`}
          text="Its weights cannot be brought back."
          action="Delete the checkpoint"
          onConfirm={() => void reporting(session.storage.deleteCheckpoint(checkpointId))}
          onClose={close}
        />
      )}
    </div>
  );
}
