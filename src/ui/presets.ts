import type { RunConfig } from '../record/runConfig.ts';
import { defaultDraft, type ConfigDraft, type KnobName } from './configForm.ts';

/** A named setting of the knobs that decide how a strategist learns; it leaves sizes, lengths and the seed alone. */
export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly changes: Partial<RunConfig>;
}

export const PRESETS: readonly Preset[] = [
  {
    id: 'default',
    label: 'Default (linear baseline + KL)',
    about: 'Points at the end, minus what the turn’s situation predicts; held near the base by a KL penalty.',
    changes: {},
  },
  {
    id: 'epo-paper',
    label: 'EPO · paper (equation 5)',
    about: 'The paper’s critical turns and its own normalisation, without a KL penalty.',
    changes: { advantage: 'paper', turnReward: 'critical-accepting', klPenaltyPerNat: 0 },
  },
];

/** Every knob that some preset touches; choosing a preset sets all of them. */
const PRESET_KNOBS = [...new Set(PRESETS.flatMap(({ changes }) => Object.keys(changes)))] as KnobName[]; // keys of RunConfig

export function withPreset(draft: ConfigDraft, preset: Preset): ConfigDraft {
  return { ...draft, ...presetTexts(preset) };
}

/** The preset that the draft agrees with; null when a knob has been turned away from all of them. */
export function presetOf(draft: ConfigDraft): Preset | null {
  return (
    PRESETS.find((preset) =>
      Object.entries(presetTexts(preset)).every(([name, text]) => draft[name as KnobName] === text),
    ) ?? null
  ); // keys of PRESET_KNOBS
}

function presetTexts({ changes }: Preset): Partial<Record<KnobName, string>> {
  const defaults = defaultDraft();
  return Object.fromEntries(PRESET_KNOBS.map((name) => [name, String(changes[name] ?? defaults[name])]));
}
