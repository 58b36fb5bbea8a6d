import { otherSeat } from '../../../record/scenario.ts';
import type { Description } from '../../environment.ts';
import type { ArmsScenario } from './scenarios.ts';
import { lastPull } from './state.ts';
import type { ArmsAction, ArmsState } from './state.ts';

export const armsDescription: Description<ArmsState, ArmsScenario, ArmsAction> = {
  label: 'Two arms',
  about: 'A calibration: two levers, one of which pays more; whoever learns at all learns to pull it.',
  seat: ({ names }, seat) => names[seat],
  table: ({ place, rounds }) =>
    `A red and a blue lever ${place}; ${rounds === 1 ? 'one pull' : `${rounds} pulls`} each`,
  goal: () => null,

  board: (state, seat) => [
    { label: 'Your last pull', text: lastPull(state, seat) ?? 'none yet' },
    { label: 'Theirs', text: lastPull(state, otherSeat(seat)) ?? 'none yet' },
  ],

  detail: (action) => (action.kind === 'invalid' ? action.reason : action.lever),
};
