/**
 * Every environment, in the order of the menu. A new one has its folder and its line in `environment/registry.ts`; the
 * compiler asks for that line when the name stands here.
 */
export const ENVIRONMENT_NAMES = [
  'deal-or-no-deal',
  'price-bargaining',
  'priority-negotiation',
  'social',
  'sotopia',
  'shop',
  'household',
  'guess-the-number',
  'kuhn-poker',
  'two-arms',
] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

/** What a run, a talk and a command play when nobody says otherwise. */
export const DEFAULT_ENVIRONMENT: EnvironmentName = 'deal-or-no-deal';

export function isEnvironmentName(name: string): name is EnvironmentName {
  return (ENVIRONMENT_NAMES as readonly string[]).includes(name);
}
