import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import type { Act, SocialAction } from './action.ts';
import { EMPTY_DAYS, hearDay } from './days.ts';
import { endingsOf } from './endings.ts';
import { EMPTY_FAVOUR, hearFavour } from './favour.ts';
import type { Terms } from './favour.ts';
import { pointsNow, roleOf } from './points.ts';
import type { Talk } from './points.ts';
import type { SocialScenario } from './scenario.ts';
import { EMPTY_SECRET, hearSecret } from './secret.ts';

export type SocialState =
  (Talk & { readonly phase: 'talking' }) | (Talk & { readonly phase: 'over'; readonly outcome: Outcome });

const MOST_MARKS = 3;
/** A holder who walks away is not friendly. */
const MARKS_OF_WALKING_OFF = { friend: 3, stranger: 2 } as const;

export function startTalk(scenario: SocialScenario, turnLimit: number): SocialState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startTalk: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  const { kind } = scenario.script;
  const table = kind === 'secret' ? EMPTY_SECRET : kind === 'day' ? EMPTY_DAYS : EMPTY_FAVOUR;
  return { phase: 'talking', scenario, turnLimit, turnIndex: 0, marks: [0, 0], thanked: [false, false], table };
}

export function seatToMove(state: SocialState): SeatIndex | null {
  return state.phase === 'over' ? null : seatOfTurn(state.turnIndex);
}

/** The seat to move, for what only makes sense while somebody is to speak. */
export function movingSeat(state: SocialState): SeatIndex {
  const seat = seatToMove(state);
  if (seat === null) throw new Error('movingSeat: the talk is over, nobody is to speak');
  return seat;
}

export function turnsLeft(state: SocialState, seat: SeatIndex): number {
  if (state.phase === 'over') return 0;
  const remaining = state.turnLimit - state.turnIndex;
  return seatOfTurn(state.turnIndex) === seat ? Math.ceil(remaining / 2) : Math.floor(remaining / 2);
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: SocialState, action: SocialAction): SocialState {
  const seat = movingSeat(state);
  if (action.kind === 'invalid') return passTurn(state);
  const { scenario } = state;
  const heard = hearTone(state, action, seat);
  if (action.kind === 'leave') {
    const isWalkingOff = roleOf(scenario, seat) === 'hold';
    return end(addMarks(heard, seat, isWalkingOff ? MARKS_OF_WALKING_OFF[scenario.relation] : 0), 'walk-away');
  }
  if (action.kind === 'accept') {
    const deal = state.table.kind === 'secret' ? null : state.table.proposals[otherSeat(seat)];
    if (!deal) throw new Error('takeTurn: there is no offer to accept');
    return end(heard, 'agreement', deal);
  }
  const next = hearWords(heard, action, seat);
  return action.kind === 'name' ? end(next, 'finished') : passTurn(next);
}

/** What the seat would earn by accepting now; null when there is no offer. */
export function offerValue(state: SocialState, seat: SeatIndex): number | null {
  return state.phase === 'over' ? null : valueOf(state, seat, proposalOf(state, otherSeat(seat)));
}

/** What the seat would earn if its own proposal were accepted now; null when there is none. */
export function proposalValue(state: SocialState, seat: SeatIndex): number | null {
  return state.phase === 'over' ? null : valueOf(state, seat, proposalOf(state, seat));
}

/** The seat's last proposal: terms or a day. */
export function proposalOf({ table }: Talk, seat: SeatIndex): Terms | string | null {
  return table.kind === 'secret' ? null : table.proposals[seat];
}

function valueOf(state: SocialState, seat: SeatIndex, deal: Terms | string | null): number | null {
  return deal === null ? null : pointsNow(state, deal, true)[seat];
}

function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}

/** A blunt word leaves a mark, an apology takes one away, the first thanks are remembered. */
function hearTone(state: SocialState, { kind, tone }: Act, seat: SeatIndex): SocialState {
  const thanked: Talk['thanked'] =
    kind !== 'thank' ? state.thanked : seat === 0 ? [true, state.thanked[1]] : [state.thanked[0], true];
  return addMarks({ ...state, thanked }, seat, tone === 'blunt' ? 1 : kind === 'sorry' ? -1 : 0);
}

function addMarks(state: SocialState, seat: SeatIndex, added: number): SocialState {
  const own = Math.min(Math.max(state.marks[seat] + added, 0), MOST_MARKS);
  return { ...state, marks: seat === 0 ? [own, state.marks[1]] : [state.marks[0], own] };
}

function hearWords(state: SocialState, act: Act, seat: SeatIndex): SocialState {
  const { table, scenario } = state;
  const { script, relation } = scenario;
  if (table.kind === 'day') return { ...state, table: hearDay(table, act, seat) };
  if (table.kind === 'secret' && script.kind === 'secret') {
    // Small talk instead of an answer is a way to dodge.
    const isDodge = act.kind === 'talk' && script.holder === seat && table.question !== null;
    const heard = hearSecret(table, isDodge ? { ...act, kind: 'deflect' } : act, script, relation === 'friend');
    return addMarks({ ...state, table: heard.table }, seat, heard.marks);
  }
  if (table.kind === 'favour' && (script.kind === 'ride' || script.kind === 'loan')) {
    return { ...state, table: hearFavour(table, act, seat, script) };
  }
  throw new Error(`hearWords: a ${script.kind} with the table of a ${table.kind}`);
}

function passTurn(state: SocialState): SocialState {
  const next = { ...state, turnIndex: state.turnIndex + 1 };
  if (next.turnIndex < next.turnLimit) return next;
  return over(next, 'turn-limit', pointsNow(next, null, false));
}

function end(state: SocialState, reason: 'agreement' | 'walk-away' | 'finished', deal: Terms | string | null = null) {
  return over({ ...state, turnIndex: state.turnIndex + 1 }, reason, pointsNow(state, deal, true));
}

function over(state: SocialState, endReason: Outcome['endReason'], points: [number, number]): SocialState {
  const isBeaten = endingsOf(state).some(
    ([first, second]) => first >= points[0] && second >= points[1] && first + second > points[0] + points[1],
  );
  return { ...state, phase: 'over', outcome: { endReason, points, isParetoOptimal: !isBeaten } };
}
