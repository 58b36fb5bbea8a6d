import { Picker } from '../parts/Picker.tsx';
import { PlainField } from '../parts/PlainField.tsx';

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
export function OrderField({ help, choices, isChanged, ...field }: OrderFieldProps) {
  return (
    <div className={isChanged ? 'order-field is-changed' : 'order-field'}>
      {choices ? (
        <Picker
          {...field}
          showsLabel
          note={help}
          options={[...new Set([...choices, field.value])].map((id) => ({ id, label: id }))}
        />
      ) : (
        <PlainField {...field} note={help} isProse={false} />
      )}
    </div>
  );
}
