import { Button } from 'react-aria-components';
import { formatAmount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { useSession } from '../session.ts';
import { reporting } from './reporting.ts';

/** Rows that this version cannot read: named, so that they can go. */
export function UnreadableRuns({ runIds }: { readonly runIds: readonly string[] }) {
  const { storage } = useSession();
  return (
    <Card
      title={`${formatAmount(runIds.length, 'run')} that cannot be read`}
      note="saved by another version, or damaged"
    >
      <ul className="card-body unreadable">
        {runIds.map((runId) => (
          <li key={runId}>
            <code>{runId}</code>
            <Button className="button small danger" onPress={() => void reporting(storage.deleteRun(runId))}>
              Delete
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
