import { useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { explain } from '../../base/errors.ts';
import type { Failure } from '../engineStore.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useExperiment } from './experimentStore.ts';
import { ReportView } from './ReportView.tsx';
import { resultsIn } from './resultsFile.ts';

/** A results file of somebody else, or of the command line. */
export function ImportCard() {
  const imported = useExperiment((store) => store.imported);
  const setImported = useExperiment((store) => store.setImported);
  const [failure, setFailure] = useState<Failure | null>(null);
  const read = async (file: File) => {
    try {
      setFailure(null);
      setImported({ fileName: file.name, results: await resultsIn(file) });
    } catch (thrown) {
      setFailure(explain(thrown));
    }
  };
  return (
    <Card
      title={imported ? `Results file: ${imported.fileName}` : 'Results from a file'}
      tools={
        <>
          <FileTrigger
            acceptedFileTypes={['application/json', '.json']}
            onSelect={(files) => {
              const file = files?.[0];
              if (file) void read(file);
            }}
          >
            <Button className="button small">Open a results file</Button>
          </FileTrigger>
          {imported && (
            <Button className="button small" onPress={() => setImported(null)}>
              Close
            </Button>
          )}
        </>
      }
    >
      <div className="card-body experiment-body">
        {failure && <FailureCard failure={failure} />}
        {imported ? (
          <ReportView results={imported.results} />
        ) : (
          <p className="muted">Shows what a command or another browser has computed. Nothing of it is stored.</p>
        )}
      </div>
    </Card>
  );
}
