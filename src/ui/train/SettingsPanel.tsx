import { useMemo } from 'react';
import { changedFromDefault, defaultDraft, draftOf, KNOB_GROUPS, type KnobName } from '../configForm.ts';
import { useDraft } from '../draftStore.ts';
import { Card } from '../parts/Card.tsx';
import { refusalOf } from '../refusal.ts';
import { useRun } from '../runStore.ts';
import { LearnFrom } from '../warmStart/LearnFrom.tsx';
import { useOrderedConfig } from '../warmStart/lessonStore.ts';
import { CopyLink } from './CopyLink.tsx';
import { extrasOf, NO_ERRORS, NO_EXTRAS, parseRun } from './extrasDraft.ts';
import { useExtras } from './extrasStore.ts';
import { KnobGroupFields } from './KnobGroupFields.tsx';
import { LiveKnobFields } from './LiveKnobFields.tsx';
import { PresetField } from './PresetField.tsx';
import { RunFacts } from './RunFacts.tsx';
import { WhoPlays } from './WhoPlays.tsx';

/** The knobs of the next run; while a run is under way, those of the run, for reading. */
export function SettingsPanel() {
  const { draft, setDraft } = useDraft();
  const status = useRun((store) => store.run.status);
  const runConfig = useRun((store) => store.run.config);
  const isUnderWay = status === 'running' || status === 'paused';
  const isLocked = status === 'starting' || isUnderWay;
  const shown = useMemo(() => (isLocked && runConfig ? draftOf(runConfig) : draft), [isLocked, runConfig, draft]);
  const { extras: drafted, setExtras } = useExtras();
  const extras = useMemo(() => (isLocked && runConfig ? extrasOf(runConfig) : drafted), [isLocked, runConfig, drafted]);
  const parsed = useMemo(() => parseRun(shown, extras), [shown, extras]);
  const ordered = useOrderedConfig(parsed.ok ? parsed.value : null);
  const errors = parsed.ok ? {} : parsed.error.knobs;
  const refusal = useMemo(() => (parsed.ok ? refusalOf(parsed.value) : null), [parsed]);
  const changed = new Set(Object.keys(changedFromDefault(shown)));
  const reset = () => {
    setDraft(defaultDraft());
    setExtras(NO_EXTRAS);
  };
  const setKnob = (name: KnobName, text: string) => setDraft({ ...draft, [name]: text });
  return (
    <Card
      title="Settings"
      className="settings-card"
      note={isLocked ? 'of this run' : changed.size > 0 ? `${changed.size} changed` : 'defaults'}
      tools={
        <CopyLink draft={shown} canReset={!isLocked && (changed.size > 0 || drafted !== NO_EXTRAS)} onReset={reset} />
      }
    >
      <div className="card-body settings">
        <RunFacts config={ordered} />
        {isUnderWay && runConfig && <LiveKnobFields config={runConfig} />}
        <PresetField draft={shown} isDisabled={isLocked} refusal={refusal} onChange={setDraft} />
        <WhoPlays
          draft={shown}
          errors={errors}
          changed={changed}
          extras={extras}
          extrasErrors={parsed.ok ? NO_ERRORS : parsed.error.extras}
          config={parsed.ok ? parsed.value : null}
          isDisabled={isLocked}
          onDraft={setDraft}
          onExtras={setExtras}
        />
        <LearnFrom config={parsed.ok ? parsed.value : null} running={isLocked ? runConfig : null} />
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
