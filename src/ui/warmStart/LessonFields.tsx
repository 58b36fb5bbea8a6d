import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import type { Recipe } from '../../record/dialogueLesson.ts';
import { Picker } from '../parts/Picker.tsx';
import { numberError, usesNumber, type LessonDraft, type NumberName } from './lessonDraft.ts';

interface LessonFieldsProps {
  readonly draft: LessonDraft;
  onChange(draft: LessonDraft): void;
}

const RECIPES: readonly { readonly id: Recipe; readonly label: string; readonly note: string }[] = [
  { id: 'sft', label: 'supervised', note: 'every strategy alike (SFT)' },
  { id: 'epo', label: 'Equation 5', note: 'weighted by stored scores, as EPO was released' },
  { id: 'own', label: 'own objective', note: 'that of the settings, with stored scores as rewards' },
];
const THEN = [
  { id: 'end', label: 'ends', note: 'it learns from these dialogues alone' },
  { id: 'play', label: 'plays', note: 'warm start: as many updates more as the settings say' },
] as const;
const READABLE = [
  { id: 'any', label: 'any' },
  { id: 'only', label: 'readable only', note: 'those that the environment can read' },
] as const;
const RATIOS = [
  { id: 'none', label: 'none', note: 'as released' },
  { id: 'recorded', label: 'recorded', note: 'to the policy that sampled them' },
] as const;

const NUMBERS: readonly { readonly name: NumberName; readonly label: string; readonly help: string }[] = [
  { name: 'epochs', label: 'Epochs', help: 'Passes over the dialogues.' },
  {
    name: 'minimumPoints',
    label: 'Earned at least',
    help: 'Points of 10; 0 takes all.',
  },
  { name: 'topPercent', label: 'Best of them', help: 'Per cent of the sides that are left.' },
  {
    name: 'ratingWeight',
    label: 'Weight of ratings',
    help: 'w of (1 − w) · score + w · rating (±1).',
  },
];

/** How the dialogues are learned from. What a number means always stands below it: nothing moves under a pointer. */
export function LessonFields({ draft, onChange }: LessonFieldsProps) {
  return (
    <>
      <Choice
        label="Recipe"
        options={RECIPES}
        value={draft.recipe}
        onChange={(recipe) => onChange({ ...draft, recipe })}
      />
      {draft.recipe === 'own' && (
        <Choice
          label="Importance ratios"
          options={RATIOS}
          value={draft.ratios}
          onChange={(ratios) => onChange({ ...draft, ratios })}
        />
      )}
      {NUMBERS.filter(({ name }) => usesNumber(draft, name)).map(({ name, label, help }) => {
        const error = numberError(name, draft[name]);
        return (
          <TextField
            key={name}
            className="knob"
            value={draft[name]}
            isInvalid={error !== null}
            onChange={(text) => onChange({ ...draft, [name]: text })}
          >
            <Label>{label}</Label>
            <Input className="input" inputMode="decimal" autoComplete="off" spellCheck="false" />
            <FieldError className="knob-error">{error}</FieldError>
            <Text slot="description" className="lesson-help">
              {help}
            </Text>
          </TextField>
        );
      })}
      <Choice
        label="Strategies"
        options={READABLE}
        value={draft.readable}
        onChange={(readable) => onChange({ ...draft, readable })}
      />
      <Choice
        label="Then the run"
        options={THEN}
        value={draft.then}
        onChange={(then) => onChange({ ...draft, then })}
      />
    </>
  );
}

interface ChoiceProps<Id extends string> {
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly label: string; readonly note?: string | undefined }[];
  readonly value: Id;
  onChange(id: Id): void;
}

function Choice<Id extends string>({ label, ...picker }: ChoiceProps<Id>) {
  return (
    <div className="knob is-choice">
      <span>{label}</span>
      <Picker label={label} {...picker} />
    </div>
  );
}
