import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue, Text } from 'react-aria-components';
import { Icon } from './Icon.tsx';

interface PickerProps<Id extends string> {
  readonly label: string;
  /** Whether the label stands beside it; else it is for screen readers. */
  readonly showsLabel?: boolean;
  readonly options: readonly { readonly id: Id; readonly label: string; readonly note?: string | undefined }[];
  readonly value: Id;
  /** Stands below it. */
  readonly note?: string | undefined;
  readonly isDisabled?: boolean;
  onChange(id: Id): void;
}

/** One of several, from a list that opens. */
export function Picker<Id extends string>({
  label,
  showsLabel = false,
  options,
  value,
  note,
  isDisabled = false,
  onChange,
}: PickerProps<Id>) {
  const choose = (key: unknown) => {
    const chosen = options.find(({ id }) => id === key);
    if (chosen) onChange(chosen.id);
  };
  return (
    <Select className="picker-field" value={value} isDisabled={isDisabled} onChange={choose}>
      <Label className={showsLabel ? '' : 'visually-hidden'}>{label}</Label>
      <Button className="input select-button">
        <SelectValue>{options.find(({ id }) => id === value)?.label ?? ''}</SelectValue>
        <Icon name="down" />
      </Button>
      {note !== undefined && (
        <Text slot="description" className="field-note">
          {note}
        </Text>
      )}
      <Popover className="list-popover">
        <ListBox>
          {options.map((option) => (
            <ListBoxItem key={option.id} id={option.id} className="option" textValue={option.label}>
              <Text slot="label">{option.label}</Text>
              {option.note !== undefined && <small>{option.note}</small>}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
