import { useMemo } from 'react';
import { changedFromDefault, defaultDraft, draftOf, KNOB_GROUPS, parseDraft, type KnobName } from '../configForm.ts';
import { useDraft } from '../draftStore.ts';
import { Card } from '../parts/Card.tsx';
import { refusalOf } from '../refusal.ts';
import { useRun } from '../runStore.ts';
import { CopyLink } from './CopyLink.tsx';
import { KnobGroupFields } from './KnobGroupFields.tsx';
import { PresetField } from './PresetField.tsx';
import { RunFacts } from './RunFacts.tsx';

/** The knobs of the next run; while a run is under way, those of the run, for reading. */
export function SettingsPanel() {
  const { draft, setDraft } = useDraft();
  const status = useRun((store) => store.run.status);
  const runConfig = useRun((store) => store.run.config);
  const isLocked = status === 'starting' || status === 'running' || status === 'paused';
  const shown = useMemo(() => (isLocked && runConfig ? draftOf(runConfig) : draft), [isLocked, runConfig, draft]);
  const parsed = useMemo(() => parseDraft(shown), [shown]);
  const errors = parsed.ok ? {} : parsed.error;
  const refusal = useMemo(() => (parsed.ok ? refusalOf(parsed.value) : null), [parsed]);
  const changed = new Set(Object.keys(changedFromDefault(shown)));
  const setKnob = (name: KnobName, text: string) => setDraft({ ...draft, [name]: text });
  return (
    <Card
      title="Settings"
      className="settings-card"
      note={isLocked ? 'of this run' : changed.size > 0 ? `${changed.size} changed` : 'defaults'}
      tools={
        <CopyLink draft={shown} canReset={!isLocked && changed.size > 0} onReset={() => setDraft(defaultDraft())} />
      }
    >
      <div className="card-body settings">
        <RunFacts config={parsed.ok ? parsed.value : null} />
        <PresetField draft={shown} isDisabled={isLocked} refusal={refusal} onChange={setDraft} />
        {KNOB_GROUPS.map((group) => (
          <KnobGroupFields
            key={group.name}
            group={group}
            draft={shown}
            errors={errors}
            changed={changed}
            isDisabled={isLocked}
            onChange={setKnob}
          />
        ))}
      </div>
    </Card>
  );
}
