import { Button } from 'react-aria-components';
import type { Failure } from '../engineStore.ts';
import { explainMissingGpu } from '../gpuAdvice.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useSession } from '../session.ts';

/** Takes the dialogue's place while there is no engine: says why, and offers what can be done here. */
export function EngineProblem({ failure }: { readonly failure: Failure }) {
  const session = useSession();
  const isGpuMissing = failure.code === 'webgpu-missing';
  const { isSecureContext } = window;
  const { userAgent } = navigator;
  const explained = isGpuMissing
    ? explainMissingGpu({ isSecureContext, hasGpu: 'gpu' in navigator, userAgent })
    : failure;
  return (
    <Card title={isGpuMissing ? 'No WebGPU here' : 'The engine is not running'} className="live-card">
      <div className="card-body engine-problem" data-testid="engine-problem">
        <FailureCard failure={explained}>
          {failure.code === 'version-mismatch' ? (
            <Button className="button primary" onPress={() => location.reload()}>
              Reload the tab
            </Button>
          ) : (
            <Button className="button" onPress={() => session.prepare(false)}>
              Try again
            </Button>
          )}
          {isGpuMissing && (
            <Button className="button primary" data-testid="fallback-button" onPress={() => session.prepare(true)}>
              Use the slow CPU engine
            </Button>
          )}
        </FailureCard>
        {isGpuMissing && (
          <p>
            The CPU engine computes the same run, only many times slower: choose few updates and few episodes per update
            to see it learn at all.
          </p>
        )}
      </div>
    </Card>
  );
}
