import { assertNever } from '../../base/errors.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import { complement, isParetoOptimal, pointsOfDeal, worth } from './division.ts';
import type { DealAction, DealScenario, Triple } from './schemas.ts';

interface Table {
  readonly scenario: DealScenario;
  /** Turns of both seats together. Seat 0 opens. */
  readonly turnLimit: number;
  /** Turns taken so far. */
  readonly turnIndex: number;
  /** Each seat's last proposal as its own share. It stands until that seat makes another: rejecting does not remove it. */
  readonly proposals: readonly [Triple | null, Triple | null];
  /** Everything done so far; the seats take turns. */
  readonly actions: readonly DealAction[];
}

export type NegotiationState =
  (Table & { readonly phase: 'talking' }) | (Table & { readonly phase: 'over'; readonly outcome: Outcome });

const NO_DEAL = { points: [0, 0], isParetoOptimal: false } as const;

export function startNegotiation(scenario: DealScenario, turnLimit: number): NegotiationState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startNegotiation: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  return { phase: 'talking', scenario, turnLimit, turnIndex: 0, proposals: [null, null], actions: [] };
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: NegotiationState, action: DealAction): NegotiationState {
  if (state.phase === 'over') throw new Error('takeTurn: the negotiation is already over');
  const seat = seatOfTurn(state.turnIndex);
  switch (action.kind) {
    case 'propose':
    case 'insist':
      return passTurn(state, action, withProposal(state, seat, action.share));
    case 'accept':
      return endWithDeal(state, action, seat);
    case 'walk-away':
      return end(state, action, { endReason: 'walk-away', ...NO_DEAL });
    case 'reject':
    case 'ask':
    case 'tell':
    case 'talk':
    case 'invalid':
      return passTurn(state, action, state.proposals);
    default:
      return assertNever(action);
  }
}

/** Whose turn it is; null when the negotiation is over. */
export function seatToMove(state: NegotiationState): SeatIndex | null {
  return state.phase === 'over' ? null : seatOfTurn(state.turnIndex);
}

/** The seat's last proposal, as its own share. */
export function ownProposal(state: NegotiationState, seat: SeatIndex): Triple | null {
  return state.proposals[seat];
}

/** What the seat would get by accepting now: the partner's standing proposal as the seat's own share. */
export function standingOffer(state: NegotiationState, seat: SeatIndex): Triple | null {
  const proposal = state.proposals[otherSeat(seat)];
  return state.phase === 'over' || proposal === null ? null : complement(state.scenario.counts, proposal);
}

/** Value of the seat's standing offer to that seat; null when there is none. */
export function offerValue(state: NegotiationState, seat: SeatIndex): number | null {
  const offer = standingOffer(state, seat);
  return offer && worth(state.scenario.values[seat], offer);
}

/** Turns the seat has left, this one included. */
export function turnsLeft(state: NegotiationState, seat: SeatIndex): number {
  if (state.phase === 'over') return 0;
  const remaining = state.turnLimit - state.turnIndex;
  return seatOfTurn(state.turnIndex) === seat ? Math.ceil(remaining / 2) : Math.floor(remaining / 2);
}

function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}

function withProposal(table: Table, seat: SeatIndex, share: Triple): Table['proposals'] {
  const isPossible = share.every((amount, kind) => amount >= 0 && amount <= (table.scenario.counts[kind] ?? 0));
  if (!isPossible) throw new RangeError(`takeTurn: the share ${share.join(',')} is not on the table`);
  return seat === 0 ? [share, table.proposals[1]] : [table.proposals[0], share];
}

/** What a seat has done so far, in order. Both seats hear all of it. */
export function actionsOf(state: NegotiationState, seat: SeatIndex): readonly DealAction[] {
  return state.actions.filter((_, turnIndex) => seatOfTurn(turnIndex) === seat);
}

function passTurn(table: Table, action: DealAction, proposals: Table['proposals']): NegotiationState {
  const { scenario, turnLimit, turnIndex } = table;
  const next = { scenario, turnLimit, turnIndex: turnIndex + 1, proposals, actions: [...table.actions, action] };
  if (next.turnIndex < turnLimit) return { phase: 'talking', ...next };
  return { phase: 'over', ...next, outcome: { endReason: 'turn-limit', ...NO_DEAL } };
}

function endWithDeal(table: Table, action: DealAction, seat: SeatIndex): NegotiationState {
  const { counts } = table.scenario;
  const partnerShare = table.proposals[otherSeat(seat)];
  if (!partnerShare) throw new Error('takeTurn: there is no offer to accept');
  return end(table, action, {
    endReason: 'agreement',
    points: pointsOfDeal(table.scenario, otherSeat(seat), partnerShare),
    isParetoOptimal: isParetoOptimal(table.scenario, seat === 1 ? partnerShare : complement(counts, partnerShare)),
  });
}

function end(table: Table, action: DealAction, outcome: Outcome): NegotiationState {
  const { scenario, turnLimit, turnIndex, proposals } = table;
  const actions = [...table.actions, action];
  return { phase: 'over', scenario, turnLimit, turnIndex: turnIndex + 1, proposals, actions, outcome };
}
