import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

interface SegmentsProps<Id extends string> {
  readonly label: string;
  /** `name`: what a screen reader says, where the label alone says too little. */
  readonly options: readonly { readonly id: Id; readonly label: string; readonly name?: string }[];
  readonly selected: readonly Id[];
  readonly mode: 'one' | 'any';
  onChange(selected: Id[]): void;
}

/** A row of joined toggles, of which exactly one or any number is on. */
export function Segments<Id extends string>({ label, options, selected, mode, onChange }: SegmentsProps<Id>) {
  return (
    <ToggleButtonGroup
      className={`segments ${mode}`}
      aria-label={label}
      selectionMode={mode === 'one' ? 'single' : 'multiple'}
      disallowEmptySelection={mode === 'one'}
      selectedKeys={selected}
      onSelectionChange={(keys) => onChange(options.map(({ id }) => id).filter((id) => keys.has(id)))}
    >
      {options.map((option) => (
        <ToggleButton
          key={option.id}
          id={option.id}
          className="segment"
          {...(option.name !== undefined && { 'aria-label': option.name })}
        >
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
