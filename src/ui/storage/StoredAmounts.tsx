import type { ListedCheckpoint } from '../../record/checkpoint.ts';
import { useLive } from '../database.ts';
import { formatAmount, formatBytes } from '../format.ts';
import { storedAmounts } from '../queries.ts';

interface StoredAmountsProps {
  readonly runId: string;
  readonly checkpoints: readonly ListedCheckpoint[];
}

/** What is kept of a run, and how much. */
export function StoredAmounts({ runId, checkpoints }: StoredAmountsProps) {
  const amounts = useLive(storedAmounts, runId).value;
  const weightBytes = checkpoints.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (!amounts) return null;
  const { episodes, traces, updates, evaluations, ratings } = amounts;
  const parts = [
    formatAmount(updates, 'update'),
    formatAmount(episodes, 'dialogue'),
    formatAmount(traces, 'token trace'),
    evaluations > 0 && formatAmount(evaluations, 'evaluation'),
    ratings > 0 && formatAmount(ratings, 'rating'),
    `${formatAmount(checkpoints.length, 'checkpoint')} of ${formatBytes(weightBytes)}`,
  ];
  return (
    <p className="stored-amounts" data-testid="stored-amounts">
      {parts.filter(Boolean).join(' · ')}
    </p>
  );
}
