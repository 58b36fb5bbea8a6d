import { assertNever } from '../../base/errors.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import { worth } from '../negotiation/division.ts';
import type { PriorityAction } from './action.ts';
import { isEfficient, pointsOfRaw, RAW_WITHOUT_DEAL, restOf } from './division.ts';
import type { Item } from './language.ts';
import { valuesOf } from './scenarios.ts';
import type { PriorityScenario } from './scenarios.ts';
import type { Triple } from '../negotiation/schemas.ts';

/** What a seat has said about its own priorities so far, true or not. */
export interface Told {
  readonly most: Item | null;
  readonly least: Item | null;
}

interface Table {
  readonly scenario: PriorityScenario;
  /** Turns of both seats together. Seat 0 opens. */
  readonly turnLimit: number;
  readonly turnIndex: number;
  /** Each seat's last proposal as its own share. It stands until that seat makes another: rejecting does not remove it. */
  readonly proposals: readonly [Triple | null, Triple | null];
  readonly told: readonly [Told, Told];
  /** What the last utterance did; null before the first. */
  readonly lastAction: PriorityAction | null;
}

export type PriorityState =
  (Table & { readonly phase: 'talking' }) | (Table & { readonly phase: 'over'; readonly outcome: Outcome });

const TOLD_NOTHING: Told = { most: null, least: null };

export function startCamp(scenario: PriorityScenario, turnLimit: number): PriorityState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startCamp: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  return {
    phase: 'talking',
    scenario,
    turnLimit,
    turnIndex: 0,
    proposals: [null, null],
    told: [TOLD_NOTHING, TOLD_NOTHING],
    lastAction: null,
  };
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: PriorityState, action: PriorityAction): PriorityState {
  if (state.phase === 'over') throw new Error('takeTurn: the dialogue is already over');
  const seat = seatOfTurn(state.turnIndex);
  const next: Table = { ...tableOf(state), turnIndex: state.turnIndex + 1, lastAction: action };
  switch (action.kind) {
    case 'propose':
      return passTurn({ ...next, proposals: replaceAt(state.proposals, seat, checkedShare(action.share)) });
    case 'accept':
      return endWithDeal(next, seat);
    case 'walk-away':
      return endWithoutDeal(next, 'walk-away');
    case 'tell':
      return passTurn({ ...next, told: tell(state.told, seat, action.rank, action.item) });
    case 'appeal':
      return passTurn({ ...next, told: tell(state.told, seat, 'most', action.item) });
    case 'spare':
      return passTurn({ ...next, told: tell(state.told, seat, 'least', action.item) });
    case 'reject':
    case 'ask':
    case 'warn':
    case 'empathise':
    case 'small-talk':
    case 'talk':
    case 'invalid':
      return passTurn(next);
    default:
      return assertNever(action);
  }
}

/** Whose turn it is; null when it is over. */
export function seatToMove(state: PriorityState): SeatIndex | null {
  return state.phase === 'over' ? null : seatOfTurn(state.turnIndex);
}

/** What the seat would get by accepting now: the partner's standing proposal as the seat's own share. */
export function standingOffer(state: PriorityState, seat: SeatIndex): Triple | null {
  const proposal = state.proposals[otherSeat(seat)];
  return state.phase === 'over' || proposal === null ? null : restOf(proposal);
}

/** Raw points (0–36) of a share to the seat. */
export function rawWorth(state: PriorityState, seat: SeatIndex, share: Triple): number {
  return worth(valuesOf(state.scenario, seat), share);
}

/** Turns the seat has left, this one included. */
export function turnsLeft(state: PriorityState, seat: SeatIndex): number {
  if (state.phase === 'over') return 0;
  const remaining = state.turnLimit - state.turnIndex;
  return seatOfTurn(state.turnIndex) === seat ? Math.ceil(remaining / 2) : Math.floor(remaining / 2);
}

function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}

function tableOf({ scenario, turnLimit, turnIndex, proposals, told, lastAction }: PriorityState): Table {
  return { scenario, turnLimit, turnIndex, proposals, told, lastAction };
}

function replaceAt<Entry>(pair: readonly [Entry, Entry], seat: SeatIndex, entry: Entry): readonly [Entry, Entry] {
  return seat === 0 ? [entry, pair[1]] : [pair[0], entry];
}

function tell(told: Table['told'], seat: SeatIndex, rank: keyof Told, item: Item): Table['told'] {
  return replaceAt(told, seat, { ...told[seat], [rank]: item });
}

function checkedShare(share: Triple): Triple {
  const isPossible = share.every((amount) => Number.isInteger(amount) && amount >= 0 && amount <= 3);
  if (!isPossible) throw new RangeError(`takeTurn: the share ${share.join(',')} is not on the table`);
  return share;
}

function passTurn(table: Table): PriorityState {
  return table.turnIndex < table.turnLimit ? { phase: 'talking', ...table } : endWithoutDeal(table, 'turn-limit');
}

function endWithoutDeal(table: Table, endReason: 'walk-away' | 'turn-limit'): PriorityState {
  const points = pointsOfRaw(RAW_WITHOUT_DEAL);
  return { phase: 'over', ...table, outcome: { endReason, points: [points, points], isParetoOptimal: false } };
}

function endWithDeal(table: Table, seat: SeatIndex): PriorityState {
  const proposal = table.proposals[otherSeat(seat)];
  if (!proposal) throw new Error('takeTurn: there is no offer to accept');
  const share = seat === 1 ? proposal : restOf(proposal);
  const values = [valuesOf(table.scenario, 0), valuesOf(table.scenario, 1)] as const;
  return {
    phase: 'over',
    ...table,
    outcome: {
      endReason: 'agreement',
      points: [pointsOfRaw(worth(values[0], share)), pointsOfRaw(worth(values[1], restOf(share)))],
      isParetoOptimal: isEfficient(share, values),
    },
  };
}
