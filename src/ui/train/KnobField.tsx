import { memo } from 'react';
import {
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
  TextField,
} from 'react-aria-components';
import type { Knob, KnobName } from '../configForm.ts';
import { useModels } from '../models/modelsStore.ts';
import { useModelChoices } from '../models/useModelChoices.ts';
import { Icon } from '../parts/Icon.tsx';

interface KnobFieldProps {
  readonly knob: Knob;
  readonly text: string;
  readonly error: string | null;
  readonly isChanged: boolean;
  readonly isDisabled: boolean;
  onChange(name: KnobName, text: string): void;
}

/** One knob with its limits and unit; its help appears while it has the focus. */
export const KnobField = memo(function KnobField(props: KnobFieldProps) {
  const { choices, kept } = props.knob;
  if (choices === null) return <NumberKnob {...props} />;
  return kept ? <KeptField {...props} kind={kept} choices={choices} /> : <ChoiceField {...props} choices={choices} />;
});

function NumberKnob({ knob, text, error, isChanged, isDisabled, onChange }: KnobFieldProps) {
  return (
    <TextField
      className={isChanged ? 'knob is-changed' : 'knob'}
      value={text}
      isInvalid={error !== null}
      isDisabled={isDisabled}
      onChange={(value) => onChange(knob.name, value)}
    >
      <Label>{knob.label}</Label>
      <Input className="input" inputMode="decimal" autoComplete="off" spellCheck="false" />
      <small className="knob-limits">{[knob.limits, knob.unit].filter(Boolean).join(' ')}</small>
      <FieldError className="knob-error">{error}</FieldError>
      <Text slot="description" className="knob-help">
        {knob.help}
      </Text>
    </TextField>
  );
}

interface KeptFieldProps extends KnobFieldProps {
  readonly kind: 'models' | 'adapters';
  readonly choices: readonly string[];
}

/** Beside what everybody has, what this browser keeps; and what a link names, kept or not. */
function KeptField({ kind, ...props }: KeptFieldProps) {
  const models = useModelChoices(props.text).map(({ name }) => name);
  const adapters = useModels((store) => store.models.adapters).map(({ adapter }) => adapter.adapterName);
  const names = kind === 'models' ? models : adapters;
  return <ChoiceField {...props} choices={[...new Set([...props.choices, ...names, props.text])]} />;
}

function ChoiceField({
  knob,
  text,
  isChanged,
  isDisabled,
  onChange,
  choices,
}: KnobFieldProps & { readonly choices: readonly string[] }) {
  return (
    <Select
      className={isChanged ? 'knob is-choice is-changed' : 'knob is-choice'}
      value={text}
      isDisabled={isDisabled}
      onChange={(choice) => onChange(knob.name, String(choice))}
    >
      <Label>{knob.label}</Label>
      <Button className="input select-button">
        <SelectValue />
        <Icon name="down" />
      </Button>
      <Text slot="description" className="knob-help">
        {knob.help}
      </Text>
      <Popover className="list-popover">
        <ListBox>
          {choices.map((choice) => (
            <ListBoxItem key={choice} id={choice} className="option">
              {choice}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
