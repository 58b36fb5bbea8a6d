import { useLive } from '../database.ts';
import { Picker } from '../parts/Picker.tsx';
import type { LessonDraft } from './lessonDraft.ts';
import { beginnings } from './lessonQueries.ts';

interface StartFromProps {
  readonly draft: LessonDraft;
  onChange(draft: LessonDraft): void;
}

const BASE = '';

/** The weights that the next run begins with: the base model's, or those of any checkpoint. */
export function StartFrom({ draft, onChange }: StartFromProps) {
  const found = useLive(beginnings, null).value ?? [];
  const isGone = draft.from !== null && !found.some(({ checkpoint }) => checkpoint.checkpointId === draft.from);
  return (
    <div className="knob is-choice">
      <span>Start from</span>
      <Picker
        label="Weights that the run starts from"
        options={[
          { id: BASE, label: 'the base model', note: 'as it came' },
          ...found.map(({ runName, checkpoint: { checkpointId, updatesDone, label, modelName } }) => ({
            id: checkpointId,
            label: `${runName}, update ${updatesDone}`,
            note: `${modelName} · ${label}`,
          })),
          ...(isGone && draft.from !== null ? [{ id: draft.from, label: 'a checkpoint that is gone' }] : []),
        ]}
        value={draft.from ?? BASE}
        onChange={(from) => onChange({ ...draft, from: from === BASE ? null : from })}
      />
    </div>
  );
}
