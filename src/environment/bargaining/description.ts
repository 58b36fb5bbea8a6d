import { otherSeat } from '../../record/scenario.ts';
import type { Description } from '../environment.ts';
import type { BargainAction } from './actions.ts';
import { BUYER } from './scenarios.ts';
import type { BargainScenario } from './scenarios.ts';
import type { BargainState } from './state.ts';

export const bargainDescription: Description<BargainState, BargainScenario, BargainAction> = {
  label: 'Price bargaining',
  about: 'A buyer and a seller haggle over one item; neither knows how far the other can go.',
  seat: (_, seat) => (seat === BUYER ? 'buyer' : 'seller'),
  table: ({ item, listPrice, flaw, merit }) => `For sale: a ${item}, list price ${listPrice}; ${merit}, with a ${flaw}`,
  goal: ({ limits }, seat) => (seat === BUYER ? `pays at most ${limits[0]}` : `takes at least ${limits[1]}`),

  board: ({ prices }, seat) => [
    { label: 'Their price', text: `${prices[otherSeat(seat)] ?? 'none yet'}` },
    { label: 'Your price', text: `${prices[seat] ?? 'none yet'}` },
  ],

  detail(action) {
    switch (action.kind) {
      case 'offer':
        return [action.price, action.isFinal && 'final', action.point].filter(Boolean).join(', ');
      case 'reject':
        return action.isFirm ? 'firmly' : null;
      case 'ask':
      case 'tell':
        return action.about;
      case 'reveal':
        return `a limit of ${action.limit}`;
      case 'invalid':
        return action.reason;
      default:
        return null;
    }
  },
};
