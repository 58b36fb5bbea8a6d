import { createReader } from '../grammar.ts';
import type { HouseholdAction, HouseholdState } from './house.ts';
import { contentsOf } from './house.ts';
import { ACTIONS } from './language.ts';
import { inOrOn, kindOf, LAMP, OBJECTS, placeKinds, PREPARATIONS } from './rooms.ts';
import { seatToMove, whyImpossible } from './state.ts';

type ActionKind = keyof typeof ACTIONS;

/** A name with its number, or without where only one thing can be meant. */
const slotPatterns = {
  object: `(?:${[...Object.keys(OBJECTS), LAMP].join('|')})(?: \\d+)?`,
  place: `(?:${placeKinds().join('|')})(?: \\d+)?`,
};
const readWords = createReader<ActionKind>(
  // Object.keys of a literal: its keys are its key type.
  (Object.keys(ACTIONS) as ActionKind[]).map((kind) => ({ meaning: kind, templates: ACTIONS[kind] })),
  slotPatterns,
);

/** Reads what the seat to move says. Whatever is unclear or impossible is `invalid`; the house's turn changes nothing. */
export function readActionOn(state: HouseholdState, utterance: string): HouseholdAction {
  if (seatToMove(state) === 1) return { kind: 'observation' };
  const reading = readWords(utterance);
  if (!reading) return { kind: 'invalid', reason: 'The house does not understand this.' };
  const action = actionOf(state, reading.meaning, reading.slots);
  const reason = whyImpossible(state, action);
  return reason === null ? action : { kind: 'invalid', reason };
}

/** The action in the words that the house prints: `put mug 1 on desk 1`. */
export function actionText(action: HouseholdAction): string {
  switch (action.kind) {
    case 'go':
      return `go to ${action.place}`;
    case 'open':
    case 'close':
      return `${action.kind} ${action.place}`;
    case 'take':
      return `take ${action.object} from ${action.place}`;
    case 'put':
      return `put ${action.object} ${inOrOn(action.place)}`;
    case 'clean':
    case 'heat':
    case 'cool':
      return `${action.kind} ${action.object} with ${action.place}`;
    case 'use':
      return `use ${action.object}`;
    default:
      return action.kind;
  }
}

function actionOf(state: HouseholdState, kind: ActionKind, slots: Readonly<Record<string, string>>): HouseholdAction {
  const { at, held, scenario } = state;
  const place = slots.place === undefined ? (at ?? 'nowhere') : fullName(slots.place, at, scenario.places);
  const reachable = [...(held === null ? [] : [held]), ...(at === null ? [] : contentsOf(state, at))];
  const object = fullName(slots.object ?? '', held, reachable);
  switch (kind) {
    case 'go':
      return { kind, place: fullName(slots.place ?? '', null, scenario.places) };
    case 'open':
    case 'close':
      return { kind, place };
    case 'take':
    case 'put':
      return { kind, object, place };
    case 'clean':
    case 'heat':
    case 'cool': {
      const isHere = at !== null && kindOf(at) === PREPARATIONS[kind].at;
      return { kind, object, place: slots.place === undefined && !isHere ? PREPARATIONS[kind].at : place };
    }
    case 'use':
      return { kind, object };
    case 'look':
    case 'inventory':
      return { kind };
  }
}

/** `mug` as `mug 2`: the preferred one, or the only one there; as it stands where that is not clear. */
function fullName(text: string, preferred: string | null, names: readonly string[]): string {
  if (/\d$/.test(text)) return text;
  if (preferred !== null && kindOf(preferred) === text) return preferred;
  const meant = names.filter((name) => kindOf(name) === text);
  const [only] = meant;
  return only !== undefined && meant.length === 1 ? only : text;
}
