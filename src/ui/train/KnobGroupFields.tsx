import type { ConfigDraft, DraftErrors, KnobGroup, KnobName } from '../configForm.ts';
import { KnobField } from './KnobField.tsx';

interface KnobGroupFieldsProps {
  readonly group: KnobGroup;
  readonly draft: ConfigDraft;
  readonly errors: DraftErrors;
  readonly changed: ReadonlySet<string>;
  readonly isDisabled: boolean;
  onChange(name: KnobName, text: string): void;
}

/** Groups that most runs leave alone start closed. */
const OPEN_AT_FIRST: readonly string[] = ['Episode', 'Reward', 'Objective', 'Model', 'Run'];

/** One group of knobs; closed, it still says how many are changed or wrong. */
export function KnobGroupFields({ group, draft, errors, changed, isDisabled, onChange }: KnobGroupFieldsProps) {
  const changedCount = group.knobs.filter(({ name }) => changed.has(name)).length;
  const hasError = group.knobs.some(({ name }) => errors[name] !== undefined);
  return (
    <details className="knob-group" open={hasError || OPEN_AT_FIRST.includes(group.name)}>
      <summary>
        {group.name}
        {changedCount > 0 && <span>{changedCount} changed</span>}
      </summary>
      {group.knobs.map((knob) => (
        <KnobField
          key={knob.name}
          knob={knob}
          text={draft[knob.name]}
          error={errors[knob.name] ?? null}
          isChanged={changed.has(knob.name)}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      ))}
    </details>
  );
}
