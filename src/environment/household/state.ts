import { assertNever } from '../../base/errors.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { canBePrepared, contentsOf, isPlaced, placedCount } from './house.ts';
import type { HouseholdAction, HouseholdScenario, HouseholdState } from './house.ts';
import { IN_THE_MIDDLE, NOTHING_HAPPENS } from './language.ts';
import { CLOSABLE, inOrOn, kindOf, LAMP, PREPARATIONS } from './rooms.ts';
import type { Condition, Preparation } from './rooms.ts';

export function startHousehold(scenario: HouseholdScenario, turnLimit: number): HouseholdState {
  if (!(Number.isInteger(turnLimit) && turnLimit >= 1)) {
    throw new RangeError(`startHousehold: turnLimit must be a whole number >= 1, got ${turnLimit}`);
  }
  return {
    scenario,
    turnLimit,
    turnIndex: 0,
    at: null,
    held: null,
    objects: scenario.objects,
    conditions: {},
    opened: [],
    seen: [],
    moved: [],
    observation: IN_THE_MIDDLE,
    outcome: null,
  };
}

/** Seat 0 acts, seat 1 (the house) answers; null when the episode is over. */
export function seatToMove({ outcome, turnIndex }: HouseholdState): SeatIndex | null {
  return outcome ? null : turnIndex % 2 === 0 ? 0 : 1;
}

/** Turns the seat has left, this one included. */
export function turnsLeft(state: HouseholdState, seat: SeatIndex): number {
  if (state.outcome) return 0;
  const remaining = state.turnLimit - state.turnIndex;
  return seatToMove(state) === seat ? Math.ceil(remaining / 2) : Math.floor(remaining / 2);
}

/** Whether one sees what is there and can reach it. */
export function isOpen({ opened }: Pick<HouseholdState, 'opened'>, place: string): boolean {
  return !CLOSABLE.includes(kindOf(place)) || opened.includes(place);
}

/** Why the action is impossible now, as a sentence; null when it is possible. */
export function whyImpossible(state: HouseholdState, action: HouseholdAction): string | null {
  const { at, held, objects, scenario } = state;
  switch (action.kind) {
    case 'go':
      if (!scenario.places.includes(action.place)) return `There is no ${action.place}.`;
      return at === action.place ? `You are at ${action.place} already.` : null;
    case 'open':
    case 'close': {
      if (at !== action.place) return `You are not at ${action.place}.`;
      if (!CLOSABLE.includes(kindOf(action.place))) return `${action.place} has no door.`;
      return isOpen(state, action.place) === (action.kind === 'open') ? `${action.place} is so already.` : null;
    }
    case 'take':
      if (at !== action.place || !isOpen(state, action.place)) return `You cannot reach into ${action.place}.`;
      if (objects[action.object] !== action.place) return `There is no ${action.object}.`;
      if (kindOf(action.object) === LAMP) return 'The lamp stays where it is.';
      return held === null ? null : `Your hands are full with ${held}.`;
    case 'put':
      if (held !== action.object) return `You do not hold ${action.object}.`;
      return at === action.place && isOpen(state, action.place) ? null : `You cannot reach into ${action.place}.`;
    case 'clean':
    case 'heat':
    case 'cool':
      if (held !== action.object) return `You do not hold ${action.object}.`;
      if (at !== action.place || kindOf(at) !== PREPARATIONS[action.kind].at) return `Not at ${action.place}.`;
      return canBePrepared(held, action.kind) ? null : `${held} is not to ${action.kind}.`;
    case 'use':
      if (kindOf(action.object) !== LAMP) return `${action.object} cannot be switched on.`;
      return at !== null && objects[action.object] === at ? null : `There is no ${action.object} here.`;
    case 'look':
    case 'inventory':
    case 'observation':
    case 'invalid':
      return null;
    default:
      return assertNever(action);
  }
}

