import language from './language.json' with { type: 'json' };

/** The words of the game. `language.json` is their one home. */
export const NAMES = language.names;
export const PLACES = language.places;
export const STRATEGIES = language.strategies;
export const FOREIGN_STRATEGIES = language.foreignStrategies;
export const { openers: OPENERS, acts: ACT_PHRASES, closers: CLOSERS, claims: CLAIMS, noise: NOISE } = language;

export type StrategyFamily = keyof typeof STRATEGIES;
export const FAMILIES = Object.keys(STRATEGIES) as readonly StrategyFamily[]; // keys of an object literal's type
