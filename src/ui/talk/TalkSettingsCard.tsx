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
import { ALL_LESSONS, environmentOf } from '../../environment/registry.ts';
import { isEnvironmentName } from '../../record/environmentName.ts';
import { useModelChoices } from '../models/useModelChoices.ts';
import { Card } from '../parts/Card.tsx';
import { Icon } from '../parts/Icon.tsx';
import { AdviceField } from './AdviceField.tsx';
import { SeatField } from './SeatField.tsx';
import { TemperatureFields } from './TemperatureFields.tsx';
import { talkSettingsFrom, withNextSeed, type TalkSettings } from './talkSettings.ts';
import { useTalk } from './talkStore.ts';

interface TalkSettingsCardProps {
  readonly settings: TalkSettings;
  /** Where the talk stands. */
  readonly state: unknown;
}

/** What is played, who sits where, on which scenario, and how the model draws its words. */
export function TalkSettingsCard({ settings, state }: TalkSettingsCardProps) {
  const { setSettings, startAgain } = useTalk();
  const isUntouched = useTalk((store) => store.talk.entries.length === 0 && store.talk.failure === null);
  const set = (changes: Partial<TalkSettings>) => setSettings({ ...settings, ...changes });
  return (
    <Card title="Set-up" className="talk-settings-card">
      <div className="card-body talk-settings">
        <EnvironmentField settings={settings} onChange={set} />
        <ModelField settings={settings} onChange={set} />
        {!environmentOf(settings.environment).worldReply && (
          <SeatField seat={settings.seat} onChange={(seat) => set({ seat })} />
        )}
        <AdviceField settings={settings} state={state} onChange={set} />
        <TemperatureFields value={settings} onChange={set} />
        <SeedField settings={settings} onChange={set} />
        <div className="talk-setup-tools">
          <Button className="button" data-testid="talk-again" isDisabled={isUntouched} onPress={startAgain}>
            Start again
          </Button>
          <Button className="button" data-testid="talk-new" onPress={() => setSettings(withNextSeed(settings))}>
            New scenario
          </Button>
        </div>
        <p className="talk-note">
          The seed draws the scenario and every word: the same words of yours get the same answers. Another environment,
          model, seat or seed starts again. Nothing leaves this tab.
        </p>
      </div>
    </Card>
  );
}

interface FieldProps {
  readonly settings: TalkSettings;
  onChange(changes: Partial<TalkSettings>): void;
}

function EnvironmentField({ settings, onChange }: FieldProps) {
  return (
    <Select
      className="preset"
      data-testid="talk-environment"
      value={settings.environment}
      onChange={(name) => {
        if (typeof name === 'string' && isEnvironmentName(name)) onChange({ environment: name });
      }}
    >
      <Label>Environment</Label>
      <Button className="input select-button">
        <SelectValue />
        <Icon name="down" />
      </Button>
      <Text slot="description" className="preset-about">
        {environmentOf(settings.environment).description.about}
      </Text>
      <Popover className="list-popover">
        <ListBox>
          {ALL_LESSONS.map(({ environment: { name, description } }) => (
            <ListBoxItem key={name} id={name} className="option" textValue={description.label}>
              {description.label}
              <small>{description.about}</small>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

function ModelField({ settings, onChange }: FieldProps) {
  const choices = useModelChoices(settings.model);
  return (
    <Select
      className="preset"
      value={settings.model}
      onChange={(name) => {
        const chosen = choices.find((candidate) => candidate.name === name);
        if (chosen) onChange({ model: chosen.name });
      }}
    >
      <Label>Model</Label>
      <Button className="input select-button">
        <SelectValue />
        <Icon name="down" />
      </Button>
      <Text slot="description" className="preset-about">
        {choices.find(({ name }) => name === settings.model)?.about}
      </Text>
      <Popover className="list-popover">
        <ListBox>
          {choices.map(({ name, label, about }) => (
            <ListBoxItem key={name} id={name} className="option" textValue={label}>
              {label}
              <small>{about}</small>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

function SeedField({ settings, onChange }: FieldProps) {
  return (
    <TextField
      className="talk-field"
      // Remounted with every seed from elsewhere: while it is typed, the text is the person's.
      key={settings.seed}
      defaultValue={String(settings.seed)}
      onBlur={(event) => {
        const text = (event.target as HTMLInputElement).value; // the field holds one input
        onChange({ seed: talkSettingsFrom({ seed: text.trim() }).seed });
      }}
    >
      <Label>Seed</Label>
      <Input className="input talk-seed" inputMode="numeric" autoComplete="off" data-testid="talk-seed" />
    </TextField>
  );
}
