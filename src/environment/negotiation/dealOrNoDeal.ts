import { RandomStream } from '../../base/random.ts';
import { otherSeat, type SeatIndex } from '../../record/scenario.ts';
import type { Environment } from '../environment.ts';
import { readStrategyOn } from './adherence.ts';
import { dealDescription } from './description.ts';
import { nashShare, worth } from './division.ts';
import { ITEMS } from './language.ts';
import { readUtterance } from './readAction.ts';
import { sampleScenario, scenariosOf } from './scenarios.ts';
import { DealAction, DealScenario } from './schemas.ts';
import { speak } from './speech.ts';
import { offerValue, ownProposal, seatToMove, standingOffer, startNegotiation, takeTurn, turnsLeft } from './state.ts';
import type { NegotiationState } from './state.ts';
import { strategyTarget } from './strategies.ts';
import type { AdvisedTable } from './strategies.ts';
import { parseStrategy, writeStrategy } from './strategyText.ts';
import { negotiationYardsticks } from './yardsticks.ts';

/**
 * Deal-or-No-Deal (Lewis et al. 2017, arXiv 1706.05125) in words: two seats divide books, hats and balls whose worth to
 * the other they do not know. Both earn the points of their share when one accepts the other's proposal, else nothing.
 */
export const dealOrNoDeal: Environment<NegotiationState, DealScenario, DealAction> = {
  name: 'deal-or-no-deal',
  description: dealDescription,
  scenarioSchema: DealScenario,
  actionSchema: DealAction,
  turnLimit: 10,
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

  carryOut(state, text, random) {
    const [strategy, table] = [parseStrategy(text), tableFor(state)];
    const applies = strategy !== null && strategyTarget(strategy, table).kind !== 'inapplicable';
    return applies ? speak(strategy, table, random) : null;
  },

  step: takeTurn,
  turnsLeft,
  outcome: (state) => (state.phase === 'over' ? state.outcome : null),
  yardsticks: negotiationYardsticks,
  offerValue,

  proposalValue(state, seat) {
    const proposal = ownProposal(state, seat);
    return proposal && worth(state.scenario.values[seat], proposal);
  },

  /** To ask for the own share of the Nash split, exactly. */
  goalStrategy({ counts, values }, seat) {
    const amounts = nashShare(counts, values[seat], values[otherSeat(seat)]);
    return writeStrategy({ family: 'askFor', items: [], amounts }, new RandomStream(0, 'goal strategy'));
  },

  isProposal: ({ kind }) => kind === 'propose' || kind === 'insist',
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
