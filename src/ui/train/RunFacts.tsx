import { Button } from 'react-aria-components';
import type { RunConfig } from '../../record/runConfig.ts';
import { useEngine } from '../engineStore.ts';
import { formatBytes, formatCount, formatDuration } from '../format.ts';
import { Icon } from '../parts/Icon.tsx';
import { useRun } from '../runStore.ts';
import { useSession } from '../session.ts';
import { secondsPerUpdate } from '../timeLeft.ts';

/** Before a run: what it will take. During one: its last checkpoint, and a button to save another. */
export function RunFacts({ config }: { readonly config: RunConfig | null }) {
  const status = useRun((store) => store.run.status);
  const isUnderWay = status === 'running' || status === 'paused';
  return (
    <div className="run-facts">
      <h3>{isUnderWay ? 'This run' : 'Before you start'}</h3>
      {isUnderWay ? <CheckpointFacts /> : <Forecast config={config} />}
    </div>
  );
}

function CheckpointFacts() {
  const session = useSession();
  const checkpoint = useRun((store) => store.run.lastCheckpoint);
  const updatesDone = useRun((store) => store.run.updatesDone);
  const isSaving = useRun((store) => store.pending === 'save');
  return (
    <>
      <dl className="facts">
        <div>
          <dt>Last checkpoint</dt>
          <dd>{checkpoint ? `after update ${checkpoint.updatesDone}` : 'none yet'}</dd>
        </div>
        {checkpoint && (
          <div>
            <dt>Size</dt>
            <dd>{formatBytes(checkpoint.sizeBytes)}</dd>
          </div>
        )}
      </dl>
      <Button
        className="button small"
        data-testid="save-checkpoint"
        isDisabled={isSaving}
        onPress={() => session.saveCheckpoint(`update ${updatesDone}`)}
      >
        <Icon name="save" />
        {isSaving ? 'Saving after this update…' : 'Save a checkpoint'}
      </Button>
    </>
  );
}

function Forecast({ config }: { readonly config: RunConfig | null }) {
  const engine = useEngine((store) => store.engine);
  const history = useRun((store) => store.run.history);
  const perUpdate = secondsPerUpdate(history);
  if (!config) return <p className="knob-error">Correct the settings that are marked below.</p>;
  return (
    <dl className="facts">
      <div>
        <dt>Dialogues</dt>
        <dd>{formatCount(config.updates * config.episodesPerUpdate)}</dd>
      </div>
      {engine.kind === 'ready' && (
        <div>
          <dt>Model</dt>
          <dd>
            {formatCount(engine.status.parameterCount)} · {formatBytes(engine.status.modelBytes)}
          </dd>
        </div>
      )}
      <div>
        <dt>Time</dt>
        <dd>{perUpdate === null ? 'known after one update' : `≈ ${formatDuration(perUpdate * config.updates)}, as the last run`}</dd>
      </div>
    </dl>
  );
}
