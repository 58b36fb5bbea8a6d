import { Button } from 'react-aria-components';
import { changesOfOrder } from '../../experiments/orderLink.ts';
import { orderOf, type OwnSetting, type Recipe } from '../../experiments/recipe.ts';
import { ENVIRONMENT_NAMES } from '../../record/environmentName.ts';
import { OrderField } from './OrderField.tsx';

interface OrderFormProps {
  readonly recipe: Recipe;
  /** What differs from the recipe's own settings, as the link has it. */
  readonly changes: Readonly<Record<string, string>>;
  readonly isDisabled: boolean;
  onChange(changes: Readonly<Record<string, string>>): void;
}

type Field = Pick<OwnSetting, 'label' | 'help' | 'choices'> & { readonly name: string; readonly fallback: string };

const SIZES = [
  { name: 'models', label: 'Base models' },
  { name: 'environment', label: 'Environment', choices: ENVIRONMENT_NAMES },
  { name: 'seeds', label: 'Training seeds' },
  { name: 'episodes', label: 'Episodes per cell' },
  { name: 'updates', label: 'Updates per training' },
  { name: 'episodesPerUpdate', label: 'Episodes per update' },
] as const;

/** The sizes of an experiment. They are in the link, so that whoever opens it runs the same. */
export function OrderForm({ recipe, changes, isDisabled, onChange }: OrderFormProps) {
  const own = orderOf(recipe, false);
  const fields: Field[] = [
    ...SIZES.map((size) => ({ ...size, fallback: String(own[size.name]) })),
    ...Object.entries(recipe.ownSettings ?? {}).map(([name, setting]) => ({
      ...setting,
      name: `.${name}`,
      fallback: String(own.knobs[name] ?? setting.fallback),
    })),
  ];
  const set = (name: string, value: string, fallback: string) => {
    const others = Object.fromEntries(Object.entries(changes).filter(([changed]) => changed !== name));
    onChange(value === fallback ? others : { ...others, [name]: value });
  };
  return (
    <div className="order-form">
      <div className="order-fields">
        {fields.map(({ name, label, help, choices, fallback }) => (
          <OrderField
            key={name}
            {...{ label, help, choices, isDisabled }}
            value={changes[name] ?? fallback}
            isChanged={changes[name] !== undefined}
            onChange={(value) => set(name, value, fallback)}
          />
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
