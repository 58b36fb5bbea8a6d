import type { SeatIndex } from '../../record/scenario.ts';
import type { Description } from '../environment.ts';
import type { Triple } from '../negotiation/schemas.ts';
import type { PriorityAction } from './action.ts';
import { restOf } from './division.ts';
import { ITEM_INDICES, ITEMS } from './language.ts';
import { valuesOf } from './scenarios.ts';
import type { PriorityScenario } from './scenarios.ts';
import { rawWorth, standingOffer } from './state.ts';
import type { PriorityState } from './state.ts';

export const priorityDescription: Description<PriorityState, PriorityScenario, PriorityAction> = {
  label: 'Priority negotiation',
  about: 'Two campers divide 3 packages each of food, water and firewood, which each needs in another order.',
  seat: (_, seat) => (seat === 0 ? 'opens' : 'answers'),
  table: () => 'On the table: 3 food, 3 water, 3 firewood; 5 of 36 raw points each without a deal',

  goal(scenario, seat) {
    const values = valuesOf(scenario, seat);
    return scenario.rankings[seat].map((item) => `${ITEMS[item]} ${values[item]}`).join(' · ');
  },

  board: (state, seat) => [
    { label: 'Offered to you', text: shareText(standingOffer(state, seat), state, seat) },
    { label: 'You asked for', text: shareText(state.proposals[seat], state, seat) },
  ],

  detail(action) {
    switch (action.kind) {
      case 'propose':
        return `keeps ${listShare(action.share)}, leaves ${listShare(restOf(action.share))}`;
      case 'ask':
        return `what is needed ${action.rank}`;
      case 'tell':
        return `needs ${ITEMS[action.item]} ${action.rank}`;
      case 'appeal':
      case 'spare':
        return ITEMS[action.item];
      case 'invalid':
        return action.reason;
      default:
        return null;
    }
  },
};

function shareText(share: Triple | null, state: PriorityState, seat: SeatIndex): string {
  return share ? `${listShare(share)} (${rawWorth(state, seat, share)} raw points)` : 'nothing yet';
}

/** `3 food, 1 water`. */
function listShare(share: Triple): string {
  const named = ITEM_INDICES.filter((item) => share[item] > 0).map((item) => `${share[item]} ${ITEMS[item]}`);
  return named.length > 0 ? named.join(', ') : 'nothing';
}
