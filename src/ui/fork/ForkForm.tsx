import { Label, NumberField, Input, Text, TextArea, TextField } from 'react-aria-components';
import type { ListedCheckpoint } from '../../record/checkpoint.ts';
import { Picker } from '../parts/Picker.tsx';
import { BASE, type ForkDraft } from './forkOrder.ts';

interface ForkFormProps {
  readonly draft: ForkDraft;
  readonly checkpoints: readonly ListedCheckpoint[];
  readonly isDisabled: boolean;
  onChange(draft: ForkDraft): void;
}

export function ForkForm({ draft, checkpoints, isDisabled, onChange }: ForkFormProps) {
  const players = [
    ...checkpoints.map(({ checkpointId, label, updatesDone }) => ({
      id: checkpointId,
      label: `update ${updatesDone}`,
      note: label,
    })),
    { id: BASE, label: 'the base', note: 'before the first update' },
  ];
  return (
    <div className="fork-form">
      <TextField
        className="fork-strategies"
        value={draft.strategies}
        isDisabled={isDisabled}
        onChange={(strategies) => onChange({ ...draft, strategies })}
      >
        <Label>Your own strategies</Label>
        <TextArea className="input" rows={2} data-testid="fork-strategies" placeholder="hold firm" spellCheck="false" />
        <Text slot="description" className="fine-print">
          One per line. The recorded one is always played too.
        </Text>
      </TextField>
      <Count
        label="Drawn from it"
        value={draft.drawCount}
        range={[0, 64]}
        isDisabled={isDisabled}
        onChange={(drawCount) => onChange({ ...draft, drawCount })}
      />
      <Count
        label="Replays of each"
        value={draft.replays}
        range={[1, 256]}
        isDisabled={isDisabled}
        onChange={(replays) => onChange({ ...draft, replays })}
      />
      <Picker
        label="Played by"
        showsLabel
        options={players}
        value={draft.playedBy}
        isDisabled={isDisabled}
        onChange={(playedBy) => onChange({ ...draft, playedBy })}
      />
    </div>
  );
}

interface CountProps {
  readonly label: string;
  readonly value: number;
  readonly range: readonly [number, number];
  readonly isDisabled: boolean;
  onChange(value: number): void;
}

function Count({ label, value, range: [lowest, highest], isDisabled, onChange }: CountProps) {
  return (
    <NumberField
      className="fork-count"
      value={value}
      minValue={lowest}
      maxValue={highest}
      isDisabled={isDisabled}
      onChange={(next) => onChange(Number.isNaN(next) ? lowest : next)}
    >
      <Label>{label}</Label>
      <Input className="input" />
    </NumberField>
  );
}
