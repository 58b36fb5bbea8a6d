import { Button } from 'react-aria-components';
import { rulePlayersOf } from '../../agent/rulePlayers.ts';
import { ALL_LESSONS, environmentOf } from '../../environment/registry.ts';
import type { EnvironmentName } from '../../record/environmentName.ts';
import { useLive } from '../database.ts';
import { Card } from '../parts/Card.tsx';
import { Picker } from '../parts/Picker.tsx';
import { PlainField } from '../parts/PlainField.tsx';
import { Segments } from '../parts/Segments.tsx';
import { savedPacks } from '../scenarios/packQueries.ts';
import { useModels } from '../models/modelsStore.ts';
import { hasPromptApi } from '../promptApi.ts';
import { useExtras } from '../train/extrasStore.ts';
import { parseServer } from '../train/serverDraft.ts';
import { ServerFields } from '../train/ServerFields.tsx';
import { SeatField } from '../talk/SeatField.tsx';
import { TemperatureFields } from '../talk/TemperatureFields.tsx';
import { playSettingsFrom, withNextScenario, type PlaySettings } from './playSettings.ts';
import { usePlay } from './playStore.ts';
import { strategistOptions, type ListedStrategist, type StrategistOption } from './strategists.ts';

interface PlaySetupProps {
  readonly settings: PlaySettings;
  readonly trained: readonly ListedStrategist[];
}

const NONE: readonly string[] = [];

/** Everybody who may write strategies. */
function useStrategists(trained: readonly ListedStrategist[]): readonly StrategistOption[] {
  const kept = useModels((store) => store.models.kept);
  return strategistOptions(trained, kept?.map(({ model }) => model.modelName) ?? NONE);
}

const SPLITS = [
  { id: 'train', label: 'Train' },
  { id: 'validation', label: 'Validation' },
  { id: 'test', label: 'Test' },
] as const;

/** What is played, where the person sits, who sits opposite, and who whispers. */
export function PlaySetup({ settings, trained }: PlaySetupProps) {
  const { setSettings, leave } = usePlay();
  const advisers = useStrategists(trained);
  const isUntouched = usePlay((store) => store.play.episodeId === null);
  const set = (changes: Partial<PlaySettings>) => setSettings({ ...settings, ...changes });
  const isAlone = environmentOf(settings.environment).worldReply !== undefined;
  return (
    <Card title="Set-up" className="play-setup-card">
      <div className="card-body talk-settings">
        <WhatIsPlayed settings={settings} onChange={set} />
        {!isAlone && <SeatField seat={settings.seat} onChange={(seat) => set({ seat })} />}
        <Picker
          label="Your adviser"
          showsLabel
          options={[{ id: 'none', label: 'nobody', note: 'you are on your own' }, ...advisers]}
          value={settings.adviser}
          onChange={(adviser) => set({ adviser })}
        />
        <p className="field-note">Whispers a strategy to you before each of your turns. You need not follow it.</p>
        {!isAlone && <Partner settings={settings} trained={trained} onChange={set} />}
        <details className="play-more">
          <summary>How words are drawn</summary>
          <TemperatureFields value={settings} onChange={set} />
        </details>
        <div className="talk-setup-tools">
          <Button className="button" data-testid="play-leave" isDisabled={isUntouched} onPress={leave}>
            Start again
          </Button>
          <Button className="button" data-testid="play-new" onPress={() => setSettings(withNextScenario(settings))}>
            New scenario
          </Button>
        </div>
      </div>
    </Card>
  );
}

interface FieldProps {
  readonly settings: PlaySettings;
  onChange(changes: Partial<PlaySettings>): void;
}

