import { OBJECTIVE_PRESETS } from '../record/objectivePreset.ts';
import { PRESET, type KnobName, type RunConfig } from '../record/runConfig.ts';
import { defaultDraft, type ConfigDraft } from './configForm.ts';

/** A named setting of the knobs that decide how a strategist learns; it leaves sizes, lengths and the seed alone. */
export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly changes: Partial<Pick<RunConfig, KnobName>>;
}

/** Choosing a preset takes back what was turned on another one. */
const PARTS_OF_THE_PRESET = {
  advantage: PRESET,
  aggregation: PRESET,
  klPenaltyPerNat: PRESET,
  klEstimator: PRESET,
  klTargetNats: 0,
  klSchedule: 'constant',
  clipLow: PRESET,
  clipHigh: PRESET,
  entropyBonusPerNat: PRESET,
  entropyTargetNats: 0,
  dynamicSampling: PRESET,
} as const satisfies Partial<Pick<RunConfig, KnobName>>;

/** The objectives that ship, each with the reward and discount of its source; the parts themselves are as the preset says. */
export const PRESETS: readonly Preset[] = OBJECTIVE_PRESETS.map(({ name, label, about, knobs }) => ({
  id: name,
  label,
  about,
  changes: { preset: name, ...knobs, ...PARTS_OF_THE_PRESET },
}));

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
