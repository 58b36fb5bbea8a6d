import { z } from 'zod';
import { rulePlayersOf } from '../../agent/rulePlayers.ts';
import { RandomStream } from '../../base/random.ts';
import { environmentOf, type AnyEnvironment } from '../../environment/registry.ts';
import { runEnvironment } from '../../environment/runEnvironment.ts';
import { DEFAULT_BUILT_IN_MODEL } from '../../record/builtInModel.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES } from '../../record/environmentName.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { otherSeat, Split, type Scenario, type SeatIndex } from '../../record/scenario.ts';
import type { PackRow } from '../../storage/rows.ts';

const LARGEST_SEED = 2_147_483_647;
export const LONGEST_STRATEGY = 120;
const defaults = defaultRunConfig();
const temperature = (usual: number) => z.coerce.number().min(0).max(2).catch(usual);

/** `base:MODEL` before training, `checkpoint:ID` after it, `fixed`, `own` (its agent writes one) or `none`. */
export const StrategistId = z.string().regex(/^(?:none|own|fixed|base:.+|checkpoint:.+)$/u);
/** `model`, `chat`, `browser`, or `script:NAME`. */
const PartnerId = z.string().regex(/^(?:model|chat|browser|script:.+)$/u);

/** What a play is a function of, besides what the person says. Anything may stand in a link: nonsense is the default. */
export const PlaySettings = z.object({
  environment: z.enum(ENVIRONMENT_NAMES).catch(DEFAULT_ENVIRONMENT),
  /** Name of a pack of the person's own, in the place of the built-in scenarios; empty: none. */
  pack: z.string().max(200).catch(''),
  split: Split.catch('validation'),
  /** Which scenario of the split, from 0; empty: one that the seed draws. */
  place: z
    .string()
    .regex(/^\d{0,6}$/u)
    .catch(''),
  /** Draws the scenario and every token. */
  seed: z.coerce.number().int().min(0).max(LARGEST_SEED).catch(1),
  /** Where the person sits; A opens. Where the other side is the world, A. */
  seat: z.enum(['A', 'B']).catch('A'),
  partner: PartnerId.catch('model'),
  partnerStrategist: StrategistId.catch(`base:${DEFAULT_BUILT_IN_MODEL}`),
  /** What a fixed strategist says. */
  partnerStrategy: z.string().max(LONGEST_STRATEGY).catch(''),
  /** Who whispers strategies to the person; `none`: nobody. */
  adviser: StrategistId.catch('none'),
  strategistTemperature: temperature(defaults.strategistTemperature),
  agentTemperature: temperature(defaults.agentTemperature),
});
export type PlaySettings = z.infer<typeof PlaySettings>;

export function playSettingsFrom(changes: Readonly<Record<string, string>>): PlaySettings {
  const settings = PlaySettings.parse(changes);
  const [kind, name = ''] = settings.partner.split(/:(.*)/su);
  const isKnown = kind !== 'script' || rulePlayersOf(settings.environment).includes(name);
  return { ...settings, partner: isKnown ? settings.partner : 'model' };
}

export const DEFAULT_PLAY_SETTINGS = playSettingsFrom({});

/** Only what differs from the defaults, for the link: `{seed: '7'}`. */
export function changesOfPlay(settings: PlaySettings): Record<string, string> {
  const names = PlaySettings.keyof().options;
  return Object.fromEntries(
    names.filter((name) => settings[name] !== DEFAULT_PLAY_SETTINGS[name]).map((name) => [name, `${settings[name]}`]),
  );
}

/** Whether what was said under one setting means nothing under the other. An adviser may come and go. */
export function needsNewPlay(before: PlaySettings, after: PlaySettings): boolean {
  const names = ['environment', 'pack', 'split', 'place', 'seed', 'seat', 'partner', 'partnerStrategist'] as const;
  return names.some((name) => before[name] !== after[name]);
}

/** The next scenario: of the split's list where one was chosen, else another seed. */
export function withNextScenario(settings: PlaySettings): PlaySettings {
  if (settings.place !== '') return { ...settings, place: String(Number(settings.place) + 1) };
  return { ...settings, seed: settings.seed < LARGEST_SEED ? settings.seed + 1 : 0 };
}

/** The person's. Where the other side is the world, the only one that anybody plays. */
export function personSeatOf({ environment, seat }: Pick<PlaySettings, 'environment' | 'seat'>): SeatIndex {
  return seat === 'B' && !environmentOf(environment).worldReply ? 1 : 0;
}

export function partnerSeatOf(settings: Pick<PlaySettings, 'environment' | 'seat'>): SeatIndex {
  return otherSeat(personSeatOf(settings));
}

/** What is played: the environment, with the scenarios of the pack if there is one. */
export interface Stage {
  readonly environment: AnyEnvironment;
  readonly scenario: Scenario;
}

/**
 * @param packs those that this browser keeps
 * @throws AppError `scenario-pack-unusable`
 */
export function stageOf(
  { environment: name, pack, split, place, seed }: PlaySettings,
  packs: readonly PackRow[],
): Stage | null {
  const saved = packs.find((row) => row.name === pack);
  if (pack !== '' && !saved) return null;
  const environment = runEnvironment({ environment: name, pack: saved?.text ?? '' });
  const scenarios = place === '' && pack === '' ? null : environment.scenarios(split);
  if (!scenarios)
    return { environment, scenario: environment.sampleScenario(new RandomStream(seed, 'play', 'scenario'), split) };
  const index = place === '' ? seed : Number(place);
  const scenario = scenarios[index % Math.max(1, scenarios.length)];
  return scenario ? { environment, scenario } : null;
}