function WhatIsPlayed({ settings, onChange }: FieldProps) {
  const packs = useLive(savedPacks, null).value ?? [];
  const environments = ALL_LESSONS.map(({ environment: { name, description } }) => ({
    id: name,
    label: description.label,
    note: description.about,
  }));
  const choose = (name: string) => {
    const partner = settings.partner.startsWith('script:') ? 'script:teacher' : settings.partner;
    onChange({ environment: name as EnvironmentName, pack: '', place: '', partner }); // a name of the list above
  };
  return (
    <>
      <Picker label="Environment" showsLabel options={environments} value={settings.environment} onChange={choose} />
      {settings.environment === 'sotopia' && (
        <Picker
          label="Scenarios"
          showsLabel
          options={[
            { id: '', label: 'built-in', note: 'written for Parley' },
            ...packs.map(({ name }) => ({ id: name, label: name, note: 'a pack of yours' })),
          ]}
          value={settings.pack}
          onChange={(pack) => onChange({ pack, place: pack === '' ? '' : '0' })}
        />
      )}
      <div className="talk-field">
        <span>From</span>
        <Segments
          label="Split of the scenario"
          mode="one"
          options={SPLITS}
          selected={[settings.split]}
          onChange={([split = 'validation']) => onChange({ split })}
        />
      </div>
      <div className="play-place">
        <PlainField
          label="Scenario"
          inputMode="decimal"
          placeholder="by seed"
          testId="play-place"
          value={settings.place}
          onChange={(place) => onChange({ place: playSettingsFrom({ place: place.trim() }).place })}
        />
        <PlainField
          label="Seed"
          inputMode="decimal"
          testId="play-seed"
          value={String(settings.seed)}
          onChange={(seed) => onChange({ seed: playSettingsFrom({ seed: seed.trim() }).seed })}
        />
      </div>
    </>
  );
}

function Partner({ settings, trained, onChange }: FieldProps & { readonly trained: readonly ListedStrategist[] }) {
  const server = useExtras((store) => store.extras.servers.agent);
  const partners = [
    { id: 'model', label: 'a model', note: 'the frozen agent, advised by a strategist' },
    { id: 'chat', label: 'a chat server', note: 'any OpenAI-compatible server' },
    ...(hasPromptApi()
      ? [{ id: 'browser', label: 'the browser’s own model', note: 'on this machine; nothing leaves it' }]
      : []),
    ...rulePlayersOf(settings.environment).map((name) => ({
      id: `script:${name}`,
      label: `by rule: ${name}`,
      note: 'rules with a temperament; nobody advises them',
    })),
  ];
  const isChat = settings.partner === 'chat';
  const parsed = parseServer(server);
  const strategists = [
    ...useStrategists(trained),
    ...(isChat || settings.partner === 'browser'
      ? [{ id: 'own', label: 'itself', note: 'ReAct: it writes a strategy before it acts' }]
      : []),
    { id: 'fixed', label: 'a fixed strategy', note: 'the same words before each turn' },
    { id: 'none', label: 'nobody', note: 'the agent acts without a strategy' },
  ];
  return (
    <>
      <Picker
        label="Your partner"
        showsLabel
        options={partners}
        value={settings.partner}
        onChange={(partner) =>
          onChange({ partner, ...(settings.partnerStrategist === 'own' && { partnerStrategist: 'none' }) })
        }
      />
      {!settings.partner.startsWith('script:') && (
        <Picker
          label="Advised by"
          showsLabel
          options={strategists}
          value={settings.partnerStrategist}
          onChange={(partnerStrategist) => onChange({ partnerStrategist })}
        />
      )}
      {!settings.partner.startsWith('script:') && settings.partnerStrategist === 'fixed' && (
        <PlainField
          label="The fixed strategy"
          value={settings.partnerStrategy}
          maxLength={120}
          onChange={(partnerStrategy) => onChange({ partnerStrategy })}
        />
      )}
      {isChat && (
        <ServerFields
          role="agent"
          title="Partner’s server"
          note="What you say, the board, and the partner’s own goal go there."
          server={server}
          errors={parsed.ok || server.baseUrl === '' ? {} : parsed.error}
          isDisabled={false}
        />
      )}
    </>
  );
}
