import type { RandomStream } from '../base/random.ts';
import { lessonsOf } from '../environment/registry.ts';
import type { EnvironmentName } from '../record/environmentName.ts';
import type { SeatIndex } from '../record/scenario.ts';
import { TEMPERAMENT_NAMES, type TemperamentName } from '../record/temperament.ts';
import { SCRIPTED_PARTNERS } from './scriptedPartner.ts';

/** Speaks in states of its own environment, and in no others. */
export type AnyScriptedPartner = (state: unknown, seat: SeatIndex, random: RandomStream) => string;

const YARDSTICKS: Readonly<Partial<Record<EnvironmentName, Readonly<Record<string, AnyScriptedPartner>>>>> = {
  // They take negotiation states; whoever looks them up by environment has no others.
  'deal-or-no-deal': SCRIPTED_PARTNERS as Readonly<Record<string, AnyScriptedPartner>>,
};

/** Partners of known character in this environment, by name: what may follow `scripted:`. Negotiators have temperaments. */
export function scriptedPartnersOf(environment: EnvironmentName): ReadonlyMap<string, AnyScriptedPartner> {
  const negotiators = TEMPERAMENT_NAMES.flatMap((name) => {
    const negotiator = negotiatorOf(environment, name);
    return negotiator ? [[name, negotiator] as const] : [];
  });
  return new Map([...Object.entries(YARDSTICKS[environment] ?? {}), ...negotiators]);
}

/** A negotiator of that temperament; null where the environment has none. */
export function negotiatorOf(environment: EnvironmentName, temperament: TemperamentName): AnyScriptedPartner | null {
  const lessons = lessonsOf(environment);
  const negotiate = lessons.negotiate?.bind(lessons);
  if (!negotiate) return null;
  return (state, seat, random) => negotiate(temperament, state, seat, random);
}
