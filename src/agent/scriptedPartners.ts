import type { RandomStream } from '../base/random.ts';
import type { EnvironmentName } from '../record/environmentName.ts';
import type { SeatIndex } from '../record/scenario.ts';
import { SCRIPTED_PARTNERS } from './scriptedPartner.ts';

/** Speaks in states of its own environment, and in no others. */
export type AnyScriptedPartner = (state: unknown, seat: SeatIndex, random: RandomStream) => string;

const PARTNERS: Readonly<Partial<Record<EnvironmentName, Readonly<Record<string, AnyScriptedPartner>>>>> = {
  // They take negotiation states; whoever looks them up by environment has no others.
  'deal-or-no-deal': SCRIPTED_PARTNERS as Readonly<Record<string, AnyScriptedPartner>>,
};

/** Partners of known character in this environment, by name: what may follow `scripted:`. */
export function scriptedPartnersOf(environment: EnvironmentName): ReadonlyMap<string, AnyScriptedPartner> {
  return new Map(Object.entries(PARTNERS[environment] ?? {}));
}
