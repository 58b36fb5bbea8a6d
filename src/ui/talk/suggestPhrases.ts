import { evenShare } from '../../environment/negotiation/division.ts';
import { ITEMS, KINDS, listItems } from '../../environment/negotiation/language.ts';
import { standingOffer, type NegotiationState } from '../../environment/negotiation/state.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';

/** A few short phrases that fit the table and that the game certainly reads: a way in for who has never played. */
export function suggestPhrases({ counts, values }: Scenario, table: NegotiationState, seat: SeatIndex): string[] {
  const dearest = KINDS.reduce((best, kind) => (values[seat][kind] > values[seat][best] ? kind : best));
  const phrases = [
    'What do you care about?',
    `I really care about the ${ITEMS[dearest]?.plural}.`,
    `I take ${listItems(evenShare(counts, values[seat]), counts)} and you get the rest.`,
  ];
  return standingOffer(table, seat) ? ['Deal!', 'Sorry, that does not work for me.', ...phrases] : phrases;
}
