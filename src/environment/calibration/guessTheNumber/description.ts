import type { Description } from '../../environment.ts';
import { HIGHEST, LOWEST } from './scenarios.ts';
import type { GuessScenario } from './scenarios.ts';
import type { GuessAction, GuessState } from './state.ts';

export const guessDescription: Description<GuessState, GuessScenario, GuessAction> = {
  label: 'Guess the number',
  about: 'A calibration: a hidden number is found in eight guesses by whoever halves what is left.',
  seat: ({ name }, seat) => (seat === 0 ? 'guesses' : `${name}, who has counted`),
  table: ({ name, unit, place }) => `${name} has counted the ${unit} ${place}: ${LOWEST} to ${HIGHEST}`,
  goal: ({ number }, seat) => (seat === 0 ? null : `the number is ${number}`),

  board: ({ low, high, last }) => [
    { label: 'Still possible', text: low === high ? `${low}` : `${low} to ${high}` },
    { label: 'Last guess', text: `${last ?? 'none yet'}` },
  ],

  detail(action) {
    switch (action.kind) {
      case 'guess':
        return `${action.number}`;
      case 'answer':
        return action.hint;
      case 'invalid':
        return action.reason;
      default:
        return null;
    }
  },
};
