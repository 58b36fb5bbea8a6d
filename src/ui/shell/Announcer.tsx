import { formatNumber } from '../format.ts';
import type { RunState } from '../runState.ts';
import { useRun } from '../runStore.ts';

/** Tells people who do not see the page what has changed: once per update, not once per token. */
export function Announcer() {
  const text = useRun(({ run }) => announce(run));
  return (
    <p className="visually-hidden" role="status" data-testid="run-status" aria-live="polite">
      {text}
    </p>
  );
}

function announce({ status, updatesDone, config, history }: RunState): string {
  if (status === 'idle') return '';
  // While earlier updates are still read, the last one that is there is not the newest.
  const last = history.at(-1);
  const points = last?.updateIndex === updatesDone - 1 ? last.metrics.pointsTrained : undefined;
  const progress = config ? `update ${updatesDone} of ${config.updates}` : '';
  const score = points === undefined ? '' : `${formatNumber(points)} points`;
  return [`Run ${status}`, progress, score].filter(Boolean).join(', ');
}
