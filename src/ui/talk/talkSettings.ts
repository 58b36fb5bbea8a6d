import { z } from 'zod';
import { RandomStream } from '../../base/random.ts';
import { environmentOf } from '../../environment/registry.ts';
import { DEFAULT_BUILT_IN_MODEL } from '../../record/builtInModel.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES } from '../../record/environmentName.ts';
import { isModelName } from '../../record/modelName.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';

const LARGEST_SEED = 2_147_483_647;
export const LONGEST_STRATEGY = 120;
const defaults = defaultRunConfig();

/** What a talk is a function of, besides what the person says. Anything may stand in a link: nonsense is the default. */
export const TalkSettings = z.object({
  environment: z.enum(ENVIRONMENT_NAMES).catch(DEFAULT_ENVIRONMENT),
  model: z.string().refine(isModelName).catch(DEFAULT_BUILT_IN_MODEL),
  /** Draws the scenario and every token. */
  seed: z.coerce.number().int().min(0).max(LARGEST_SEED).catch(1),
  /** Where the person sits, unless the other side is the world; A opens. */
  seat: z.enum(['A', 'B']).catch('A'),
  strategistTemperature: z.coerce.number().min(0).max(2).catch(defaults.strategistTemperature),
  agentTemperature: z.coerce.number().min(0).max(2).catch(defaults.agentTemperature),
  /** The strategy of the advised answer; empty: the model writes its own. */
  strategy: z.string().max(LONGEST_STRATEGY).catch(''),
});
export type TalkSettings = z.infer<typeof TalkSettings>;

export function talkSettingsFrom(changes: Readonly<Record<string, string>>): TalkSettings {
  return TalkSettings.parse(changes);
}

export const DEFAULT_TALK_SETTINGS = talkSettingsFrom({});

/** Only what differs from the defaults, for the link: `{seed: '7'}`. */
export function changesOfTalk(settings: TalkSettings): Record<string, string> {
  const names = TalkSettings.keyof().options;
  return Object.fromEntries(
    names.filter((name) => settings[name] !== DEFAULT_TALK_SETTINGS[name]).map((name) => [name, `${settings[name]}`]),
  );
}

/** Whether what was said under one setting means nothing under the other. */
export function needsNewStart(before: TalkSettings, after: TalkSettings): boolean {
  const names = ['environment', 'model', 'seed', 'seat'] as const;
  return names.some((name) => before[name] !== after[name]);
}

export function withNextSeed(settings: TalkSettings): TalkSettings {
  return { ...settings, seed: settings.seed < LARGEST_SEED ? settings.seed + 1 : 0 };
}

/** The person's; where the other side is the world, the model plays alone and the person only gives advice. */
export function seatOf({ environment, seat }: Pick<TalkSettings, 'environment' | 'seat'>): SeatIndex {
  return seat === 'B' || environmentOf(environment).worldReply ? 1 : 0;
}

/** One that no training has seen. */
export function scenarioOf({ environment, seed }: Pick<TalkSettings, 'environment' | 'seed'>): Scenario {
  return environmentOf(environment).sampleScenario(new RandomStream(seed, 'talk', 'scenario'), 'validation');
}
