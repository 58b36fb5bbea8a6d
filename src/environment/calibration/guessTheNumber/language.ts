import language from './language.json' with { type: 'json' };

/** The words of the game. `language.json` is their one home. */
export const NAMES = language.names;
export const THINGS = language.things;
export const STRATEGIES = language.strategies;
export const FOREIGN_STRATEGIES = language.foreignStrategies;
export const ANSWERS = language.answers;
export const { openers: OPENERS, guesses: GUESSES, repeatedGuesses: REPEATED_GUESSES } = language;
export const { guessClosers: GUESS_CLOSERS, questions: QUESTIONS, hesitations: HESITATIONS } = language;
export const { surrenders: SURRENDERS, noise: NOISE } = language;

export type StrategyFamily = keyof typeof STRATEGIES;
export const FAMILIES = Object.keys(STRATEGIES) as readonly StrategyFamily[]; // keys of an object literal's type
