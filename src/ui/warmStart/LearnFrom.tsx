import { useEffect, useMemo } from 'react';
import type { RunConfig } from '../../record/runConfig.ts';
import { useLive } from '../database.ts';
import { Picker } from '../parts/Picker.tsx';
import { savedRuns } from '../queries.ts';
import { refusalOf } from '../refusal.ts';
import { ChooseDialogues } from './ChooseDialogues.tsx';
import { LessonFields } from './LessonFields.tsx';
import { orderOf } from './lessonDraft.ts';
import { useLesson } from './lessonStore.ts';
import { SelectionCounts } from './SelectionCounts.tsx';
import { StartFrom } from './StartFrom.tsx';
import '../styles/warmStart.css';

const SOURCES = [
  { id: 'play', label: 'self-play', note: 'dialogues that the run plays itself' },
  { id: 'run', label: 'dialogues of a run', note: 'what another run has played' },
  { id: 'rated', label: 'rated turns', note: 'dialogues of a run with your thumbs' },
  { id: 'file', label: 'a file', note: 'episodes, or ShareGPT with scores' },
] as const;

interface LearnFromProps {
  /** Of the settings; null while they cannot be read. */
  readonly config: RunConfig | null;
  /** The run under way, whose lesson is shown; null: there is none, and the next one's is chosen. */
  readonly running: RunConfig | null;
}

/** What the next run learns from before it plays, or instead, and the weights that it begins with. */
export function LearnFrom({ config, running }: LearnFromProps) {
  return (
    <details className="knob-group lesson" open data-testid="learn-from">
      <summary>Learn from</summary>
      {running ? <LessonOfRun config={running} /> : <NextLesson config={config} />}
    </details>
  );
}

function LessonOfRun({ config: { dialogues, startedFrom } }: { readonly config: RunConfig }) {
  return (
    <p className="lesson-note">
      {dialogues
        ? `${dialogues.count} dialogues of ${dialogues.origin} in the first ${dialogues.updates} updates.`
        : 'Dialogues of its own.'}{' '}
      {startedFrom !== null && `Began with ${startedFrom}.`}
    </p>
  );
}

function NextLesson({ config }: { readonly config: RunConfig | null }) {
  const { draft, chosen, setDraft, readRun } = useLesson();
  const runs = useLive(savedRuns, null).value?.runs ?? [];
  const set = chosen.kind === 'read' ? chosen.set : null;
  const order = useMemo(() => (config ? orderOf(config, draft, set) : null), [config, draft, set]);
  const refusal = useMemo(() => (order?.ok ? refusalOf(order.value.config) : null), [order]);
  const selection = order?.ok ? order.value.selection : (order?.error.selection ?? null);
  const { learnFrom, runId } = draft;
  // Turns may have been rated, and dialogues played, while another screen was open.
  useEffect(() => {
    if ((learnFrom === 'run' || learnFrom === 'rated') && runId !== null) void readRun(runId);
  }, [learnFrom, runId, readRun]);
  const chooseSource = (source: (typeof SOURCES)[number]['id']) =>
    setDraft({ ...draft, learnFrom: source, ...(source === 'rated' && draft.recipe === 'sft' && { recipe: 'epo' }) });
  return (
    <>
      <div className="knob is-choice">
        <span>Source</span>
        <Picker label="Learn from" options={SOURCES} value={learnFrom} onChange={chooseSource} />
      </div>
      {learnFrom !== 'play' && (
        <>
          <ChooseDialogues runs={runs} />
          <LessonFields draft={draft} onChange={setDraft} />
          {set && selection && <SelectionCounts selection={selection} />}
          {order?.ok && order.value.config.dialogues && (
            <p className="lesson-note" data-testid="lesson-length">
              {order.value.config.dialogues.updates} updates learn from them
              {draft.then === 'play' ? `, and ${config?.updates ?? 0} play after that.` : '; the run ends with them.'}
            </p>
          )}
          {order && !order.ok && set && (
            <p className="knob-error" role="alert" data-testid="lesson-refusal">
              {order.error.what} {order.error.why} {order.error.fix}
            </p>
          )}
          {refusal && (
            <p className="knob-error" role="alert">
              {refusal.what} {refusal.why} {refusal.fix}
            </p>
          )}
        </>
      )}
      <StartFrom draft={draft} onChange={setDraft} />
    </>
  );
}
