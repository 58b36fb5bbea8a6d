import type { Description } from '../../environment.ts';
import { actsAfter, historyOf } from './cards.ts';
import type { KuhnScenario } from './scenarios.ts';
import { chipsIn } from './state.ts';
import type { KuhnAction, KuhnState } from './state.ts';

export const kuhnDescription: Description<KuhnState, KuhnScenario, KuhnAction> = {
  label: 'Kuhn poker',
  about:
    'A calibration: two players, three cards, one bet; it is known exactly how far a policy is from an equilibrium.',
  seat: ({ names }, seat) => `${names[seat]}, ${seat === 0 ? 'acts first' : 'acts second'}`,
  table: ({ place }) => `A jack, a queen and a king ${place}; 1 chip each in the pot, one bet of 1 chip`,
  goal: ({ deal }, seat) => `holds the ${deal[seat]}`,

  board: (state, seat) => [
    { label: 'Your card', text: state.scenario.deal[seat] },
    { label: 'Pot', text: `${chipsIn(state, 0) + chipsIn(state, 1)} chips` },
    { label: 'Done', text: state.acts.join(', ') || 'nothing yet' },
    { label: 'One may', text: state.phase === 'over' ? 'nothing more' : actsAfter(historyOf(state.acts)).join(' or ') },
  ],

  detail(action) {
    if (action.kind === 'invalid') return action.reason;
    return action.claim === null ? null : `says it has the ${action.claim}`;
  },
};
