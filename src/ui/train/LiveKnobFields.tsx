import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { LIVE_KNOB_NAMES, type KnobChange, type LiveKnobName } from '../../record/knobChange.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { KNOBS } from '../configForm.ts';
import { useRun } from '../runStore.ts';
import { useSession } from '../session.ts';
import { KnobField } from './KnobField.tsx';
import { describeKnobs, turnedKnobs, type LiveEdits } from './liveKnobs.ts';

const LIVE_KNOBS = KNOBS.filter(({ name }) => LIVE_KNOB_NAMES.some((live) => live === name));

/** The knobs of the run under way that can be turned while it trains, and those that were. */
export function LiveKnobFields({ config }: { readonly config: RunConfig }) {
  const session = useSession();
  const updatesDone = useRun((store) => store.run.updatesDone);
  const changes = useRun((store) => store.run.changes);
  const waiting = useRun((store) => store.turning);
  const [edits, setEdits] = useState<LiveEdits>({});
  const { texts, errors, knobs, refusal } = useMemo(() => turnedKnobs(config, edits), [config, edits]);
  const count = Object.keys(knobs).length;
  const turn = () => {
    session.turnKnobs(knobs);
    setEdits({});
  };
  return (
    <details className="knob-group" open data-testid="live-knobs">
      <summary>
        Turn while it trains
        {changes.length > 0 && <span>{changes.length} turned</span>}
      </summary>
      {/* Above the fields: below them it would move away as the help of the focused one closes. */}
      <div className="live-knob-tools">
        <Button
          className="button small primary"
          data-testid="turn-knobs"
          isDisabled={count === 0 || refusal !== null || Object.keys(errors).length > 0}
          onPress={turn}
        >
          Turn from the next update on
        </Button>
        {Object.keys(edits).length > 0 && (
          <Button className="button small quiet" onPress={() => setEdits({})}>
            Undo
          </Button>
        )}
      </div>
      {LIVE_KNOBS.map((knob) => (
        <KnobField
          key={knob.name}
          knob={knob}
          text={texts[knob.name]}
          error={errors[knob.name] ?? null}
          isChanged={knob.name in edits}
          isDisabled={waiting !== null}
          onChange={(name, text) => setEdits((before) => ({ ...before, [name as LiveKnobName]: text }))} // of LIVE_KNOBS
        />
      ))}
      {refusal && (
        <p className="knob-error" role="alert">
          {refusal.what} {refusal.why}
        </p>
      )}
      {waiting && (
        <p className="fine-print" role="status">
          {describeKnobs(waiting)}: turned when update {updatesDone + 1} has ended.
        </p>
      )}
      {changes.length > 0 && <TurnedKnobs changes={changes} />}
    </details>
  );
}

/** The history: a run that goes on turns them again. */
function TurnedKnobs({ changes }: { readonly changes: readonly KnobChange[] }) {
  return (
    <ul className="turned-knobs" aria-label="Knobs that were turned" data-testid="turned-knobs">
      {changes.map(({ updatesDone, knobs }) => (
        <li key={updatesDone}>
          <b>after update {updatesDone}</b> {describeKnobs(knobs)}
        </li>
      ))}
    </ul>
  );
}
