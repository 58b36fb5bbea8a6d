import type { Environment } from '../src/environment/environment.ts';
import { dealOrNoDeal } from '../src/environment/negotiation/dealOrNoDeal.ts';
import { DealAction, DealScenario } from '../src/environment/negotiation/schemas.ts';
import type { SeatIndex } from '../src/record/scenario.ts';

interface WordState {
  readonly scenario: DealScenario;
  readonly turnLimit: number;
  /** Words that count, per turn. */
  readonly counts: readonly number[];
}

/**
 * A game that a model without any training can win: a seat gets a point for each word with an "a" in its latest utterance,
 * and the partner's are what it is offered. Three of them in one utterance end the episode with a deal.
 */
export const wordGame: Environment<WordState, DealScenario, DealAction> = {
  name: dealOrNoDeal.name,
  description: { ...dealOrNoDeal.description, board: () => [] },
  scenarioSchema: DealScenario,
  actionSchema: DealAction,
  turnLimit: dealOrNoDeal.turnLimit,
  scenarios: dealOrNoDeal.scenarios,
  sampleScenario: dealOrNoDeal.sampleScenario,
  view: dealOrNoDeal.view,
  yardsticks: dealOrNoDeal.yardsticks,
  start: (scenario, turnLimit) => ({ scenario, turnLimit, counts: [] }),
  seatToMove: (state) => (wordGame.outcome(state) ? null : seatOf(state.counts.length)),
  board: (state) => `${state.turnLimit - state.counts.length}`,
  readAction: (_state, utterance) => ({
    kind: 'propose',
    share: [Math.min(10, utterance.split(' ').filter((word) => word.includes('a')).length), 0, 0],
  }),
  readStrategy: (_state, strategy) => ({
    family: strategy.includes('z') ? 'all' : null,
    isApplicable: strategy.includes('z'),
    isFollowed: null,
  }),
  carryOut: (_state, strategy) => strategy,
  step: (state, action) => ({ ...state, counts: [...state.counts, 'share' in action ? action.share[0] : 0] }),
  offerValue: ({ counts }) => counts.at(-1) ?? null,
  proposalValue: ({ counts }) => counts.at(-2) ?? null,
  turnsLeft: ({ counts, turnLimit }) => turnLimit - counts.length,
  outcome({ counts, turnLimit }) {
    const isDeal = (counts.at(-1) ?? 0) >= 3;
    if (!isDeal && counts.length < turnLimit) return null;
    const last = (seat: SeatIndex) => counts.findLast((_, turn) => seatOf(turn) === seat) ?? 0;
    return { endReason: isDeal ? 'agreement' : 'turn-limit', points: [last(0), last(1)], isParetoOptimal: isDeal };
  },
};

function seatOf(turn: number): SeatIndex {
  return turn % 2 === 0 ? 0 : 1;
}
