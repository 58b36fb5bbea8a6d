import type { SeatIndex } from '../../record/scenario.ts';
import type { Environment } from '../environment.ts';
import { readStrategyOn } from './adherence.ts';
import { worth } from './division.ts';
import { ITEMS } from './language.ts';
import { readUtterance } from './readAction.ts';
import { sampleScenario, scenariosOf } from './scenarios.ts';
import { offerValue, ownProposal, seatToMove, standingOffer, startNegotiation, takeTurn, turnsLeft } from './state.ts';
import type { NegotiationState } from './state.ts';
import type { AdvisedTable } from './strategies.ts';
import { negotiationYardsticks } from './yardsticks.ts';

/**
 * Deal-or-No-Deal (Lewis et al. 2017, arXiv 1706.05125) in words: two seats divide books, hats and balls whose worth to
 * the other they do not know. Both earn the points of their share when one accepts the other's proposal, else nothing.
 */
export const dealOrNoDeal: Environment<NegotiationState> = {
  name: 'deal-or-no-deal',
  scenarios: scenariosOf,
  sampleScenario,
  start: startNegotiation,
  seatToMove,

  /** `book 2 3 hat 2 2 ball 3 0`: item, how many, worth of one to this seat. */
  view: ({ counts, values }, seat) =>
    ITEMS.map(({ singular }, kind) => `${singular} ${counts[kind]} ${values[seat][kind]}`).join(' '),

  /** Own turns left, own last proposal, the offer on the table as own share with its worth: `3 2 0 1 1 2 2 7`. */
  board(state, seat) {
    const proposal = ownProposal(state, seat)?.join(' ') ?? 'none';
    const offer = standingOffer(state, seat);
    const offerText = offer ? `${offer.join(' ')} ${worth(state.scenario.values[seat], offer)}` : 'none';
    return `${turnsLeft(state, seat)} ${proposal} ${offerText}`;
  },

  readAction: (state, utterance) => readUtterance(utterance, tableFor(state)),
  readStrategy: (state, strategy, action) => readStrategyOn(tableFor(state), strategy, action),
  step: takeTurn,
  offerValue,

  proposalValue(state, seat) {
    const proposal = ownProposal(state, seat);
    return proposal && worth(state.scenario.values[seat], proposal);
  },

  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: negotiationYardsticks,
};

/** The table as the seat to move sees it. */
export function tableFor(state: NegotiationState): AdvisedTable {
  const seat: SeatIndex | null = seatToMove(state);
  if (seat === null) throw new Error('dealOrNoDeal: the negotiation is over, nobody is to speak');
  const { counts, values } = state.scenario;
  return {
    counts,
    values: values[seat],
    proposal: ownProposal(state, seat),
    offer: standingOffer(state, seat),
  };
}
