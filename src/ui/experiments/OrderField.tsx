import {
  Button,
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
import { Icon } from '../parts/Icon.tsx';

interface OrderFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  /** All values that there are; absent: it is written. */
  readonly choices?: readonly string[] | undefined;
  readonly value: string;
  readonly isChanged: boolean;
  readonly isDisabled: boolean;
  onChange(value: string): void;
}

/** One size or setting of an experiment. */
export function OrderField({ label, help, choices, value, isChanged, isDisabled, onChange }: OrderFieldProps) {
  const className = isChanged ? 'order-field is-changed' : 'order-field';
  const description = help && (
    <Text slot="description" className="order-help">
      {help}
    </Text>
  );
  if (!choices) {
    return (
      <TextField {...{ className, value, isDisabled, onChange }}>
        <Label>{label}</Label>
        <Input className="input" autoComplete="off" spellCheck="false" />
        {description}
      </TextField>
    );
  }
  return (
    <Select {...{ className, value, isDisabled }} onChange={(choice) => onChange(String(choice))}>
      <Label>{label}</Label>
      <Button className="input select-button">
        <SelectValue />
        <Icon name="down" />
      </Button>
      {description}
      <Popover className="list-popover">
        <ListBox>
          {[...new Set([...choices, value])].map((choice) => (
            <ListBoxItem key={choice} id={choice} className="option">
              {choice}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