/** Returns the state after the seat to move has acted; the given state is left untouched. */
export function takeTurn(state: HouseholdState, action: HouseholdAction): HouseholdState {
  if (state.outcome) throw new Error('takeTurn: the episode is already over');
  if (seatToMove(state) === 1) return passTurn(state);
  const reason = whyImpossible(state, action);
  if (reason !== null) throw new RangeError(`takeTurn: ${action.kind} is impossible: ${reason}`);
  const next = change(state, action);
  if (!isDone(state, next, action)) return passTurn(next);
  return {
    ...next,
    turnIndex: state.turnIndex + 1,
    outcome: { endReason: 'finished', points: [10, 0], isParetoOptimal: true },
  };
}

function passTurn(state: HouseholdState): HouseholdState {
  const turnIndex = state.turnIndex + 1;
  if (turnIndex < state.turnLimit) return { ...state, turnIndex };
  return { ...state, turnIndex, outcome: { endReason: 'turn-limit', points: [0, 0], isParetoOptimal: false } };
}

/** Whether this action brought the task to its end. */
function isDone({ scenario }: HouseholdState, next: HouseholdState, action: HouseholdAction): boolean {
  const { family, kind } = scenario;
  if (family === 'look') return action.kind === 'use' && next.held !== null && kindOf(next.held) === kind;
  if (action.kind !== 'put') return false;
  return isPlaced(next, action.object) && placedCount(next) >= (family === 'two' ? 2 : 1);
}

function change(state: HouseholdState, action: HouseholdAction): HouseholdState {
  switch (action.kind) {
    case 'go':
      return lookAt({ ...state, at: action.place });
    case 'open':
      return lookAt({ ...state, opened: [...state.opened, action.place] });
    case 'close': {
      const opened = state.opened.filter((place) => place !== action.place);
      return { ...state, opened, observation: `You close ${action.place}.` };
    }
    case 'take': {
      const objects = Object.fromEntries(Object.entries(state.objects).filter(([name]) => name !== action.object));
      return { ...state, objects, held: action.object, observation: `You take ${action.object}.` };
    }
    case 'put':
      return {
        ...state,
        held: null,
        objects: { ...state.objects, [action.object]: action.place },
        moved: [...state.moved.filter((object) => object !== action.object), action.object],
        observation: `You put ${action.object} ${inOrOn(action.place)}.`,
      };
    case 'clean':
    case 'heat':
    case 'cool':
      return {
        ...state,
        conditions: { ...state.conditions, [action.object]: conditionsAfter(state, action.object, action.kind) },
        observation: `You ${action.kind} ${action.object}.`,
      };
    case 'use':
      return { ...state, observation: `The ${action.object} is on.` };
    case 'look':
      return lookAt(state);
    case 'inventory':
      return { ...state, observation: `You hold ${state.held ?? 'nothing'}.` };
    case 'observation':
    case 'invalid':
      return { ...state, observation: NOTHING_HAPPENS };
    default:
      return assertNever(action);
  }
}

/** Hot and cold drive each other out; clean stays. */
function conditionsAfter({ conditions }: HouseholdState, object: string, preparation: Preparation): Condition[] {
  const { becomes } = PREPARATIONS[preparation];
  const replaced: readonly Condition[] = becomes === 'clean' ? ['clean'] : ['hot', 'cold'];
  return [...(conditions[object] ?? []).filter((condition) => !replaced.includes(condition)), becomes];
}

/** What one sees where one stands. */
function lookAt(state: HouseholdState): HouseholdState {
  const { at, seen } = state;
  if (at === null) return { ...state, observation: IN_THE_MIDDLE };
  if (!isOpen(state, at)) return { ...state, observation: `The ${at} is closed.` };
  const contents = contentsOf(state, at).join(', ') || 'nothing';
  return { ...state, seen: seen.includes(at) ? seen : [...seen, at], observation: `You see ${contents}.` };
}
