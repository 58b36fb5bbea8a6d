import { Button, Input, Label, TextField } from 'react-aria-components';
import { RewardKind } from '../../record/runConfig.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { Picker } from '../parts/Picker.tsx';
import type { BlendPart, ExtrasErrors } from './extrasDraft.ts';

const MOST_PARTS = 8;
const REWARDS = RewardKind.options.map((reward) => ({ id: reward, label: reward }));

interface BlendFieldsProps {
  readonly parts: readonly BlendPart[];
  readonly errors: ExtrasErrors['rewardBlend'];
  readonly isDisabled: boolean;
  onChange(parts: readonly BlendPart[]): void;
}

/** The parts of a blended turn reward, each with its weight. */
export function BlendFields({ parts, errors, isDisabled, onChange }: BlendFieldsProps) {
  const change = (index: number, changes: Partial<BlendPart>) =>
    onChange(parts.map((part, position) => (position === index ? { ...part, ...changes } : part)));
  return (
    <fieldset className="server" data-testid="reward-blend" disabled={isDisabled}>
      <legend>Parts of the turn reward</legend>
      {parts.map(({ reward, weight }, index) => (
        <div className="blend-part" key={index}>
          <Picker
            label={`Reward of part ${index + 1}`}
            options={REWARDS}
            value={reward}
            isDisabled={isDisabled}
            onChange={(chosen) => change(index, { reward: chosen })}
          />
          <TextField
            value={weight}
            isInvalid={errors[index] !== undefined}
            isDisabled={isDisabled}
            onChange={(text) => change(index, { weight: text })}
          >
            <Label className="visually-hidden">Weight of part {index + 1}</Label>
            <Input className="input" inputMode="decimal" />
          </TextField>
          <IconButton
            icon="delete"
            label={`Remove part ${index + 1}`}
            isDisabled={isDisabled || parts.length === 1}
            onPress={() => onChange(parts.filter((_, position) => position !== index))}
          />
          {errors[index] !== undefined && <p className="field-error">{errors[index]}</p>}
        </div>
      ))}
      <Button
        className="button small"
        isDisabled={isDisabled || parts.length >= MOST_PARTS}
        onPress={() => onChange([...parts, { reward: 'terminal', weight: '1' }])}
      >
        Add a part
      </Button>
    </fieldset>
  );
}
