import { useEffect } from 'react';
import type { RunConfig } from '../../record/runConfig.ts';
import type { RunEstimate } from '../../../workers/protocol.ts';
import { useLive } from '../database.ts';
import { useEngine } from '../engineStore.ts';
import { formatBytes, formatCount, formatDuration } from '../format.ts';
import { SaveButton } from '../parts/SaveButton.tsx';
import { savedPace } from '../queries.ts';
import { useRun } from '../runStore.ts';
import { useSession } from '../session.ts';
import { forecastSeconds } from '../timeLeft.ts';
import { ChatMeter } from './ChatMeter.tsx';

/** Before a run: what it will take. During one: its last checkpoint, and a button to save another. */
export function RunFacts({ config }: { readonly config: RunConfig | null }) {
  const status = useRun((store) => store.run.status);
  const runConfig = useRun((store) => store.run.config);
  const isUnderWay = status === 'running' || status === 'paused';
  return (
    <div className="run-facts">
      <h3>{isUnderWay ? 'This run' : 'Before you start'}</h3>
      {isUnderWay ? <CheckpointFacts /> : <Forecast config={config} />}
      {isUnderWay && runConfig && <ChatMeter config={runConfig} />}
    </div>
  );
}

function CheckpointFacts() {
  const checkpoint = useRun((store) => store.run.lastCheckpoint);
  return (
    <>
      <dl className="facts">
        <div>
          <dt>Last checkpoint</dt>
          <dd>{checkpoint ? `update ${checkpoint.updatesDone}` : 'none yet'}</dd>
        </div>
        {checkpoint && (
          <div>
            <dt>Size</dt>
            <dd>{formatBytes(checkpoint.sizeBytes)}</dd>
          </div>
        )}
      </dl>
      <SaveButton />
    </>
  );
}

function Forecast({ config }: { readonly config: RunConfig | null }) {
  const estimate = useEstimate(config);
  const time = useForecast(config);
  if (!config) return <p className="knob-error">Correct the settings that are marked below.</p>;
  return (
    <dl className="facts">
      <div>
        <dt>Dialogues</dt>
        <dd>{formatCount(config.updates * config.episodesPerUpdate)}</dd>
      </div>
      {estimate && (
        <div>
          <dt>Model</dt>
          <dd>
            {formatCount(estimate.parameterCount)} · {formatBytes(estimate.modelBytes)}
          </dd>
        </div>
      )}
      {estimate && estimate.memoryBytes !== null && (
        <div>
          <dt>GPU memory</dt>
          <dd data-testid="memory-estimate">≈ {formatBytes(estimate.memoryBytes)}</dd>
        </div>
      )}
      <div>
        <dt>Time</dt>
        <dd data-testid="time-estimate">
          {time === null ? 'known after one update' : `≈ ${formatDuration(time.seconds)}`}
          {time?.asIn && <small>as fast as {time.asIn}</small>}
        </dd>
      </div>
    </dl>
  );
}

/** At the pace of the run on screen, or else of the newest saved one of its kind; null while there is none. */
function useForecast(config: RunConfig | null): { readonly seconds: number; readonly asIn: string | null } | null {
  const own = useRun(({ run }) => config && forecastSeconds(run, config));
  const kind = config && own === null ? (`${config.model} ${config.environment}` as const) : null;
  const saved = useLive(savedPace, kind).value;
  if (!config) return null;
  if (own !== null) return { seconds: own, asIn: null };
  const seconds = saved ? forecastSeconds({ history: saved.history, config: saved.run.config }, config) : null;
  return saved && seconds !== null ? { seconds, asIn: saved.run.name } : null;
}

/** Settings change with every key: the engine is asked once they rest. */
const REST_MS = 200;

/** What the engine says that a run with these settings would take; null until it has said so for this model. */
function useEstimate(config: RunConfig | null): RunEstimate | null {
  const session = useSession();
  const isReady = useEngine((store) => store.engine.kind === 'ready');
  const estimate = useEngine((store) => store.estimate);
  useEffect(() => {
    if (!config || !isReady) return;
    const timer = setTimeout(() => session.estimate(config), REST_MS);
    return () => clearTimeout(timer);
  }, [session, config, isReady]);
  return estimate && estimate.modelName === config?.model ? estimate : null;
}
