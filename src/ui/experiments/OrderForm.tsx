import { Button, Input, Label, TextField } from 'react-aria-components';
import { changesOfOrder } from '../../experiments/orderLink.ts';
import { orderOf, type Recipe } from '../../experiments/recipe.ts';

interface OrderFormProps {
  readonly recipe: Recipe;
  /** What differs from the recipe's own settings, as the link has it. */
  readonly changes: Readonly<Record<string, string>>;
  readonly isDisabled: boolean;
  onChange(changes: Readonly<Record<string, string>>): void;
}

const FIELDS = [
  ['models', 'Base models'],
  ['environment', 'Environment'],
  ['seeds', 'Training seeds'],
  ['episodes', 'Episodes per cell'],
  ['updates', 'Updates per training'],
  ['episodesPerUpdate', 'Episodes per update'],
] as const;

/** The sizes of an experiment. They are in the link, so that whoever opens it runs the same. */
export function OrderForm({ recipe, changes, isDisabled, onChange }: OrderFormProps) {
  const own = orderOf(recipe, false);
  const fields = [
    ...FIELDS.map(([name, label]) => ({ name: name as string, label: label as string, fallback: String(own[name]) })),
    ...Object.entries(recipe.ownSettings ?? {}).map(([name, { help, fallback }]) => ({
      name: `.${name}`,
      label: help,
      fallback: String(own.knobs[name] ?? fallback),
    })),
  ];
  const set = (name: string, value: string, fallback: string) => {
    const others = Object.fromEntries(Object.entries(changes).filter(([changed]) => changed !== name));
    onChange(value === fallback ? others : { ...others, [name]: value });
  };
  return (
    <div className="order-form">
      <div className="order-fields">
        {fields.map(({ name, label, fallback }) => (
          <TextField
            key={name}
            className={changes[name] === undefined ? 'knob' : 'knob is-changed'}
            value={changes[name] ?? fallback}
            isDisabled={isDisabled}
            onChange={(value) => set(name, value, fallback)}
          >
            <Label>{label}</Label>
            <Input className="input" autoComplete="off" spellCheck="false" />
          </TextField>
        ))}
      </div>
      <div className="order-sizes">
        <Button
          className="button small"
          data-testid="quick-sizes"
          isDisabled={isDisabled}
          onPress={() => onChange(changesOfOrder(orderOf(recipe, true)))}
        >
          A quick look
        </Button>
        <Button className="button small" isDisabled={isDisabled} onPress={() => onChange({})}>
          The recipe’s own sizes
        </Button>
      </div>
    </div>
  );
}
