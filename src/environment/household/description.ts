import type { Description } from '../environment.ts';
import { neededCondition } from './house.ts';
import type { HouseholdAction, HouseholdScenario, HouseholdState } from './house.ts';
import { inOrOn } from './rooms.ts';

export const householdDescription: Description<HouseholdState, HouseholdScenario, HouseholdAction> = {
  label: 'Household',
  about: 'Somebody walks about a room, finds things and does with them what the task asks for.',
  seat: (_, seat) => (seat === 0 ? 'does the task' : 'the house'),
  table: ({ room, places }) => `A ${room} with ${places.join(', ')}`,
  goal: (scenario, seat) => (seat === 0 ? taskText(scenario) : null),

  board: ({ at, held, observation }) => [
    { label: 'At', text: at ?? 'the middle of the room' },
    { label: 'Holds', text: held ?? 'nothing' },
    { label: 'Sees', text: observation },
  ],

  detail(action) {
    if (action.kind === 'invalid') return action.reason;
    const named = ['object' in action ? action.object : null, 'place' in action ? action.place : null];
    return named.filter(Boolean).join(', ') || null;
  },
};

/** `put apple on table`, `put hot apple on table`, `put two apple on table`, `look at book under desklamp`. */
export function taskText(scenario: HouseholdScenario): string {
  const { family, kind, target } = scenario;
  if (family === 'look') return `look at ${kind} under desklamp`;
  const how = family === 'two' ? 'two ' : (neededCondition(scenario) ?? '');
  return `put ${how} ${kind} ${inOrOn(target)}`.replace(/ +/g, ' ');
}
