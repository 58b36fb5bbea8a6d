import { Button } from 'react-aria-components';
import { summariseByKernel } from '../../../workers/kernelSummary.ts';
import type { EngineStatus } from '../../../workers/protocol.ts';
import { useEngine } from '../engineStore.ts';
import { formatBytes } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useSession } from '../session.ts';
import { KernelTable } from './KernelTable.tsx';
import { useSelfTest } from './selfTestStore.ts';
import { describeVerdict } from './verdict.ts';
import '../styles/selfTest.css';
import { ProgressTrack } from '../parts/ProgressTrack.tsx';

/** Every kernel against PyTorch, on the graphics device of the person who looks. */
export function SelfTestScreen() {
  const session = useSession();
  const engine = useEngine((store) => store.engine);
  const { phase, results, total, failure } = useSelfTest((store) => store.selfTest);
  const verdict = describeVerdict({ phase, results, total, failure });
  const status = engine.kind === 'ready' ? engine.status : null;
  const percent = total === 0 ? 0 : Math.round((results.length / total) * 100);
  return (
    <div className="self-test-screen">
      <Card
        title="Self-test"
        tools={
          phase === 'running' ? (
            <Button className="button small" data-testid="self-test-cancel" onPress={session.cancelSelfTest}>
              Cancel
            </Button>
          ) : (
            <Button
              className="button primary small"
              data-testid="self-test-start"
              isDisabled={status === null}
              onPress={session.startSelfTest}
            >
              {phase === 'idle' ? 'Test this device' : 'Test again'}
            </Button>
          )
        }
      >
        <div className="card-body self-test-about">
          <p>
            Graphics drivers differ. This compares every kernel, and a small model as a whole, with numbers that PyTorch
            computed, at many sizes, on your own device. Nothing leaves the tab.
          </p>
          {status ? <Adapter status={status} /> : <p className="muted">Waiting for the graphics device…</p>}
          <div className="self-test-verdict" role="status" data-testid="self-test-verdict" data-phase={phase}>
            <strong className={verdict.tone}>{verdict.headline}</strong>
            {phase === 'running' && <ProgressTrack label="Self-test" percent={percent} />}
            <span>{verdict.detail}</span>
          </div>
          {failure && <FailureCard failure={failure} />}
        </div>
      </Card>
      {results.length > 0 && <KernelTable kernels={summariseByKernel(results)} />}
    </div>
  );
}

function Adapter({ status: { adapter, engine, features, maxBufferBytes } }: { readonly status: EngineStatus }) {
  return (
    <dl className="facts self-test-facts">
      <div>
        <dt>adapter</dt>
        <dd data-testid="self-test-adapter">{adapter}</dd>
      </div>
      {engine === 'kernels' && (
        <>
          <div>
            <dt>features</dt>
            <dd>{features.join(', ') || 'none of the optional ones'}</dd>
          </div>
          <div>
            <dt>largest buffer</dt>
            <dd>{formatBytes(maxBufferBytes)}</dd>
          </div>
        </>
      )}
    </dl>
  );
}
