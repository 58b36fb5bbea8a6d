import { Button } from 'react-aria-components';
import { formatBytes, formatDuration } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { useSession } from '../session.ts';
import { secondsLeft, type Adding } from './modelsState.ts';

/** How far a model has come. */
export function ProgressCard({ adding }: { readonly adding: Adding }) {
  const { orderModels } = useSession();
  const { label, file, doneBytes, totalBytes, bytesPerSecond } = adding;
  const left = secondsLeft(adding);
  const facts = [
    file ?? 'Asking what belongs to it…',
    totalBytes === null ? formatBytes(doneBytes) : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
    bytesPerSecond !== null && `${formatBytes(bytesPerSecond)}/s`,
    left !== null && `${formatDuration(left)} left`,
  ];
  return (
    <Card
      title={`Adding ${label}`}
      tools={
        <Button
          className="button small"
          data-testid="cancel-model"
          onPress={() => orderModels({ kind: 'model.cancel' })}
        >
          Cancel
        </Button>
      }
    >
      <div className="card-body">
        <progress
          className="model-progress"
          aria-label={`How much of ${label} is here`}
          {...(totalBytes === null ? {} : { value: doneBytes, max: Math.max(1, totalBytes) })}
        />
        <p className="model-facts" data-testid="model-progress">
          {facts.filter(Boolean).join(' · ')}
        </p>
      </div>
    </Card>
  );
}
