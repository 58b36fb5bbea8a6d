import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue, Text } from 'react-aria-components';
import type { Explanation } from '../../base/errors.ts';
import type { ConfigDraft } from '../configForm.ts';
import { Icon } from '../parts/Icon.tsx';
import { PRESETS, presetOf, withPreset } from '../presets.ts';

interface PresetFieldProps {
  readonly draft: ConfigDraft;
  readonly isDisabled: boolean;
  /** Why a run with these settings cannot be trained; null when it can. */
  readonly refusal: Explanation | null;
  onChange(draft: ConfigDraft): void;
}

/** Named settings of the objective; turning one of their knobs leaves them all. */
export function PresetField({ draft, isDisabled, refusal, onChange }: PresetFieldProps) {
  const preset = presetOf(draft);
  return (
    <Select
      className="preset"
      isDisabled={isDisabled}
      placeholder="Own mixture"
      value={preset?.id ?? null}
      onChange={(id) => {
        const chosen = PRESETS.find((candidate) => candidate.id === id);
        if (chosen) onChange(withPreset(draft, chosen));
      }}
    >
      <Label>Preset</Label>
      <Button className="input select-button">
        <SelectValue>{preset?.label ?? 'Own mixture'}</SelectValue>
        <Icon name="down" />
      </Button>
      <p className="preset-about">{preset?.about ?? 'Advantage, turn reward and KL penalty are set by hand.'}</p>
      {refusal && (
        <p className="knob-error" role="alert" data-testid="preset-refusal">
          {refusal.what} {refusal.why} {refusal.fix}
        </p>
      )}
      <Popover className="list-popover">
        <ListBox>
          {PRESETS.map(({ id, label, about }) => (
            <ListBoxItem key={id} id={id} className="option" textValue={label}>
              <Text slot="label">{label}</Text>
              <small>{about}</small>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
