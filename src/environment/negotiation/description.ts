import type { SeatIndex } from '../../record/scenario.ts';
import type { Description } from '../environment.ts';
import { complement, worth } from './division.ts';
import { ITEMS, itemName, KINDS, listItems } from './language.ts';
import type { DealAction, DealScenario, Triple } from './schemas.ts';
import { ownProposal, standingOffer } from './state.ts';
import type { NegotiationState } from './state.ts';

export const dealDescription: Description<NegotiationState, DealScenario, DealAction> = {
  label: 'Deal or No Deal',
  about: 'Two seats divide books, hats and balls, whose worth to the other they do not know.',
  seat: (_, seat) => (seat === 0 ? 'opens' : 'answers'),

  table: ({ counts }) =>
    `On the table: ${KINDS.map((kind) => `${counts[kind]} ${itemName(kind, counts[kind])}`).join(', ')}`,

  /** `book 1 · hat 3 · ball 1 = 10`: what one of each is worth, and everything together. */
  goal({ counts, values }, seat) {
    const each = KINDS.map((kind) => `${ITEMS[kind]?.singular} ${values[seat][kind]}`).join(' · ');
    return `${each} = ${worth(values[seat], counts)}`;
  },

  board: (state, seat) => [
    { label: 'Offered to you', text: shareText(standingOffer(state, seat), state.scenario, seat) },
    { label: 'You asked for', text: shareText(ownProposal(state, seat), state.scenario, seat) },
  ],

  detail(action, { counts }) {
    switch (action.kind) {
      case 'propose':
      case 'insist':
        return `keeps ${listItems(action.share, counts)}, leaves ${listItems(complement(counts, action.share), counts)}`;
      case 'ask':
      case 'tell':
        return action.item === undefined ? null : itemName(action.item, 2);
      case 'talk':
        return action.topic?.replace('-', ' ') ?? null;
      case 'invalid':
        return action.reason;
      default:
        return null;
    }
  },
};

/** `2 hats and 1 ball (worth 7)`. */
function shareText(share: Triple | null, { counts, values }: DealScenario, seat: SeatIndex): string {
  return share ? `${listItems(share, counts)} (worth ${worth(values[seat], share)})` : 'nothing yet';
}
