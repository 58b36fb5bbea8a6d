import { useState } from 'react';
import { Button } from 'react-aria-components';
import { formatAmount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { useSession } from '../session.ts';
import { reporting } from './reporting.ts';

/** Rows that this version cannot read: named, so that they can go. */
export function UnreadableRuns({ runIds }: { readonly runIds: readonly string[] }) {
  const { storage } = useSession();
  const [doomed, doom] = useState<string | null>(null);
  return (
    <Card
      title={`${formatAmount(runIds.length, 'run')} that cannot be read`}
      note="saved by another version, or damaged"
    >
      <ul className="card-body unreadable">
        {runIds.map((runId) => (
          <li key={runId}>
            <code>{runId}</code>
            <Button className="button small danger" onPress={() => doom(runId)}>
              Delete
            </Button>
          </li>
        ))}
      </ul>
      {doomed !== null && (
        <ConfirmDialog
          title={`Delete ${doomed}?`}
          text="Another version of Parley may still be able to read it. This cannot be undone."
          action="Delete the run"
          onConfirm={() => void reporting(storage.deleteRun(doomed))}
          onClose={() => doom(null)}
        />
      )}
    </Card>
  );
}
