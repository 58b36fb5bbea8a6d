import type { SeatIndex } from '../../record/scenario.ts';
import { COMPANIONS, ITEMS, NEEDS, SPARES } from './language.ts';
import { valuesOf } from './scenarios.ts';
import type { PriorityScenario, Story } from './scenarios.ts';
import { rawWorth, standingOffer, turnsLeft } from './state.ts';
import type { PriorityState } from './state.ts';
import type { AdvisedTable } from './strategies.ts';
import type { Triple } from '../negotiation/schemas.ts';

/**
 * `kids high food 5 get hungry fast middle water 4 drink a lot low firewood 3 sleep in the car`: who came along, then each
 * item with its worth per package and what can be said about it.
 */
export function viewOf({ rankings, stories }: PriorityScenario, seat: SeatIndex): string {
  const [high, middle, low] = rankings[seat];
  const { companion, needs, spares } = stories[seat];
  return [
    COMPANIONS[companion],
    `high ${ITEMS[high]} 5 ${NEEDS[high][needs[high]]}`,
    `middle ${ITEMS[middle]} 4 ${NEEDS[middle][needs[middle]]}`,
    `low ${ITEMS[low]} 3 ${SPARES[low][spares[low]]}`,
  ].join(' ');
}

/**
 * `turns 4 most food least firewood mine 3 food 2 water 0 firewood offer none`: own turns left, what matters most and least
 * to the seat, its last proposal, the standing offer as own share with its raw worth (`worth 22`).
 */
export function boardOf(state: PriorityState, seat: SeatIndex): string {
  const proposal = state.proposals[seat];
  const offer = standingOffer(state, seat);
  const offerText = offer ? `${shareWords(offer)} worth ${rawWorth(state, seat, offer)}` : 'none';
  const [high, , low] = state.scenario.rankings[seat];
  return `turns ${turnsLeft(state, seat)} most ${ITEMS[high]} least ${ITEMS[low]} mine ${proposal ? shareWords(proposal) : 'none'} offer ${offerText}`;
}

function shareWords(share: Triple): string {
  return share.map((count, item) => `${count} ${ITEMS[item]}`).join(' ');
}

/** What the seat sees that strategies refer to. */
export function advisedTable(state: PriorityState, seat: SeatIndex): AdvisedTable {
  return {
    ranking: state.scenario.rankings[seat],
    values: ownValues(state, seat),
    proposal: state.proposals[seat],
    offer: standingOffer(state, seat),
  };
}

export function ownValues(state: PriorityState, seat: SeatIndex): Triple {
  return valuesOf(state.scenario, seat);
}

export function ownStory(state: PriorityState, seat: SeatIndex): Story {
  return state.scenario.stories[seat];
}
