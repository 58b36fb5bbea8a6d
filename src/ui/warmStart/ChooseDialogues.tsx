import { Button, FileTrigger, Label, ProgressBar } from 'react-aria-components';
import type { RunRow } from '../../storage/rows.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { Picker } from '../parts/Picker.tsx';
import { useLesson } from './lessonStore.ts';

const NO_RUN = '';

/** Which run, or which file, and how reading it goes. */
export function ChooseDialogues({ runs }: { readonly runs: readonly RunRow[] }) {
  const { draft, chosen, setDraft, readFile } = useLesson();
  return (
    <>
      {draft.learnFrom === 'file' ? (
        <div className="lesson-file">
          <FileTrigger
            acceptedFileTypes={['.json', '.jsonl']}
            onSelect={(files) => {
              const [file] = [...(files ?? [])];
              if (file) void readFile(file);
            }}
          >
            <Button className="button small" data-testid="lesson-file">
              Choose a file
            </Button>
          </FileTrigger>
          <span>{chosen.kind === 'read' ? chosen.set.origin : '.jsonl of episodes, or ShareGPT .json'}</span>
        </div>
      ) : (
        <div className="knob is-choice">
          <span>Run</span>
          <Picker
            label="Run whose dialogues are learned from"
            options={[
              { id: NO_RUN, label: 'choose a run' },
              ...runs.map(({ runId, name, config, updatesDone }) => ({
                id: runId,
                label: name,
                note: `${config.environment}, ${updatesDone} updates`,
              })),
            ]}
            value={runs.some(({ runId }) => runId === draft.runId) ? (draft.runId ?? NO_RUN) : NO_RUN}
            onChange={(runId) => setDraft({ ...draft, runId: runId === NO_RUN ? null : runId })}
          />
        </div>
      )}
      {chosen.kind === 'reading' && (
        <ProgressBar className="lesson-reading" value={100 * chosen.share}>
          {({ percentage = 0 }) => <Label>Reading the dialogues … {Math.round(percentage)} %</Label>}
        </ProgressBar>
      )}
      {chosen.kind === 'failed' && <FailureCard failure={chosen.failure} />}
    </>
  );
}
