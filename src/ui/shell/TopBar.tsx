import { useEffect } from 'react';
import type { RunConfig } from '../../record/runConfig.ts';
import { useLive } from '../database.ts';
import { useEngine, type EngineState } from '../engineStore.ts';
import { savedRun } from '../queries.ts';
import { useRun } from '../runStore.ts';
import { RunControls } from './RunControls.tsx';
import { RunProgress } from './RunProgress.tsx';
import { useHidden } from './useHidden.ts';

/** What runs, on what, how far it is, and the buttons that steer it. */
export function TopBar() {
  const runId = useRun((store) => store.runId);
  const config = useRun((store) => store.run.config);
  const modelName = useRun((store) => store.run.modelName);
  const engine = useEngine((store) => store.engine);
  const name = useLive(savedRun, runId).value?.name ?? runId;
  useTabTitle();
  return (
    <header className="bar">
      <div className="bar-title">
        <h1>{name ?? 'Parley'}</h1>
        <span>{config ? describeRun(config, modelName) : 'Train a small strategist, here in this tab'}</span>
      </div>
      <EnginePill engine={engine} />
      <RunProgress />
      <RunControls />
    </header>
  );
}

/** Progress in the tab's title, for those who look at another tab meanwhile. */
function useTabTitle(): void {
  const isHidden = useHidden();
  const title = useRun(({ run }) => {
    if (!run.config || run.status === 'idle') return 'Parley';
    const state = isHidden && run.status === 'running' ? 'running, slowed in the background' : run.status;
    return `${run.updatesDone}/${run.config.updates} ${state} · Parley`;
  });
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function EnginePill({ engine }: { readonly engine: EngineState }) {
  return (
    <span
      className="pill engine-pill"
      data-testid="engine-status"
      data-engine={engine.kind}
      title={describeEngine(engine)}
    >
      <i className={`engine-dot ${engine.kind}`} aria-hidden="true" />
      <span>{describeEngine(engine)}</span>
    </span>
  );
}

function describeRun(config: RunConfig, modelName: string | null): string {
  const weights = config.adaptation === 'lora' ? `LoRA rank ${config.loraRank}` : 'all weights';
  return [config.environment, modelName, weights, `seed ${config.seed}`].filter(Boolean).join(' · ');
}

function describeEngine(engine: EngineState): string {
  if (engine.kind === 'preparing') return 'Loading the model…';
  if (engine.kind === 'failed') return 'No engine';
  const { adapter, features, engine: kind } = engine.status;
  const abilities = features.map((feature) => FEATURE_NAMES[feature]).filter(Boolean);
  const speed = kind === 'reference' ? ['slow CPU engine'] : abilities;
  return [adapter, ...speed].join(' · ');
}

const FEATURE_NAMES: Readonly<Record<string, string>> = { 'shader-f16': 'f16', subgroups: 'subgroups' };
