import type { ReactNode } from 'react';
import { FieldError, Input, Label, Text, TextArea, TextField } from 'react-aria-components';

interface PlainFieldProps {
  readonly label: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly note?: ReactNode;
  readonly placeholder?: string;
  readonly type?: 'text' | 'password' | 'url';
  readonly inputMode?: 'text' | 'decimal' | 'url';
  /** Lines of a field for longer texts; a single line without. */
  readonly rows?: number;
  readonly isCode?: boolean;
  /** Whether its spelling can be wrong. */
  readonly isProse?: boolean;
  readonly isDisabled?: boolean;
  readonly testId?: string;
  readonly maxLength?: number;
  onChange(value: string): void;
}

/** A text with its label above it, and what is wrong with it or worth knowing below. */
export function PlainField({
  label,
  value,
  error,
  note,
  placeholder,
  type = 'text',
  inputMode = 'text',
  rows,
  isCode = false,
  isProse = !isCode && type === 'text',
  isDisabled = false,
  testId,
  maxLength,
  onChange,
}: PlainFieldProps) {
  const common = {
    className: isCode ? 'input is-code' : 'input',
    autoComplete: 'off',
    spellCheck: isProse ? ('true' as const) : ('false' as const),
    ...(placeholder !== undefined && { placeholder }),
    ...(testId !== undefined && { 'data-testid': testId }),
  };
  return (
    <TextField
      className="plain-field"
      type={type}
      value={value}
      isInvalid={error !== undefined}
      isDisabled={isDisabled}
      {...(maxLength !== undefined && { maxLength })}
      onChange={onChange}
    >
      <Label>{label}</Label>
      {rows === undefined ? <Input {...common} inputMode={inputMode} /> : <TextArea {...common} rows={rows} />}
      <FieldError className="field-error">{error}</FieldError>
      {note !== undefined && (
        <Text slot="description" className="field-note">
          {note}
        </Text>
      )}
    </TextField>
  );
}
